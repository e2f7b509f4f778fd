import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What Prometheus is told of a worker, and of the queue as this worker sees it. */
export interface WorkerMetrics {
  readonly registry: Registry;
  /** Runs that left this worker: `finished`, `paused`, `failed`, `interrupted`, or `error` for those that are tried again. */
  readonly runs: Counter<"status">;
  readonly active: Gauge;
  readonly epochs: Counter;
  readonly runSeconds: Histogram;
  /** Runs that this worker took back from workers that had died. */
  readonly stalled: Counter;
  /** Times that the connection to the queue was lost. */
  readonly connectionErrors: Counter;
}

/**
 * @param jobCounts asked at every scrape for how many runs of the queue are in which state
 */
export function createWorkerMetrics(
  jobCounts: () => Promise<Readonly<Record<string, number>>>,
): WorkerMetrics {
  const registry = new Registry();
  const registers = [registry];
  const jobs: Gauge<"state"> = new Gauge({
    name: "trazo_queue_jobs",
    help: "Runs in the queue by state, as the server counts them",
    labelNames: ["state"],
    registers,
    async collect() {
      // A scrape while the server restarts gets everything else.
      const counts = await jobCounts().catch(() => undefined);
      if (!counts) return jobs.reset();
      for (const [state, count] of Object.entries(counts)) jobs.set({ state }, count);
    },
  });
  return {
    registry,
    runs: new Counter({
      name: "trazo_worker_runs_total",
      help: "Runs that left this worker, by what came of them",
      labelNames: ["status"],
      registers,
    }),
    active: new Gauge({
      name: "trazo_worker_runs_active",
      help: "Runs that this worker makes now",
      registers,
    }),
    epochs: new Counter({
      name: "trazo_worker_epochs_total",
      help: "Epochs that this worker has trained",
      registers,
    }),
    runSeconds: new Histogram({
      name: "trazo_worker_run_seconds",
      help: "Seconds from taking a run to its result",
      buckets: [1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 24 * 3600],
      registers,
    }),
    stalled: new Counter({
      name: "trazo_worker_stalled_runs_total",
      help: "Runs that this worker took back from workers that had died",
      registers,
    }),
    connectionErrors: new Counter({
      name: "trazo_worker_connection_errors_total",
      help: "Errors of the connection to the queue",
      registers,
    }),
  };
}
