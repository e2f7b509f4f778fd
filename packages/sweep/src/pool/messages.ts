import type { Reason } from "../failures/reason.js";
import type { RunResult } from "../run/run-result.js";
import type { RunEvent, RunJob } from "./run-pool.js";

/** What a pool tells its processes. */
export type ToProcess =
  | {
      readonly type: "run";
      readonly job: RunJob;
      readonly folder: string;
      readonly saveEvery?: number | undefined;
    }
  | { readonly type: "stop" };

/** What they answer. */
export type FromProcess =
  | { readonly type: "event"; readonly event: RunEvent }
  | { readonly type: "result"; readonly result: RunResult }
  /** No run can be made; the reason is for people unless it is `unexpected`. */
  | ({ readonly type: "error"; readonly isUnexpected: boolean } & Reason);
