import { type ChildProcess, fork } from "node:child_process";
import { createRequire } from "node:module";
import type { FailureText } from "../failures/en.js";
import { SweepError } from "../failures/index.js";
import { errorOf, type Reason, reasonOf } from "../failures/reason.js";
import { keepFailure } from "../run/failure.js";
import { requestDigest, requestFolder } from "../run/run-request.js";
import { type RunResult, unmadeResult } from "../run/run-result.js";
import type { FromProcess, ToProcess } from "./messages.js";
import type { RunEvent, RunJob, RunPool } from "./run-pool.js";

export interface LocalPoolOptions {
  /** Runs get folders in it, named by their requests' digests. */
  readonly folder: string;
  /** Runs at the same time, each in a process of its own. */
  readonly processes: number;
  /** Also save each run's state every this many steps. Default: after each epoch only. */
  readonly saveEvery?: number | undefined;
}

/** How often a run is begun again whose process died. */
const mostRetries = 2;

interface Waiting {
  readonly job: RunJob;
  readonly digest: string;
  readonly onEvent: ((event: RunEvent) => void) | undefined;
  readonly resolve: (result: RunResult) => void;
  readonly reject: (error: Error) => void;
  deaths: number;
}

/**
 * Makes runs in processes of this machine, which start at once. Each trains with as many threads as its request says.
 *
 * @example
 * const pool = localPool({ folder: "runs", processes: 2 });
 * const results = await Promise.all(requests.map((request) => pool.run({ request })));
 * await pool.close();
 */
export const localPool = (options: LocalPoolOptions): RunPool => new LocalPool(options);

class LocalPool implements RunPool {
  readonly capacity: number;
  readonly #options: LocalPoolOptions;
  readonly #waiting: Waiting[] = [];
  readonly #idle: ChildProcess[] = [];
  readonly #busy = new Map<ChildProcess, Waiting>();
  readonly #gone: Promise<void>[] = [];
  #isClosed = false;

  constructor(options: LocalPoolOptions) {
    this.capacity = options.processes;
    this.#options = options;
    while (this.#idle.length < options.processes) this.#idle.push(this.#start());
  }

  run(job: RunJob, onEvent?: (event: RunEvent) => void): Promise<RunResult> {
    if (this.#isClosed) return Promise.reject(new SweepError(({ poolIsClosed }) => poolIsClosed));
    return new Promise((resolve, reject) => {
      const waiting = { job, digest: requestDigest(job.request), onEvent, resolve, reject, deaths: 0 };
      if (job.first) this.#waiting.unshift(waiting);
      else this.#waiting.push(waiting);
      this.#assign();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const waiting of this.#waiting.splice(0)) waiting.resolve(this.#interrupted(waiting));
    for (const child of this.#busy.keys()) tell(child, { type: "stop" });
    for (const child of this.#idle.splice(0)) child.disconnect();
    await Promise.all(this.#gone);
  }

  #assign(): void {
    while (this.#waiting.length > 0 && this.#busy.size < this.capacity) {
      const child = this.#idle.pop() ?? this.#start();
      const next = this.#waiting.shift() as Waiting;
      this.#busy.set(child, next);
      const { saveEvery } = this.#options;
      tell(child, { type: "run", job: next.job, folder: this.#folderOf(next), saveEvery });
    }
  }

  #folderOf({ job }: Waiting): string {
    return job.folder ?? requestFolder(this.#options.folder, job.request);
  }

  #start(): ChildProcess {
    const child = fork(createRequire(import.meta.url).resolve("#pool-process"), {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let lastWords = "";
    child.stderr?.on("data", (text) => {
      lastWords = `${lastWords}${text}`.slice(-2000);
    });
    child.on("message", (message: FromProcess) => this.#hear(child, message));
    this.#gone.push(
      new Promise((resolve) => {
        const end = (code: number | null, signal: NodeJS.Signals | null): void => {
          this.#lose(child, code, signal, lastWords);
          resolve();
        };
        // Node.js does not always tell of its "close" once its channel was closed from here.
        child.on("exit", end);
        child.on("error", (error) => {
          lastWords = error.message;
          if (child.pid === undefined) end(null, null);
        });
      }),
    );
    return child;
  }

  #hear(child: ChildProcess, message: FromProcess): void {
    const current = this.#busy.get(child);
    if (!current) return;
    if (message.type === "event") {
      current.onEvent?.(message.event);
      return;
    }
    this.#busy.delete(child);
    if (message.type === "result") current.resolve(message.result);
    else current.reject(message.isUnexpected ? new Error(message.reason) : errorOf(message));
    if (this.#isClosed) child.disconnect();
    else {
      this.#idle.push(child);
      this.#assign();
    }
  }

  /** A process has ended; a run that it was at goes to another one, which resumes from what was saved. */
  #lose(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null, lastWords: string): void {
    const place = this.#idle.indexOf(child);
    if (place >= 0) this.#idle.splice(place, 1);
    const current = this.#busy.get(child);
    if (!current) return;
    this.#busy.delete(child);
    current.deaths++;
    const words = lastWords.trim();
    const tell = (text: FailureText): string =>
      `${signal ? text.endedBySignal(signal) : text.endedWithCode(code)}${words === "" ? "" : `: ${words}`}.`;
    const { deaths } = current;
    if (this.#isClosed) current.resolve(this.#interrupted(current));
    else if (deaths > mostRetries) {
      this.#fail(current, reasonOf(new SweepError((text) => `${tell(text)} ${text.begunTimes(deaths)}`)));
    } else {
      current.onEvent?.({ type: "retry", digest: current.digest, ...reasonOf(new SweepError(tell)) });
      // What it has saved by now is its own.
      this.#waiting.unshift({ ...current, job: { ...current.job, fresh: false } });
    }
    this.#assign();
  }

  /** A run that ends every process is not tried again by the next sweep either. */
  #fail(waiting: Waiting, reason: Reason): void {
    const { request } = waiting.job;
    const folder = this.#folderOf(waiting);
    keepFailure(folder, request, reason).then(waiting.resolve, () =>
      waiting.resolve(unmadeResult(request, folder, "failed", reason)),
    );
  }

  #interrupted(waiting: Waiting): RunResult {
    return unmadeResult(waiting.job.request, this.#folderOf(waiting), "interrupted");
  }
}

/** A process that is just ending hears nothing; its "close" follows. */
function tell(child: ChildProcess, message: ToProcess): void {
  child.send(message, () => undefined);
}
