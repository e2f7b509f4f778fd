import { existsSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Reason,
  type RunEvent,
  type RunJob,
  type RunPool,
  type RunResult,
  reasonOf,
  requestDigest,
  requestFolder,
  unmadeResult,
} from "@trazo/sweep";
import { type FlowJob, FlowProducer, type Job, Queue, QueueEvents } from "bullmq";
import { Redis } from "ioredis";
import { QueueError } from "../failures/index.js";
import { isInside } from "../store/folder-listing.js";
import { FolderStore } from "../store/folder-store.js";
import { openObjects } from "../store/open-objects.js";
import { findJob } from "./find-job.js";
import { runJobOptions, summaryJobOptions } from "./job-options.js";
import { fetchRun } from "./kept-runs.js";
import {
  answers,
  connectionTo,
  isRefusal,
  parseQueueAddress,
  type QueueAddress,
  requireAnswer,
  whyNot,
} from "./queue-address.js";
import {
  concurrencyIn,
  defaultQueueName,
  interruptChannel,
  keyPrefix,
  queueOfThisVersion,
  summariesOf,
} from "./queue-names.js";
import {
  isStopped,
  jobIdOf,
  jobName,
  type RunPayload,
  runPayload,
  type SentResult,
  travels,
} from "./run-payload.js";
import { shareData, shareFile } from "./shared-data.js";
import type { SweepDone } from "./summarize-sweep-job.js";
import { type AnnouncedSweep, type SweepPayload, sweepId, sweepPayload } from "./sweep-payload.js";

export interface QueuePoolOptions {
  /** The queue's server, e.g. `redis://localhost:6379`. */
  readonly queue: string;
  /** Which of the server's queues. Default `runs`. */
  readonly name?: string | undefined;
  /** The folder of the runs. Without a store it is the same shared folder on every machine. */
  readonly runs: string;
  /** A folder that all machines see, or `s3://bucket/prefix`, through which runs and data sets travel. Default: none. */
  readonly store?: string | undefined;
  /** Told when the server cannot be used, and why, and when it is back. */
  readonly onConnection?: ((isConnected: boolean, reason?: Reason) => void) | undefined;
}

/** A run that was asked for and is not done. */
interface Pending {
  readonly job: RunJob;
  readonly promise: Promise<RunResult>;
  readonly listeners: ((event: RunEvent) => void)[];
  resolve(result: RunResult): void;
  reject(error: unknown): void;
  hasBegun: boolean;
}

/** How often what may have been missed is looked up, and how many runs at a time. */
const [lookMs, lookCount] = [5000, 200];
/** How often a summary is tried to be withdrawn, and how long after the last time. */
const [mostTries, tryMs] = [50, 100];
/** For how many seconds a server is waited for that is away when the pool closes. */
const mostAway = 5;
/** How long runs that are stopped may take to end their step. */
const patienceMs = 30_000;

/**
 * Makes runs through a queue in Redis or Valkey: workers on any machine take them (`startWorker`). A run has one job, named by its digest, so
 * asking twice, from two machines or after a restart, makes it once. Should the server lose everything, what is not done is asked for again.
 */
export class QueuePool implements RunPool {
  private readonly pending = new Map<string, Pending>();
  private readonly sharing = new Map<string, Promise<void>>();
  /** Sweeps whose summaries wait for their runs. */
  private readonly announced = new Set<string>();
  private readonly looking: NodeJS.Timeout;
  private workers = 0;
  private isConnected = true;
  /** Runs that the server would not take; they are asked for again. */
  private readonly refused = new Set<string>();
  private closing: Promise<void> | undefined;
  /** Ends pauses between tries. */
  private readonly waiting = new AbortController();

  private constructor(
    private readonly runs: string,
    private readonly store: FolderStore | undefined,
    private readonly address: QueueAddress,
    private readonly name: string,
    private readonly queue: Queue<RunPayload, SentResult>,
    private readonly events: QueueEvents<string>,
    private readonly summaries: Queue<SweepPayload, SweepDone>,
    private readonly onConnection: QueuePoolOptions["onConnection"],
  ) {
    const onError = (error: Error): void => this.setConnected(false, whyNot(error));
    queue.on("error", onError);
    events.on("error", onError);
    summaries.on("error", onError);
    events.on("completed", ({ jobId, returnvalue }) => {
      // Another sweep may ask for the run again before it is looked at here.
      if (this.closing && isStopped(returnvalue)) this.interrupted(jobId);
      else void this.look(jobId);
    });
    events.on("failed", ({ jobId }) => void this.look(jobId));
    events.on("removed", ({ jobId }) => void this.look(jobId));
    events.on("progress", ({ jobId, data }) => this.tell(jobId, data as unknown as RunEvent));
    events.on("stalled", ({ jobId }) =>
      this.retried(jobId, reasonOf(new QueueError(({ workerDied }) => workerDied))),
    );
    events.on("delayed", ({ jobId }) => void this.tellFailure(jobId));
    this.looking = setInterval(() => void this.lookAround(), lookMs).unref();
  }

  /**
   * @throws TrazoError when the address is wrong, or queue or store do not answer
   */
  static async open(options: QueuePoolOptions): Promise<QueuePool> {
    const name = queueOfThisVersion(options.name ?? defaultQueueName);
    const address = parseQueueAddress(options.queue);
    const store = options.store === undefined ? undefined : new FolderStore(await openObjects(options.store));
    await store?.has("runs/none");
    await requireAnswer(address);
    const connection = connectionTo(address);
    const queue = new Queue<RunPayload, SentResult>(name, { connection, prefix: keyPrefix });
    const events = new QueueEvents<string>(name, { connection, prefix: keyPrefix, autorun: false });
    const summaries = new Queue<SweepPayload, SweepDone>(summariesOf(name), {
      connection,
      prefix: keyPrefix,
    });
    const pool = new QueuePool(
      resolve(options.runs),
      store,
      address,
      name,
      queue,
      events,
      summaries,
      options.onConnection,
    );
    await events.waitUntilReady();
    events.run().catch(() => undefined);
    await pool.countWorkers();
    return pool;
  }

  /** Whether a worker of this version is there; without one the runs wait. */
  get hasWorkers(): boolean {
    return this.workers > 0;
  }

  /** The queue's address without a password, for messages. */
  get place(): string {
    return this.address.label;
  }

  /** Runs that the workers make at the same time, as far as is known: at least 1. */
  get capacity(): number {
    return Math.max(1, this.workers);
  }

  /**
   * Announces a sweep whose runs are then asked for: a flow of BullMQ, whose runs are the children of the sweep's summary. So a worker writes
   * table and report when the last run is done, whether or not this process still waits; of successive halving it also decides which runs are
   * trained further. A server that is full or read-only is waited for.
   *
   * @param jobs what `run` will be asked for first, as `firstJobs` of `@trazo/sweep` gives them
   */
  async announce(sweep: AnnouncedSweep, jobs: readonly RunJob[]): Promise<void> {
    while (!this.closing) {
      try {
        await this.addFlow(sweep, jobs);
        return this.setConnected(true);
      } catch (error) {
        if (!isRefusal(error as Error)) throw error;
        this.setConnected(false, whyNot(error as Error));
        await sleep(lookMs, undefined, { signal: this.waiting.signal }).catch(() => undefined);
      }
    }
  }

  private async addFlow(sweep: AnnouncedSweep, jobs: readonly RunJob[]): Promise<void> {
    const id = sweepId(sweep);
    const before = await this.summaries.getJob(id);
    // One that is at work now is left alone.
    if (before && (await before.getState()) === "active") return;
    await before?.remove({ removeChildren: false });
    const areOpen = await Promise.all(jobs.map((job) => this.isOpen(job)));
    const children = jobs.filter((_, i) => areOpen[i]);
    const data = sweepPayload(sweep, this.store?.name);
    const opts = summaryJobOptions(id);
    this.announced.add(id);
    await this.sendFlow({
      name: sweep.name,
      queueName: summariesOf(this.name),
      data,
      opts,
      children: children.map((job) => ({
        name: jobName(job),
        queueName: this.name,
        data: this.payload(job),
        opts: runJobOptions(job),
      })),
    });
    await this.requireAwaited(id, sweep.name, data);
  }

  /** On a connection of its own: one on which a full server refused the flow's scripts takes them for sent, and would name unknown ones. */
  private async sendFlow(flow: FlowJob): Promise<void> {
    const flows = new FlowProducer({ connection: connectionTo(this.address), prefix: keyPrefix });
    flows.on("error", (error: Error) => this.setConnected(false, whyNot(error)));
    try {
      await flows.add(flow);
    } finally {
      await flows.close();
    }
  }

  /** Prepares a run. @returns whether its summary is to wait for its job: one that has failed for good never ends again */
  private async isOpen(job: RunJob): Promise<boolean> {
    const { state, found } = await findJob(this.queue, jobIdOf(job));
    const isOver = found !== undefined && (state === "completed" || state === "failed");
    if (isOver && isAnswered(state, found, job)) return state === "completed";
    if (isOver) await found.remove();
    await this.prepare(job);
    return true;
  }

  /** A run has one parent: where all are another sweep's, nothing would wake the summary, which then looks for itself. */
  private async requireAwaited(id: string, name: string, data: SweepPayload): Promise<void> {
    const job = await this.summaries.getJob(id);
    if (!job || (await job.getState()) !== "waiting-children") return;
    const { unprocessed } = await job.getDependenciesCount({ unprocessed: true });
    if (unprocessed) return;
    // One that cannot be removed has been woken in this moment.
    if (await removed(job)) await this.summaries.add(name, data, summaryJobOptions(id));
  }

  /** A sweep that is stopped has no summary. One at which a worker is just looking cannot be removed for that moment. */
  private async withdraw(): Promise<void> {
    for (const id of this.announced) {
      for (let tries = 0; tries < mostTries; tries++) {
        const job = await this.summaries.getJob(id);
        if (job === undefined || (await removed(job))) break;
        await sleep(tryMs);
      }
    }
  }

  run(job: RunJob, onEvent?: (event: RunEvent) => void): Promise<RunResult> {
    const id = jobIdOf(job);
    const known = this.pending.get(id);
    if (known) {
      if (onEvent) known.listeners.push(onEvent);
      return known.promise;
    }
    let settle: Pick<Pending, "resolve" | "reject"> | undefined;
    const promise = new Promise<RunResult>((resolve, reject) => {
      settle = { resolve, reject };
    });
    const { resolve, reject } = settle as Pick<Pending, "resolve" | "reject">;
    this.pending.set(id, {
      job,
      promise,
      listeners: onEvent ? [onEvent] : [],
      resolve,
      reject,
      hasBegun: false,
    });
    if (this.closing) this.settle(id, this.unmade(job, "interrupted"));
    else {
      this.submit(id, job).catch((error) => this.refuse(id, error));
    }
    return promise;
  }

  close(): Promise<void> {
    this.closing ??= this.shutOrGiveUp();
    this.waiting.abort();
    return this.closing;
  }

  private async shutOrGiveUp(): Promise<void> {
    const over = new AbortController();
    try {
      await Promise.race([this.shut(), this.giveUp(over.signal)]);
    } finally {
      over.abort();
    }
  }

  /** A server that has gone is not waited for: what it was to be told it is not. */
  private async giveUp(over: AbortSignal): Promise<void> {
    for (let away = 0; away < mostAway; ) {
      await sleep(1000, undefined, { ref: false, signal: over }).catch(() => undefined);
      if (over.aborted) return;
      away = (await answers(this.address)) ? 0 : away + 1;
    }
    if (over.aborted) return;
    this.endPending();
    for (const part of [this.queue, this.summaries, this.events]) part.disconnect().catch(() => undefined);
    this.store?.close();
  }

  private endPending(): void {
    for (const id of [...this.pending.keys()]) this.interrupted(id);
  }

  private async shut(): Promise<void> {
    clearInterval(this.looking);
    if (this.pending.size > 0) await this.withdraw();
    const stopped = [...this.pending.keys()].map(async (id) => {
      const job = await this.queue.getJob(id);
      const state = await job?.getState();
      if (state === "active") {
        await this.interrupt(id);
        const promise = this.pending.get(id)?.promise;
        await Promise.race([promise, sleep(patienceMs, undefined, { ref: false })]);
      } else if (state !== "completed" && state !== "failed") await job?.remove().catch(() => undefined);
    });
    await Promise.all(stopped);
    this.endPending();
    await this.events.close();
    await Promise.all([this.queue.close(), this.summaries.close()]);
    this.store?.close();
  }

  private async interrupt(id: string): Promise<void> {
    const client = new Redis(this.address.url, { ...connectionTo(this.address), maxRetriesPerRequest: 3 });
    client.on("error", () => undefined);
    try {
      await client.publish(interruptChannel(this.name), id);
    } finally {
      client.disconnect();
    }
  }

  /** Asks for a run, unless its job is there, or is done and what it made is too. */
  private async submit(id: string, job: RunJob): Promise<void> {
    const { state, found } = await findJob(this.queue, id);
    if (found && isAnswered(state, found, job)) {
      if (state === "failed") return this.settle(id, this.unmade(job, "failed", found.failedReason));
      const result = await this.collect(job, found.returnvalue);
      if (result) return this.settle(id, result);
    }
    if (state === "completed" || state === "failed") await found?.remove();
    await this.prepare(job);
    await this.ask(job);
    await this.look(id);
  }

  /** Settles a run if its job is done; asks for it again if the job is gone. */
  private async look(id: string): Promise<void> {
    const pending = this.pending.get(id);
    if (!pending) return;
    const { job } = pending;
    try {
      const { state, found } = await findJob(this.queue, id);
      if (!this.pending.has(id)) return;
      if (!found) {
        if (this.closing) return this.interrupted(id);
        await this.ask(job);
      } else if (state === "completed" && isStopped(found.returnvalue) && !this.closing) {
        // Another sweep that was stopped had asked for it too.
        await found.remove();
        await this.ask(job);
      } else if (state === "completed") {
        const result = await this.collect(job, found.returnvalue);
        this.settle(id, result ?? this.unmade(job, "failed", this.lostWhere(job)));
      } else if (state === "failed") {
        this.settle(id, this.unmade(job, "failed", found.failedReason));
      }
      this.refused.delete(id);
      if (this.refused.size === 0) this.setConnected(true);
    } catch (error) {
      this.refuse(id, error);
    }
  }

  /** A server that is full or read-only may take the run later: then it is asked for again. */
  private refuse(id: string, error: unknown): void {
    const pending = this.pending.get(id);
    if (!pending) return;
    if (isRefusal(error as Error)) {
      this.refused.add(id);
      this.setConnected(false, whyNot(error as Error));
    } else if (this.pending.delete(id)) pending.reject(error);
  }

  private async ask(job: RunJob): Promise<void> {
    await this.queue.add(jobName(job), this.payload(job), runJobOptions(job));
  }

  /** Events may be missed, for example while the server restarts; a server without a disk may even have forgotten everything. */
  private async lookAround(): Promise<void> {
    const ids = [...this.pending.keys()].slice(0, lookCount);
    for (const id of ids) {
      await this.look(id);
      // Those that still wait go to the end, so that all have their turn.
      const pending = this.pending.get(id);
      if (!pending) continue;
      this.pending.delete(id);
      this.pending.set(id, pending);
    }
    await this.countWorkers().catch(() => undefined);
  }

  private async countWorkers(): Promise<void> {
    const workers = await this.queue.getWorkers();
    this.workers = workers.reduce((sum, { rawname = "" }) => sum + concurrencyIn(rawname), 0);
  }

  /** What a worker made, brought here; undefined when it is not to be found. */
  private async collect(job: RunJob, { model, ...result }: SentResult): Promise<RunResult | undefined> {
    const folder = this.folderOf(job);
    if (result.status !== "failed") {
      const isHere = this.store ? await fetchRun(this.store, job.request, folder) : existsSync(folder);
      if (!isHere) return undefined;
    }
    return { ...result, folder, ...(model && { model: join(folder, ...model.split("/")) }) };
  }

  private settle(id: string, result: RunResult): void {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    this.refused.delete(id);
    pending?.resolve(result);
  }

  private interrupted(id: string): void {
    const job = this.pending.get(id)?.job;
    if (job) this.settle(id, this.unmade(job, "interrupted"));
  }

  private tell(id: string, event: RunEvent): void {
    const pending = this.pending.get(id);
    if (!pending) return;
    for (const listener of pending.listeners) listener(event);
  }

  private retried(id: string, reason: Reason): void {
    const job = this.pending.get(id)?.job;
    if (job) this.tell(id, { type: "retry", digest: requestDigest(job.request), ...reason });
  }

  /** Why a run is tried again. One that waits for another process tells it itself. */
  private async tellFailure(jobId: string): Promise<void> {
    if (!this.pending.has(jobId)) return;
    const found = await this.queue.getJob(jobId).catch(() => undefined);
    if (found?.failedReason) this.retried(jobId, { reason: found.failedReason });
  }

  /** Puts a run's images, and the file of its network, where the workers find them. */
  private async prepare({ request: { configuration, dataDigest } }: RunJob): Promise<void> {
    const { data, network, networkDigest } = configuration;
    const place = { runs: this.runs, store: this.store };
    if (travels(data)) await this.share(dataDigest, () => shareData(data.source, dataDigest, place));
    if (networkDigest !== undefined && typeof network === "string") {
      await this.share(networkDigest, () => shareFile(network, networkDigest, place));
    }
  }

  private async share(digest: string, send: () => Promise<void>): Promise<void> {
    const sharing = this.sharing.get(digest) ?? send();
    this.sharing.set(digest, sharing);
    await sharing;
  }

  private payload(job: RunJob): RunPayload {
    return runPayload(job, this.store?.name, this.sharedPath(job));
  }

  private folderOf({ request, folder }: RunJob): string {
    return folder ?? requestFolder(this.runs, request);
  }

  /** A folder of its own that a run was given, as every machine finds it below the folder of runs; with a store it is this machine's affair. */
  private sharedPath({ folder }: RunJob): string | undefined {
    if (folder === undefined || this.store) return undefined;
    const path = relative(this.runs, resolve(folder)).split(sep).join("/");
    if (isInside(path)) return path;
    throw new QueueError(({ outsideRuns }) => outsideRuns(folder, this.runs));
  }

  private unmade(job: RunJob, status: "failed" | "interrupted", reason?: string): RunResult {
    return unmadeResult(
      job.request,
      this.folderOf(job),
      status,
      reason === undefined ? undefined : { reason },
    );
  }

  private lostWhere(job: RunJob): string {
    if (this.store) return `The run is done, but ${this.store.name} does not hold it.`;
    return `The run is done, but ${this.folderOf(job)} is missing here. Is ${this.runs} the same shared folder on every machine? If not, use --store.`;
  }

  private setConnected(isConnected: boolean, reason?: Reason): void {
    if (isConnected === this.isConnected || this.closing) return;
    this.isConnected = isConnected;
    this.onConnection?.(isConnected, reason);
  }
}

/** Whether a summary could be removed: not while a worker is at it. */
const removed = (summary: Job<SweepPayload, SweepDone>): Promise<boolean> =>
  summary.remove({ removeChildren: false }).then(
    () => true,
    () => false,
  );

/** Whether a job's answer stands: not of one that was stopped, nor of one that failed and is to be tried again. */
function isAnswered(state: string, found: Job<RunPayload, SentResult>, { retryFailed }: RunJob): boolean {
  if (state === "failed") return !retryFailed;
  if (state !== "completed") return false;
  const { status } = found.returnvalue;
  return status !== "interrupted" && !(status === "failed" && retryFailed);
}
