import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { TrazoError } from "trazo";
import { keyPrefix } from "./queue-names.js";

/** Where a queue is. */
export interface QueueAddress {
  /** As it was given, e.g. `redis://localhost:6379/0`. */
  readonly url: string;
  /** The same without a password, for messages. */
  readonly label: string;
}

/**
 * Reads `redis://[user:password@]host[:port][/database]`, or `rediss://` for TLS. Valkey and other servers that speak Redis's language have
 * such addresses too.
 *
 * @throws TrazoError when it has another form
 */
export function parseQueueAddress(text: string): QueueAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^rediss?:$/.test(url.protocol) || url.hostname === "" || !/^\/?\d*$/.test(url.pathname)) {
    throw new TrazoError(
      `${text} is not the address of a queue. It must look like redis://localhost:6379 or rediss://user:password@host:6379/0.`,
    );
  }
  if (url.password) url.password = "***";
  return { url: text, label: url.href };
}

/** How long a server may take to answer. */
const answerMs = 5000;

/** How every part of a queue connects: it waits for a server that restarts as long as it takes. */
export const connectionTo = ({ url }: QueueAddress) => ({
  url,
  maxRetriesPerRequest: null,
  retryStrategy: (attempt: number): number => Math.min(100 * 2 ** Math.min(attempt, 6), 3000),
});

/**
 * Asks the server once whether it takes what is written, so that a wrong address is told at once and not waited for.
 *
 * @throws TrazoError when it does not answer, or refuses
 */
export async function requireAnswer(address: QueueAddress): Promise<void> {
  const client = new Redis(address.url, {
    lazyConnect: true,
    connectTimeout: answerMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let last: Error | undefined;
  client.on("error", (error: Error) => {
    last = error;
  });
  const timeout = new AbortController();
  const late = sleep(answerMs, undefined, { signal: timeout.signal, ref: false }).then(() => {
    throw new Error("timed out");
  });
  // Where it answers, this one is called off.
  late.catch(() => undefined);
  try {
    await Promise.race([client.connect(), late]);
    await Promise.race([client.set(`${keyPrefix}:probe`, "", "PX", 1000), late]);
  } catch (cause) {
    const refusal = refusalOf(cause as Error);
    throw new TrazoError(
      refusal === undefined
        ? `The queue at ${address.label} does not answer: ${reasonOf(last ?? (cause as Error))}.`
        : `The queue at ${address.label} takes no runs: ${refusal}.`,
      { cause },
    );
  } finally {
    timeout.abort();
    client.disconnect();
  }
}

/** Whether the server answers at all, even if it refuses to write. */
export const answers = (address: QueueAddress): Promise<boolean> =>
  requireAnswer(address).then(
    () => true,
    ({ cause }: TrazoError) => refusalOf(cause as Error) !== undefined,
  );

/**
 * Asks a queue's server once whether it takes runs.
 *
 * @param queue e.g. `redis://localhost:6379`
 * @throws TrazoError when the address is wrong, or the server does not answer or refuses
 * @example
 * await requireQueue("redis://localhost:6379");
 */
export const requireQueue = async (queue: string): Promise<void> => requireAnswer(parseQueueAddress(queue));

/** What a server says that is there and writes nothing, for now. */
const refusals: Readonly<Record<string, string>> = {
  OOM: "its memory is full (maxmemory)",
  READONLY: "it follows another server and is read-only",
  /** Told to who waits for a run at the moment when it begins to follow. */
  UNBLOCKED: "it follows another server and is read-only",
  MISCONF: "it cannot write to its disk",
  NOREPLICAS: "too few of its replicas are there",
  LOADING: "it is still reading its data from the disk",
  MASTERDOWN: "it follows a server that it cannot reach",
  CLUSTERDOWN: "its cluster is down",
};
const refusalCode = new RegExp(`\\b(${Object.keys(refusals).join("|")})\\b`);

/** What ioredis throws; that of a transaction says only in its first errors why the server discarded it. */
type ReplyError = Error & { readonly previousErrors?: readonly Error[] };

/** Why a server that answers writes nothing, in words; undefined for any other error. It may write again later. */
export const refusalOf = (error: ReplyError): string | undefined =>
  [error, ...(error.previousErrors ?? [])]
    .map(({ message }) => refusals[refusalCode.exec(message)?.[1] ?? ""])
    .find((refusal) => refusal !== undefined);

/** Why a server does not answer, or refuses, in words. */
export function reasonOf(error: Error): string {
  const refusal = refusalOf(error);
  if (refusal !== undefined) return refusal;
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ECONNRESET" || code === "EPIPE" || error.message === "Connection is closed.") {
    return "its server ended the connection";
  }
  if (code === "ECONNREFUSED") return "nothing listens there; start Redis or Valkey";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "there is no such host";
  if (code === "ETIMEDOUT" || /timed? ?out/i.test(error.message)) return "no answer within 5 seconds";
  if (/NOAUTH|WRONGPASS/.test(error.message)) return "the password is missing or wrong";
  return error.message || (code ?? error.name);
}
