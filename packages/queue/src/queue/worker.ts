import { availableParallelism, hostname } from "node:os";
import { extname, resolve } from "node:path";
import type { Reason, RunEvent } from "@trazo/sweep";
import { type Job, type Processor, Queue, Worker } from "bullmq";
import { Redis } from "ioredis";

import { openObjects } from "../store/open-objects.js";
import { mostStalls } from "./job-options.js";
import { serveMetrics } from "./metrics-server.js";
import { connectionTo, parseQueueAddress, requireAnswer, whyNot } from "./queue-address.js";
import {
  defaultQueueName,
  interruptChannel,
  keyPrefix,
  queueOfThisVersion,
  summariesOf,
  workerName,
} from "./queue-names.js";
import { QueueReach } from "./queue-reach.js";
import { type RunPayload, runOf, type SentResult, type StopReason } from "./run-payload.js";
import { type SweepDone, summarizeSweepJob } from "./summarize-sweep-job.js";
import type { SweepPayload } from "./sweep-payload.js";
import { createWorkerMetrics } from "./worker-metrics.js";
import { placeInEnvironment } from "./worker-place.js";

export interface WorkerOptions {
  /** The queue's server, e.g. `redis://localhost:6379`. */
  readonly queue: string;
  /** Which of the server's queues. Default `runs`. */
  readonly name?: string | undefined;
  /** The folder where runs are made. Without a store it is the same shared folder on every machine. */
  readonly runs: string;
  /** A folder that all machines see, or `s3://bucket/prefix`, through which runs and data sets travel. Default: none. */
  readonly store?: string | undefined;
  /** Runs at a time. Default: the machine's processors divided by the threads of a run. */
  readonly concurrency?: number | undefined;
  /** Also save a run's state every this many steps. Default: after each epoch only. */
  readonly saveEvery?: number | undefined;
  /** With a store: seconds after which a run that is being trained is sent there again, so that another machine can go on with it. Default 300. */
  readonly storeEverySeconds?: number | undefined;
  /** A run whose worker has shown no life for this many seconds is given to another one. Default 30. */
  readonly heartbeatSeconds?: number | undefined;
  /** Serves Prometheus metrics there. Default: nowhere. */
  readonly metrics?: { readonly host: string; readonly port: number } | undefined;
  /** What makes a run, or the module that does in a process of its own. Default: trains it. @internal */
  readonly processor?: string | Processor<RunPayload, SentResult> | undefined;
  /** Told what the worker does. Default: no one is told. */
  readonly onEvent?: ((event: WorkerEvent) => void) | undefined;
}

/** What a worker does. */
export type WorkerEvent =
  | { readonly type: "took"; readonly run: string; readonly name: string }
  | { readonly type: "epoch"; readonly run: string; readonly event: RunEvent }
  | { readonly type: "done"; readonly run: string; readonly result: SentResult; readonly seconds: number }
  /** It is tried again, perhaps by another worker, unless it had its last try. */
  | ({ readonly type: "failed"; readonly run: string; readonly isLast: boolean } & Reason)
  /** It was taken back from a worker that had died. */
  | { readonly type: "stalled"; readonly run: string }
  | { readonly type: "summary"; readonly summary: SweepDone }
  | ({ readonly type: "disconnected" } & Reason)
  | { readonly type: "connected" };

export interface RunningWorker {
  /** Runs at a time, now. */
  readonly concurrency: number;
  /** Where metrics are served. */
  readonly metricsPort: number | undefined;
  /** Takes no new run, stops the present ones after their step with their state saved, and gives them back to the queue, unless its server is gone. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Makes runs of a queue, in processes of their own, until it is closed.
 *
 * @throws TrazoError when the address is wrong, or queue or store do not answer
 *
 * @example
 * const worker = await startWorker({ queue: "redis://localhost:6379", runs: "runs" });
 * process.once("SIGTERM", () => worker.close());
 */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { heartbeatSeconds = 30, onEvent } = options;
  const name = queueOfThisVersion(options.name ?? defaultQueueName);
  const address = parseQueueAddress(options.queue);
  if (options.store !== undefined) await requireStore(options.store);
  await requireAnswer(address);

  const reach = new QueueReach(address, {
    onLost: (error) => onEvent?.({ type: "disconnected", ...whyNot(error) }),
    onBack: () => onEvent?.({ type: "connected" }),
  });
  const metrics = createWorkerMetrics(() => queue.getJobCounts());
  // Before anything is connected: a port that is taken leaves nothing open.
  const server =
    options.metrics && (await serveMetrics(metrics.registry, () => reach.isReached, options.metrics));
  const connection = connectionTo(address);
  const queue = new Queue<RunPayload, SentResult>(name, { connection, prefix: keyPrefix });

  const cores = availableParallelism();
  const concurrency = options.concurrency ?? cores;
  const lockDuration = heartbeatSeconds * 1000;
  const { store, saveEvery, storeEverySeconds = 300 } = options;
  const place = {
    runs: resolve(options.runs),
    store,
    saveEvery,
    storeEverySeconds,
    patienceMs: lockDuration,
  };
  const runs = new Worker<RunPayload, SentResult>(name, processorOf(options.processor), {
    connection,
    prefix: keyPrefix,
    name: workerName(hostname(), process.pid, concurrency),
    concurrency,
    lockDuration,
    stalledInterval: lockDuration,
    maxStalledCount: mostStalls,
    workerForkOptions: { env: { ...process.env, ...placeInEnvironment(place) } },
  });
  const summaries = new Worker<SweepPayload, SweepDone>(
    summariesOf(name),
    (job, token) => summarizeSweepJob(job, token, queue, place),
    { connection, prefix: keyPrefix, maxStalledCount: mostStalls },
  );

  const onError = (error: Error): void => {
    if (isOfOneRun(error)) return;
    metrics.connectionErrors.inc();
    reach.lost(error);
  };
  queue.on("error", onError);
  runs.on("error", onError);
  summaries.on("error", onError);

  const began = new Map<string, number>();
  const left = (job: Job | undefined): number => {
    const since = began.get(job?.id ?? "");
    began.delete(job?.id ?? "");
    metrics.active.set(began.size);
    return since === undefined ? 0 : (performance.now() - since) / 1000;
  };
  runs.on("active", (job) => {
    // Runs that compute with several threads leave room for fewer of them.
    if (options.concurrency === undefined) {
      runs.concurrency = Math.max(1, Math.floor(cores / Math.max(1, job.data.request.threads)));
    }
    began.set(job.id as string, performance.now());
    metrics.active.set(began.size);
    onEvent?.({ type: "took", run: runOf(job.id), name: job.name });
  });
  runs.on("progress", (job, progress) => {
    const event = progress as unknown as RunEvent;
    if (event.type === "retry") {
      left(job);
      onEvent?.({
        type: "failed",
        run: runOf(job.id),
        reason: event.reason,
        reasons: event.reasons,
        isLast: false,
      });
    }
    if (event.type !== "epoch") return;
    metrics.epochs.inc();
    onEvent?.({ type: "epoch", run: runOf(job.id), event });
  });
  runs.on("completed", (job, result) => {
    const seconds = left(job);
    metrics.runs.inc({ status: result.status });
    metrics.runSeconds.observe(seconds);
    onEvent?.({ type: "done", run: runOf(job.id), result, seconds });
  });
  runs.on("failed", (job, error) => {
    left(job);
    metrics.runs.inc({ status: "error" });
    const isLast = job === undefined || job.attemptsMade >= (job.opts.attempts ?? 1);
    onEvent?.({ type: "failed", run: runOf(job?.id), reason: error.message, isLast });
  });
  runs.on("stalled", (id) => {
    metrics.stalled.inc();
    onEvent?.({ type: "stalled", run: runOf(id) });
  });
  summaries.on("completed", (_job, summary) => onEvent?.({ type: "summary", summary }));

  const interrupts = new Redis(address.url, connection);
  interrupts.on("error", onError);
  interrupts.on("message", (_channel, run: string) => {
    const stop = (): void => {
      if (runs.cancelJob(run, "interrupted" satisfies StopReason) || !began.has(run)) clearInterval(stopping);
    };
    const stopping = setInterval(stop, stopMs);
  });
  await interrupts.subscribe(interruptChannel(name));

  const giveBack = async (): Promise<void> => {
    const stopped = runs.close();
    // Again and again: a run that was taken in this moment cannot be stopped yet.
    const stopping = setInterval(() => runs.cancelAllJobs("shutdown" satisfies StopReason), stopMs);
    await stopped;
    clearInterval(stopping);
    await summaries.close();
    await queue.close();
  };
  let closing: Promise<void> | undefined;
  return {
    get concurrency() {
      return runs.concurrency;
    },
    metricsPort: server?.port,
    close() {
      closing ??= Promise.race([giveBack(), reach.givenUp()]).then(async () => {
        reach.close();
        interrupts.disconnect();
        await server?.close();
      });
      return closing;
    },
  };
}

/** Between two tries to stop a run, in milliseconds. */
const stopMs = 50;

/** The run was given to another worker meanwhile, as after this machine had slept: the queue itself is well. */
const isOfOneRun = (error: Error): boolean =>
  typeof (error as { code?: unknown }).code === "number" || /^could not renew lock/.test(error.message);

/** The file beside this one, compiled or not as this one is. */
const processorOf = (
  other: WorkerOptions["processor"] = `./run-processor${extname(import.meta.url)}`,
): URL | Processor<RunPayload, SentResult> =>
  typeof other === "string" ? new URL(other, import.meta.url) : other;

/** Asks the store once, so that wrong keys are told at once. */
async function requireStore(place: string): Promise<void> {
  const objects = await openObjects(place);
  try {
    await objects.has("runs/none/files.json");
  } finally {
    objects.close();
  }
}
