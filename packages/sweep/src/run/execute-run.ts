import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  bestEpochOf,
  holdsRun,
  type LoggedEpoch,
  newRun,
  type Run,
  readRun,
  readRunToResume,
  runFiles,
  trainRun,
} from "@trazo/practice";
import { callbacks, type ImageDataset, nodeRuntime, TrainingInterrupted, TrazoError } from "trazo";
import { writeFileAtomically } from "trazo/node";
import { identityOf } from "../configuration/run-configuration.js";
import { SweepError } from "../failures/index.js";
import { reasonOf } from "../failures/reason.js";
import type { RunEvent } from "../pool/run-pool.js";
import { forgetFailure, keepFailure, keptFailure } from "./failure.js";
import { dataDigest, isPictureFolder, loadData, placeOf, type RunData } from "./load-data.js";
import { type PictureRunOptions, trainPictureRun } from "./picture-run.js";
import { prepareRun } from "./recipe.js";
import { type RunRequest, requestDigest, requireSameCode } from "./run-request.js";
import type { RunEpoch, RunResult } from "./run-result.js";

/** In a run's folder: the request that it answers. */
export const requestFile = "request.json";

export interface ExecuteOptions {
  /** The run's folder, which is its own: named by the request's digest, so that it holds no other run. */
  readonly folder: string;
  /** Train up to this epoch (from 1) and pause. Default: to the end, and test. */
  readonly until?: number | undefined;
  /** Interrupts the run after its step; it resumes there when it is executed again. */
  readonly signal?: AbortSignal | undefined;
  /** What is printed of the epochs: 0 nothing, 1 a progress bar, 2 a line per epoch. Default 0. */
  readonly verbose?: 0 | 1 | 2 | undefined;
  /** Throw away what an earlier execution left. Default false. */
  readonly fresh?: boolean | undefined;
  /** Try it again when it failed before. Default false: why it failed is told again. */
  readonly retryFailed?: boolean | undefined;
  /** Told when the run begins and after each epoch. */
  readonly onProgress?: ((event: RunEvent) => void) | undefined;
  /** Also save the state every this many steps. Default: after each epoch only. */
  readonly saveEvery?: number | undefined;
  /** The images of the request's data. Default: from where its configuration says they are. */
  readonly images?: (() => Promise<RunData>) | undefined;
  /** Also show the best model distorted test digits, as the practice's report wants. Default false. */
  readonly distortsDigits?: boolean | undefined;
}

/**
 * Makes a run in this process. Its folder holds it whole or resumable at any time, so that it may be killed at any moment and be executed
 * again; executing a finished one, or one that failed, only reads what came of it.
 *
 * @returns what came of it; a run that cannot be trained is `failed`, one that the signal stopped is `interrupted`
 * @throws TrazoError when the request is for other code or the images are not those of the request, or another process holds the folder
 * @example
 * const result = await executeRun(request, { folder: requestFolder("runs", request) });
 */
export async function executeRun(request: RunRequest, options: ExecuteOptions): Promise<RunResult> {
  requireSameCode(request);
  const { folder, onProgress } = options;
  const digest = requestDigest(request);
  const done = options.fresh ? undefined : doneBefore(request, options);
  if (done) return done;
  const dataset = await (options.images ?? (() => loadData(request.configuration.data)))();
  requireSameData(request, dataset);
  await writeFileAtomically(join(folder, requestFile), `${JSON.stringify(request, null, 2)}\n`);
  await forgetFailure(folder);
  const epochsDone = holdsRun(folder) ? readRunToResume(folder).history.length : 0;
  onProgress?.({ type: "began", digest, worker: `process ${process.pid}`, epochsDone });
  return await train(request, dataset, options);
}

async function train(request: RunRequest, data: RunData, options: ExecuteOptions): Promise<RunResult> {
  const { folder, signal } = options;
  const runtime = await nodeRuntime({ threads: request.threads });
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  signal?.addEventListener("abort", interrupt, { once: true });
  if (signal?.aborted) stop.abort();
  // Before, the folder itself may be what cannot be used; that is no property of the run.
  let hasBegun = true;
  try {
    const fitting: Fitting = {
      ...{ folder, runtime, verbose: options.verbose ?? 0, fresh: options.fresh },
      ...{ saveEvery: options.saveEvery, distortsDigits: options.distortsDigits, signal: stop.signal },
      callbacks: [telling(request, options, interrupt)],
      onPrepared: () => {
        hasBegun = false;
      },
      onNetwork: () => {
        hasBegun = true;
      },
    };
    const run = isPictureFolder(data)
      ? await trainPictureRun(request, data, fitting)
      : await trainImageRun(request, data, fitting);
    return resultOf(run, request, "finished");
  } catch (error) {
    if (error instanceof TrainingInterrupted) {
      return resultOf(readRunToResume(folder), request, signal?.aborted ? "interrupted" : "paused");
    }
    if (!(error instanceof TrazoError) || !hasBegun || isOfFiles(error)) throw error;
    return await keepFailure(folder, request, reasonOf(error));
  } finally {
    signal?.removeEventListener("abort", interrupt);
  }
}

/** Whether a file could not be read or written, as on a full disk: that is no property of the run, which may go on when it can. */
function isOfFiles(error: Error): boolean {
  const { cause } = error;
  return cause instanceof Error && ("syscall" in cause || isOfFiles(cause));
}

interface Fitting extends PictureRunOptions {
  readonly distortsDigits: boolean | undefined;
}

async function trainImageRun(
  request: RunRequest,
  dataset: ImageDataset,
  { signal, onPrepared, onNetwork, ...fitting }: Fitting,
): Promise<Run> {
  const { configuration, seed } = request;
  const { epochs, batchSize, monitor, technique } = configuration;
  const prepared = await prepareRun(request, dataset, fitting.runtime);
  onPrepared();
  const { data, recipe } = prepared;
  const settings = { technique: prepared.technique, seed, epochs, batchSize };
  // As the practice says it of its own runs.
  const monitored = technique !== undefined && monitor === "val_accuracy" ? {} : { monitor };
  const config = newRun({ ...settings, ...monitored }, data, fitting.runtime);
  return await trainRun({
    ...fitting,
    recipe: {
      ...recipe,
      network() {
        onNetwork();
        return recipe.network();
      },
    },
    config: technique === undefined ? { ...config, settings: identityOf(configuration) } : config,
    data,
    signal: () => signal,
  });
}

/** Tells of the epochs, and pauses after the last that was asked for. */
function telling(request: RunRequest, { until, onProgress }: ExecuteOptions, pause: () => void) {
  const digest = requestDigest(request);
  return callbacks.lambdaCallback({
    onEpochEnd(epoch, logs) {
      if (until !== undefined && epoch + 1 >= until && until < request.configuration.epochs) pause();
      onProgress?.({ type: "epoch", digest, epoch: { epoch: epoch + 1, metrics: finite(logs) } });
    },
  });
}

/** What an earlier execution has already answered. */
function doneBefore(request: RunRequest, options: ExecuteOptions): RunResult | undefined {
  const { folder, retryFailed } = options;
  return madeBefore(request, options) ?? (retryFailed ? undefined : keptFailure(folder, request));
}

function madeBefore(request: RunRequest, { folder, until }: ExecuteOptions): RunResult | undefined {
  const path = join(folder, requestFile);
  if (!existsSync(path) || !holdsRun(folder)) return undefined;
  try {
    if (requestDigest(JSON.parse(readFileSync(path, "utf8")) as RunRequest) !== requestDigest(request)) {
      return undefined;
    }
    const run = readRun(folder);
    if (run.result) return resultOf(run, request, "finished");
    const isFar = until !== undefined && until < request.configuration.epochs && run.history.length >= until;
    return isFar ? resultOf(run, request, "paused") : undefined;
  } catch {
    // Damaged: executing it again mends it, or says what is wrong.
    return undefined;
  }
}

function requireSameData(request: RunRequest, data: RunData): void {
  const digest = dataDigest(data);
  if (digest === request.dataDigest) return;
  throw new SweepError(({ otherImages }) => otherImages(placeOf(data), digest, request.dataDigest));
}

function resultOf(run: Run, request: RunRequest, status: RunResult["status"]): RunResult {
  const best = bestEpochOf(run);
  return {
    digest: requestDigest(request),
    seed: request.seed,
    status,
    epochs: run.history.map(epochOf),
    monitor: request.configuration.monitor,
    best: best && { epoch: best.epoch, value: best.value },
    test: run.result && finite(run.result.test),
    times: { began: run.config.started, epochSeconds: run.result?.epochSeconds ?? [] },
    folder: run.folder,
    model: best && join(run.folder, runFiles.bestModel),
  };
}

const epochOf = ({ epoch, ...metrics }: LoggedEpoch): RunEpoch => ({
  epoch: epoch + 1,
  metrics: finite(metrics),
});

/** JSON has neither NaN nor infinities. */
const finite = (metrics: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)));
