import { lookup } from "node:dns/promises";
import { BlockList, isIPv6 } from "node:net";
import { basename } from "node:path";
import type { ServeOptions } from "@trazo/serve";
import { type ClassifierServer, createServer, openThreadedClassifier } from "@trazo/serve";
import sharp from "sharp";
import type { ImageClassifier } from "trazo";
import { sizeOf, TrazoError, tensor } from "trazo";
import { cannotListen } from "./cannot-listen.js";
import { modelPath } from "./model-path.js";
import { showNotes, showPictureNotes } from "./notes.js";
import { type PreparationFlags, preparationOf } from "./preparation-options.js";
import { firstStopSignal } from "./stop-signals.js";
import type { CliText } from "./text/index.js";

export interface ServeFlags extends Omit<ServeOptions, "allowedHosts">, PreparationFlags {
  readonly output?: string;
  readonly allowHost?: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly timeout: number;
  readonly threads?: number;
}

/** Seconds that requests in progress may take when the server is told to stop. */
const grace = 10;

/**
 * Serves a model until SIGINT, SIGTERM or SIGHUP: then accepts no new connection, answers the requests in progress, and frees the
 * model.
 */
export async function serveModel(model: string, flags: ServeFlags, text: CliText): Promise<void> {
  const path = modelPath(model, text);
  const address = await resolve(flags.host, text);
  // Several pictures are decoded at once: more threads for each would only get in each other's way.
  sharp.concurrency(1);
  const classifier = await openThreadedClassifier(path, flags.threads, {
    preparation: preparationOf(flags),
    output: flags.output,
  });
  try {
    showNotes(classifier, text);
    showPictureNotes(classifier, text);
    await tryOut(classifier, path, text);
    // People know a model by its file.
    const served = { ...classifier, name: basename(path) };
    const server = await createServer(served, serveOptions(flags), reportFailure);
    await serve(server, address, flags, text);
  } finally {
    await classifier.dispose();
  }
}

function serveOptions({ host, allowHost = [], maxBody, timeout, maxBatch }: ServeFlags): ServeOptions {
  return { allowedHosts: [host, ...allowHost], maxBody, timeout, maxBatch };
}

async function serve(
  server: ClassifierServer,
  address: string,
  { port, timeout }: ServeFlags,
  text: CliText,
): Promise<void> {
  const signal = firstStopSignal();
  const chosen = await server.listen(address, port).catch((error: NodeJS.ErrnoException) => {
    throw cannotListen(error, address, port, text);
  });
  const shown = isIPv6(address) ? `[${address}]` : address;
  process.stdout.write(`${text.serve.listening(`http://${shown}:${chosen}`)}\n`);
  if (!isLoopback(address)) {
    process.stderr.write(`${text.serve.reachable}\n`);
  }
  const name = await signal;
  // After a hang-up the terminal is gone, and to write to it would fail.
  if (name !== "SIGHUP") {
    process.stdout.write(`${text.serve.finishing(name)}\n`);
  }
  await server.stop(Math.min(grace, timeout));
}

async function resolve(host: string, { errors }: CliText): Promise<string> {
  try {
    return (await lookup(host)).address;
  } catch (error) {
    throw new TrazoError(errors.noAddress(host, String((error as NodeJS.ErrnoException).code)));
  }
}

function isLoopback(address: string): boolean {
  const loopback = new BlockList();
  loopback.addSubnet("127.0.0.0", 8, "ipv4");
  loopback.addAddress("::1", "ipv6");
  return loopback.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

/** One inference before anybody waits for it: what cannot run fails here, and the first request is as fast as others. */
async function tryOut(classifier: ImageClassifier, path: string, { errors }: CliText): Promise<void> {
  const shape = [1, ...classifier.imageShape];
  try {
    await classifier.classify(tensor("uint8", shape, new Uint8Array(sizeOf(shape))));
  } catch (error) {
    throw new TrazoError(errors.modelDoesNotRun(path, (error as Error).message), {
      cause: error,
    });
  }
}

function reportFailure(error: unknown): void {
  process.stderr.write(
    `${new Date().toISOString()} ${error instanceof Error ? error.stack : String(error)}\n`,
  );
}
