/**
 * Many training runs: each a pure function of its configuration, seed, data and code; made one by one or in a pool.
 *
 * @packageDocumentation
 */

export type {
  DataConfiguration,
  RunConfiguration,
  TypedOptions,
} from "./configuration/run-configuration.js";
export type { RunEvent, RunJob, RunPool } from "./pool/run-pool.js";
export { type ExecuteOptions, executeRun } from "./runs/execute-run.js";
export { dataDigest, loadData } from "./runs/load-data.js";
export { codeVersion, type RunRequest, requestDigest, requestFolder } from "./runs/run-request.js";
export type { RunEpoch, RunResult } from "./runs/run-result.js";
