import { openStudio } from "@trazo/studio";
import { cannotListen } from "./cannot-listen.js";
import { openInBrowser } from "./open-in-browser.js";
import { requireWritable } from "./require-writable.js";
import { firstStopSignal } from "./stop-signals.js";
import type { CliText } from "./text/index.js";

/** Where the studio listens. */
const host = "127.0.0.1";

export interface StudioFlags {
  readonly port: number;
  readonly open?: boolean;
  readonly data?: string;
  readonly out: string;
  readonly threads?: number;
}

/** Serves the studio until SIGINT, SIGTERM or SIGHUP, for this machine alone. A run in progress is kept. */
export async function runStudio(
  { port, open, data, out, threads }: StudioFlags,
  text: CliText,
): Promise<void> {
  await requireWritable(out, text);
  const studio = await openStudio({ dataDir: data, runsDir: out, threads, onFailure: reportFailure });
  const signal = firstStopSignal();
  const chosen = await studio.listen(port).catch(async (error: NodeJS.ErrnoException) => {
    await studio.stop();
    throw cannotListen(error, host, port, text);
  });
  const address = `http://localhost:${chosen}`;
  process.stdout.write(`${text.studio.open(address)}\n${text.studio.toClose}\n`);
  if (open) openInBrowser(address);
  const name = await signal;
  // After a hang-up the terminal is gone, and to write to it would fail.
  if (name !== "SIGHUP") process.stdout.write(`${text.studio.closing}\n`);
  await studio.stop();
}

function reportFailure(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
}
