import { join } from "node:path";
import {
  bestEpochOf,
  type LoggedEpoch,
  newRun,
  type PracticeData,
  prepare,
  type Run,
  readRunToResume,
  runFiles,
  techniqueRecipe,
  techniques,
  trainRun,
} from "@trazo/practice";
import { callbacks, type ImageDataset, nodeRuntime, TrainingInterrupted, TrazoError } from "trazo";
import type { RunEvent } from "../pool/run-pool.js";
import { loadData } from "./load-data.js";
import { type RunRequest, requestDigest, requireSameCode } from "./run-request.js";
import type { RunEpoch, RunResult } from "./run-result.js";

export interface ExecuteOptions {
  /** The run's folder, which is its own: named by the request's digest, so that it holds no other run. */
  readonly folder: string;
  /** Train up to this epoch (from 1) and pause. Default: to the end, and test. */
  readonly until?: number | undefined;
  /** Interrupts the run after its step; it resumes there when it is executed again. */
  readonly signal?: AbortSignal | undefined;
  /** Told when the run begins and after each epoch. */
  readonly onProgress?: ((event: RunEvent) => void) | undefined;
  /** Also save the state every this many steps. Default: after each epoch only. */
  readonly saveEvery?: number | undefined;
  /** The images of the request's data. Default: from where its configuration says they are. */
  readonly images?: (() => Promise<ImageDataset>) | undefined;
}

/**
 * Makes a run in this process. Its folder holds it whole or resumable at any time, so that it may be killed at any moment and be executed
 * again; executing a finished one only reads it.
 *
 * @returns what came of it; a run that cannot be trained is `failed`, one that the signal stopped is `interrupted`
 * @throws TrazoError when the request is for other code or the images are not those of the request, or another process holds the folder
 */
export async function executeRun(request: RunRequest, options: ExecuteOptions): Promise<RunResult> {
  requireSameCode(request);
  const digest = requestDigest(request);
  const { folder, until, onProgress } = options;
  const { configuration, seed, threads } = request;
  const runtime = await nodeRuntime({ threads });
  const data = prepare(await (options.images ?? (() => loadData(configuration.data)))());
  requireSameData(request, data);
  const technique = techniques.find(({ name }) => name === configuration.technique);
  if (!technique) throw new TrazoError(`There is no technique ${JSON.stringify(configuration.technique)}.`);
  const { epochs, batchSize } = configuration;
  const config = newRun({ technique: technique.name, seed, epochs, batchSize }, data, runtime);

  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  options.signal?.addEventListener("abort", interrupt, { once: true });
  if (options.signal?.aborted) stop.abort();
  const telling = callbacks.lambdaCallback({
    onEpochEnd(epoch, logs) {
      onProgress?.({ type: "epoch", digest, epoch: epochOf({ ...logs, epoch } as LoggedEpoch) });
      if (until !== undefined && epoch + 1 >= until && until < epochs) stop.abort();
    },
  });
  onProgress?.({ type: "began", digest, worker: `process ${process.pid}`, epochsDone: 0 });
  try {
    const run = await trainRun({
      recipe: techniqueRecipe(technique, config, data, runtime),
      config,
      folder,
      data,
      runtime,
      verbose: 0,
      callbacks: [telling],
      signal: () => stop.signal,
      saveEvery: options.saveEvery,
    });
    return resultOf(run, request, "finished");
  } catch (error) {
    if (!(error instanceof TrainingInterrupted)) throw error;
    return resultOf(readRunToResume(folder), request, options.signal?.aborted ? "interrupted" : "paused");
  } finally {
    options.signal?.removeEventListener("abort", interrupt);
  }
}

function requireSameData(request: RunRequest, { digest, source }: PracticeData): void {
  if (digest === request.dataDigest) return;
  throw new TrazoError(
    `${source}: these are not the images that the run is for: their digest is ${digest}, expected ${request.dataDigest}.`,
  );
}

function resultOf(run: Run, request: RunRequest, status: RunResult["status"]): RunResult {
  const best = bestEpochOf(run);
  return {
    digest: requestDigest(request),
    seed: request.seed,
    status,
    epochs: run.history.map(epochOf),
    monitor: run.config.monitor ?? "val_accuracy",
    best: best && { epoch: best.epoch, value: best.value },
    test: run.result?.test,
    times: { began: run.config.started, epochSeconds: run.result?.epochSeconds ?? [] },
    folder: run.folder,
    model: best && join(run.folder, runFiles.bestModel),
  };
}

const epochOf = ({ epoch, ...metrics }: LoggedEpoch): RunEpoch => ({ epoch: epoch + 1, metrics });
