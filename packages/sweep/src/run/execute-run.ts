import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
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
import type { RunEvent } from "../pool/run-pool.js";
import { dataDigest, loadData } from "./load-data.js";
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
  /** Told when the run begins and after each epoch. */
  readonly onProgress?: ((event: RunEvent) => void) | undefined;
  /** Also save the state every this many steps. Default: after each epoch only. */
  readonly saveEvery?: number | undefined;
  /** The images of the request's data. Default: from where its configuration says they are. */
  readonly images?: (() => Promise<ImageDataset>) | undefined;
  /** Also show the best model distorted test digits, as the practice's report wants. Default false. */
  readonly distortsDigits?: boolean | undefined;
}

/**
 * Makes a run in this process. Its folder holds it whole or resumable at any time, so that it may be killed at any moment and be executed
 * again; executing a finished one only reads it.
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
  await mkdir(folder, { recursive: true });
  await writeFileAtomically(join(folder, requestFile), `${JSON.stringify(request, null, 2)}\n`);
  const epochsDone = holdsRun(folder) ? readRunToResume(folder).history.length : 0;
  onProgress?.({ type: "began", digest, worker: `process ${process.pid}`, epochsDone });
  return await train(request, dataset, options);
}

async function train(
  request: RunRequest,
  dataset: ImageDataset,
  options: ExecuteOptions,
): Promise<RunResult> {
  const { folder, signal } = options;
  const { configuration, seed, threads } = request;
  const { epochs, batchSize, monitor, technique } = configuration;
  const runtime = await nodeRuntime({ threads });
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  signal?.addEventListener("abort", interrupt, { once: true });
  if (signal?.aborted) stop.abort();
  // Before, the folder itself may be what cannot be used; that is no property of the run.
  let hasBegun = true;
  try {
    const prepared = await prepareRun(request, dataset, runtime);
    hasBegun = false;
    const { data, recipe } = prepared;
    const settings = { technique: prepared.technique, seed, epochs, batchSize };
    // As the practice says it of its own runs.
    const monitored = technique !== undefined && monitor === "val_accuracy" ? {} : { monitor };
    const config = newRun({ ...settings, ...monitored }, data, runtime);
    const run = await trainRun({
      recipe: {
        ...recipe,
        network() {
          hasBegun = true;
          return recipe.network();
        },
      },
      config: technique === undefined ? { ...config, settings: identityOf(configuration) } : config,
      folder,
      data,
      runtime,
      verbose: options.verbose ?? 0,
      fresh: options.fresh,
      callbacks: [telling(request, options, interrupt)],
      signal: () => stop.signal,
      saveEvery: options.saveEvery,
      distortsDigits: options.distortsDigits,
    });
    return resultOf(run, request, "finished");
  } catch (error) {
    if (error instanceof TrainingInterrupted) {
      return resultOf(readRunToResume(folder), request, signal?.aborted ? "interrupted" : "paused");
    }
    if (!(error instanceof TrazoError) || !hasBegun) throw error;
    return failure(request, folder, error.message);
  } finally {
    signal?.removeEventListener("abort", interrupt);
  }
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
function doneBefore(request: RunRequest, { folder, until }: ExecuteOptions): RunResult | undefined {
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

function requireSameData(request: RunRequest, dataset: ImageDataset): void {
  const digest = dataDigest(dataset);
  if (digest === request.dataDigest) return;
  throw new TrazoError(
    `${dataset.source}: these are not the images that the run is for: their digest is ${digest}, expected ${request.dataDigest}.`,
  );
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

const failure = (request: RunRequest, folder: string, reason: string): RunResult => ({
  digest: requestDigest(request),
  seed: request.seed,
  status: "failed",
  reason,
  epochs: [],
  monitor: request.configuration.monitor,
  times: { began: new Date().toISOString(), epochSeconds: [] },
  folder,
});

const epochOf = ({ epoch, ...metrics }: LoggedEpoch): RunEpoch => ({
  epoch: epoch + 1,
  metrics: finite(metrics),
});

/** JSON has neither NaN nor infinities. */
const finite = (metrics: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)));
