import { setTimeout as sleep } from "node:timers/promises";
import { type Reason, reasonOf } from "@trazo/sweep";
import { Redis } from "ioredis";
import { QueueError, type Tell } from "../failures/index.js";
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
    throw new QueueError(({ isNoAddress }) => isNoAddress(text));
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
    const refusal = refusalIn(cause as Error);
    const why = tellWhyNot(last ?? (cause as Error));
    throw new QueueError(
      (text) =>
        refusal === undefined
          ? text.doesNotAnswer(address.label, why(text))
          : text.takesNoRuns(address.label, refusal(text)),
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
    ({ cause }: QueueError) => isRefusal(cause as Error),
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
const refusals: Readonly<Record<string, Tell>> = {
  OOM: ({ memoryIsFull }) => memoryIsFull,
  READONLY: ({ isReadOnly }) => isReadOnly,
  /** Told to who waits for a run at the moment when it begins to follow. */
  UNBLOCKED: ({ isReadOnly }) => isReadOnly,
  MISCONF: ({ diskIsFull }) => diskIsFull,
  NOREPLICAS: ({ replicasAreMissing }) => replicasAreMissing,
  LOADING: ({ isLoading }) => isLoading,
  MASTERDOWN: ({ leaderIsMissing }) => leaderIsMissing,
  CLUSTERDOWN: ({ clusterIsDown }) => clusterIsDown,
};
const refusalCode = new RegExp(`\\b(${Object.keys(refusals).join("|")})\\b`);

/** What ioredis throws; that of a transaction says only in its first errors why the server discarded it. */
type ReplyError = Error & { readonly previousErrors?: readonly Error[] };

/** Why a server that answers writes nothing, in words; undefined for any other error. It may write again later. */
const refusalIn = (error: ReplyError): Tell | undefined =>
  [error, ...(error.previousErrors ?? [])]
    .map(({ message }) => refusals[refusalCode.exec(message)?.[1] ?? ""])
    .find((refusal) => refusal !== undefined);

/** Whether it comes from a server that answers, but writes nothing for now. */
export const isRefusal = (error: ReplyError): boolean => refusalIn(error) !== undefined;

/** Why a server does not answer, or refuses. */
export const whyNot = (error: Error): Reason => reasonOf(new QueueError(tellWhyNot(error)));

function tellWhyNot(error: Error): Tell {
  const refusal = refusalIn(error);
  if (refusal !== undefined) return refusal;
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ECONNRESET" || code === "EPIPE" || error.message === "Connection is closed.") {
    return ({ endedConnection }) => endedConnection;
  }
  if (code === "ECONNREFUSED") return ({ nothingListens }) => nothingListens;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return ({ noSuchHost }) => noSuchHost;
  if (code === "ETIMEDOUT" || /timed? ?out/i.test(error.message)) return ({ noAnswer }) => noAnswer;
  if (/NOAUTH|WRONGPASS/.test(error.message)) return ({ wrongPassword }) => wrongPassword;
  return () => error.message || (code ?? error.name);
}
