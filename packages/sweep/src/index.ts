/**
 * Many training runs: each a pure function of its configuration, seed, data and code; made one by one or in a pool.
 *
 * @packageDocumentation
 */

export {
  type Comparison,
  compareSettings,
  comparisonsTable,
  describeSample,
  type Language,
  LocalizedError,
  type Measured,
  type Sample,
  type Table,
} from "@trazo/practice";
export {
  type CheckedConfiguration,
  checkConfiguration,
  folderOf,
} from "./configuration/check-configuration.js";
export { ConfigNode, type ConfigSource, type Path, type Place } from "./configuration/config-node.js";
export { parseText, readDocument } from "./configuration/document.js";
export { runSchema, sweepSchema } from "./configuration/json-schema.js";
export type {
  DataConfiguration,
  RunConfiguration,
  TypedOptions,
} from "./configuration/run-configuration.js";
export { parseSetting, type Setting, withSettings } from "./configuration/set-option.js";
export { errorOf, type Reason, reasonIn, reasonOf } from "./failures/reason.js";
export { type LocalPoolOptions, localPool } from "./pool/local-pool.js";
export type { RunEvent, RunJob, RunPool } from "./pool/run-pool.js";
export { usePool } from "./pool/use-pool.js";
export { sparkline } from "./report/figures.js";
export { summaryText } from "./report/summary-text.js";
export { alignedTable, settingsTable } from "./report/table.js";
export { writeSweepReport } from "./report/write-sweep-report.js";
export { copyRun } from "./run/copy-run.js";
export { type ExecuteOptions, executeRun } from "./run/execute-run.js";
export { dataDigest, isPictureFolder, loadData, placeOf, type RunData } from "./run/load-data.js";
export { codeVersion, type RunRequest, requestDigest, requestFolder } from "./run/run-request.js";
export { type RunEpoch, type RunResult, unmadeResult } from "./run/run-result.js";
export { chooseSharing, type Sharing } from "./sweep/choose-sharing.js";
export { expandSweep, type PlannedRun } from "./sweep/expand.js";
export { Halving, type HalvingStep, valueAt } from "./sweep/halving.js";
export { isLargerBetter, measured } from "./sweep/measure.js";
export {
  firstJobs,
  jobOf,
  type RunSweepOptions,
  runSweep,
  runsBySetting,
  type SweepListener,
  type SweepRow,
} from "./sweep/run-sweep.js";
export { type SettingSummary, type SweepSummary, summarizeSweep } from "./sweep/summary.js";
export {
  planSweep,
  readSweep,
  type SweepPlan,
  type SweepSearch,
  type SweepSetting,
} from "./sweep/sweep-plan.js";
