import { openStudio } from "@trazo/studio";
import { TrazoError } from "trazo";
import { openInBrowser } from "./open-in-browser.js";
import { firstStopSignal } from "./stop-signals.js";

export interface StudioFlags {
  readonly port: number;
  readonly open?: boolean;
  readonly data?: string;
  readonly out: string;
  readonly threads?: number;
}

/** Serves the studio until SIGINT, SIGTERM or SIGHUP, for this machine alone. A run in progress is kept. */
export async function runStudio({ port, open, data, out, threads }: StudioFlags): Promise<void> {
  const studio = await openStudio({ dataDir: data, runsDir: out, threads, onFailure: reportFailure });
  const signal = firstStopSignal();
  const chosen = await studio.listen(port).catch(async (error: NodeJS.ErrnoException) => {
    await studio.stop();
    if (error.code !== "EADDRINUSE") throw error;
    throw new TrazoError(`Port ${port} is already in use. Choose another --port, or 0 for any free one.`);
  });
  const address = `http://localhost:${chosen}`;
  process.stdout.write(`The studio is open: ${address}\nPress Ctrl-C to close it.\n`);
  if (open) openInBrowser(address);
  const name = await signal;
  // After a hang-up the terminal is gone, and to write to it would fail.
  if (name !== "SIGHUP") process.stdout.write("Closing the studio. What was trained is kept.\n");
  await studio.stop();
}

function reportFailure(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
}
