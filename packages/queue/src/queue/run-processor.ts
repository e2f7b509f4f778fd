import { hostname } from "node:os";
import { join, relative, sep } from "node:path";
import {
  executeRun,
  loadData,
  type RunEvent,
  type RunRequest,
  type RunResult,
  reasonOf,
  requestDigest,
  requestFolder,
} from "@trazo/sweep";
import { DelayedError, type SandboxedJob, WaitingError } from "bullmq";
import { FolderInUseError } from "trazo/node";
import { QueueError } from "../failures/index.js";
import { isInside } from "../store/folder-listing.js";
import { DamagedFolder, FolderStore } from "../store/folder-store.js";
import { openObjects } from "../store/open-objects.js";
import { endWithWorker } from "./end-with-worker.js";
import { keepRegularly } from "./keep-regularly.js";
import { fetchRun } from "./kept-runs.js";
import { requireSameStore } from "./require-same-store.js";
import { keptRun, progressOf, type RunPayload, type SentResult, type StopReason } from "./run-payload.js";
import { fetchData, networkIn } from "./shared-data.js";
import { placeFromEnvironment, type WorkerPlace } from "./worker-place.js";

endWithWorker();

const place: WorkerPlace = placeFromEnvironment();
const opening: Promise<FolderStore | undefined> = openStore();
// It is awaited by the first run, which then says what is wrong.
opening.catch(() => undefined);

/** Makes one run in a process of its own, which BullMQ starts and gives its jobs. */
export default async function makeRun(
  job: SandboxedJob<RunPayload>,
  token: string | undefined,
  signal: AbortSignal,
): Promise<SentResult> {
  const { request: asked, until, store: wanted, dataKept, distortsDigits, retryFailed } = job.data;
  const store = await opening;
  requireSameStore(wanted, store?.name);
  const request = await withNetwork(asked, store);
  const folder = wantedFolder(job.data);
  if (store) await resumeFrom(store, request, folder);

  const stop = new AbortController();
  let reason: StopReason = "shutdown";
  const onAbort = (): void => {
    if ((signal as { reason?: unknown }).reason === "interrupted") reason = "interrupted";
    stop.abort();
  };
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  const keeping = store && keepRegularly(store, request, folder, place.storeEverySeconds);
  try {
    const result = await executeRun(request, {
      folder,
      until,
      distortsDigits,
      retryFailed,
      signal: stop.signal,
      saveEvery: place.saveEvery,
      onProgress: (event) => void job.updateProgress(withHost(event)).catch(() => undefined),
      ...(dataKept && {
        images: async () => {
          const source = await fetchData(request.dataDigest, { runs: place.runs, store });
          return await loadData({ ...request.configuration.data, source });
        },
      }),
    });
    await keeping?.stop();
    if (store && result.status !== "failed")
      await store.put(keptRun(request), folder, { progress: progressOf(result) });
    if (result.status === "interrupted" && reason === "shutdown") {
      await job.moveToWait(token);
      throw new WaitingError();
    }
    return sent(result);
  } catch (error) {
    if (!(error instanceof FolderInUseError)) throw error;
    // Its worker was frozen, or cut off from the queue, and lives: it may well finish the run.
    const digest = requestDigest(request);
    await job.updateProgress({ type: "retry", digest, ...reasonOf(error) } satisfies RunEvent);
    await job.moveToDelayed(Date.now() + place.patienceMs, token);
    throw new DelayedError();
  } finally {
    await keeping?.stop();
    signal.removeEventListener("abort", onAbort);
  }
}

/** Two machines that sent the same run at the same time may have left it without a file: then it begins again. */
async function resumeFrom(store: FolderStore, request: RunRequest, folder: string): Promise<void> {
  try {
    await fetchRun(store, request, folder);
  } catch (error) {
    if (!(error instanceof DamagedFolder)) throw error;
  }
}

async function openStore(): Promise<FolderStore | undefined> {
  return place.store === undefined ? undefined : new FolderStore(await openObjects(place.store));
}

/** The request with its network's file as this machine has it; what the run is does not depend on where the file lies. */
async function withNetwork(request: RunRequest, store: FolderStore | undefined): Promise<RunRequest> {
  const { network, networkDigest } = request.configuration;
  if (networkDigest === undefined || typeof network !== "string") return request;
  const local = networkIn(await fetchData(networkDigest, { runs: place.runs, store }), network);
  return { ...request, configuration: { ...request.configuration, network: local } };
}

const withHost = (event: RunEvent): RunEvent =>
  event.type === "began" ? { ...event, worker: `${hostname()}, ${event.worker}` } : event;

function wantedFolder({ request, folder }: RunPayload): string {
  if (folder === undefined) return requestFolder(place.runs, request);
  if (isInside(folder)) return join(place.runs, ...folder.split("/"));
  throw new QueueError(({ outsideRuns }) => outsideRuns(folder, place.runs));
}

function sent({ folder, model, ...result }: RunResult): SentResult {
  return { ...result, ...(model && { model: relative(folder, model).split(sep).join("/") }) };
}
