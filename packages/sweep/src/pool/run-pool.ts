import type { Reason } from "../failures/reason.js";
import type { RunRequest } from "../run/run-request.js";
import type { RunEpoch, RunResult } from "../run/run-result.js";

/** One run to be made, perhaps only in part. Plain JSON. */
export interface RunJob {
  readonly request: RunRequest;
  /** Train up to this epoch (from 1) and pause. Default: to the end, and test. */
  readonly until?: number | undefined;
  /** Also show the best model distorted test digits, as the practice's report wants. Default false. */
  readonly distortsDigits?: boolean | undefined;
  /** Throw away what an earlier execution left in the folder. Default false. */
  readonly fresh?: boolean | undefined;
  /** Try it again when it failed before. Default false: why it failed is told again. */
  readonly retryFailed?: boolean | undefined;
  /** Make it before those that wait already. Default false. */
  readonly first?: boolean | undefined;
  /** The run's folder. Default: named by the request's digest, in the pool's own folder. */
  readonly folder?: string | undefined;
}

/** What happens to a run. */
export type RunEvent =
  | {
      readonly type: "began";
      readonly digest: string;
      /** Who makes it, e.g. `process 4711` or `lab-3, process 4711`. */
      readonly worker: string;
      /** Epochs that were done before. */
      readonly epochsDone: number;
    }
  | { readonly type: "epoch"; readonly digest: string; readonly epoch: RunEpoch }
  /** Its worker died, and it begins again from what it had saved. */
  | ({ readonly type: "retry"; readonly digest: string } & Reason);

/** Where runs are made: processes of this machine, or workers of a queue. */
export interface RunPool {
  /** Runs that are made at the same time; as far as is known, for pools that grow and shrink. */
  readonly capacity: number;
  /**
   * Makes a run; it waits for its turn. Asking for a run that was made before is harmless and cheap.
   *
   * @param onEvent told of the run's course, in order; some of it may be missing where workers die
   * @returns what came of it, also where it failed or was interrupted
   * @throws TrazoError when the pool cannot make any run
   */
  run(job: RunJob, onEvent?: (event: RunEvent) => void): Promise<RunResult>;
  /** Lets runs that have not begun be, interrupts the others after their step, and frees everything. Safe to call twice. */
  close(): Promise<void>;
}
