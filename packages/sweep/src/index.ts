/**
 * Many training runs: each a pure function of its configuration, seed, data and code; made one by one or in a pool.
 *
 * @packageDocumentation
 */

export {
  type CheckedConfiguration,
  checkConfiguration,
  folderOf,
} from "./configuration/check-configuration.js";
export { ConfigNode, type ConfigSource, type Path } from "./configuration/config-node.js";
export { parseText, readDocument } from "./configuration/document.js";
export { runSchema, sweepSchema } from "./configuration/json-schema.js";
export type {
  DataConfiguration,
  RunConfiguration,
  TypedOptions,
} from "./configuration/run-configuration.js";
export { parseSetting, type Setting, withSettings } from "./configuration/set-option.js";
export { type LocalPoolOptions, localPool } from "./pool/local-pool.js";
export type { RunEvent, RunJob, RunPool } from "./pool/run-pool.js";
export { sparkline } from "./report/figures.js";
export { alignedTable, comparisonsTable, settingsTable, type Table } from "./report/table.js";
export { writeSweepReport } from "./report/write-sweep-report.js";
export { type ExecuteOptions, executeRun } from "./run/execute-run.js";
export { dataDigest, loadData } from "./run/load-data.js";
export { codeVersion, type RunRequest, requestDigest, requestFolder } from "./run/run-request.js";
export type { RunEpoch, RunResult } from "./run/run-result.js";
export * from "./statistics/index.js";
export { chooseSharing, type Sharing } from "./sweep/choose-sharing.js";
export { expandSweep, type PlannedRun } from "./sweep/expand.js";
export { isLargerBetter, measured } from "./sweep/measure.js";
export { runSweep, type SweepListener, type SweepRow } from "./sweep/run-sweep.js";
export { type SettingSummary, type SweepSummary, summarizeSweep } from "./sweep/summary.js";
export {
  planSweep,
  readSweep,
  type SweepPlan,
  type SweepSearch,
  type SweepSetting,
} from "./sweep/sweep-plan.js";
