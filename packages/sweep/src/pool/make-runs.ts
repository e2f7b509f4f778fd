import { TrazoError } from "trazo";
import { reasonOf } from "../failures/reason.js";
import { executeRun } from "../run/execute-run.js";
import { dataKey, loadData, type RunData } from "../run/load-data.js";
import type { FromProcess, ToProcess } from "./messages.js";
import type { RunEvent } from "./run-pool.js";

// A process of the local pool makes the runs that it is sent, one after another, until its parent lets it go or dies.

const stop = new AbortController();
let isAtWork = false;

// A terminal sends Ctrl-C to every process in it; the parent then says what is to be done.
for (const name of ["SIGINT", "SIGHUP"] as const) process.on(name, () => undefined);
process.on("SIGTERM", () => stop.abort());
process.on("disconnect", () => {
  stop.abort();
  if (!isAtWork) process.exit();
});
process.on("message", (message: ToProcess) => {
  if (message.type === "stop") stop.abort();
  else void work(message);
});

async function work({ job, folder, saveEvery }: Extract<ToProcess, { type: "run" }>): Promise<void> {
  isAtWork = true;
  try {
    const { request, until, distortsDigits, fresh, retryFailed } = job;
    const result = await executeRun(request, {
      folder,
      until,
      saveEvery,
      distortsDigits,
      fresh,
      retryFailed,
      signal: stop.signal,
      onProgress: (event: RunEvent) => answer({ type: "event", event }),
      images: () => imagesOf(request.configuration.data),
    });
    answer({ type: "result", result });
  } catch (error) {
    const isUnexpected = !(error instanceof TrazoError);
    const reason = isUnexpected ? { reason: String((error as Error)?.stack ?? error) } : reasonOf(error);
    answer({ type: "error", isUnexpected, ...reason });
  }
  isAtWork = false;
  if (!process.connected) process.exit();
}

function answer(message: FromProcess): void {
  if (process.connected) process.send?.(message);
}

let loaded: { readonly key: string; readonly images: Promise<RunData> } | undefined;

/** The last images are kept, since most runs of a pool share them. */
function imagesOf(data: Parameters<typeof loadData>[0]): Promise<RunData> {
  const key = dataKey(data);
  if (loaded?.key !== key) loaded = { key, images: loadData(data) };
  return loaded.images;
}
