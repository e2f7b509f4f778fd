/**
 * The lab practice: its techniques, the runs that train them, their comparison and report.
 *
 * @packageDocumentation
 */

export { type ComparisonOptions, type ComparisonProgress, compareTechniques, newRun } from "./comparison.js";
export { imageDigest, type PracticeData, prepare } from "./data.js";
export { LocalizedError, messageIn, PracticeError } from "./failures/index.js";
export type { Language } from "./language.js";
export { dataFor, type NetworkData, requireFit, targetsOf } from "./network-data.js";
export * from "./pictures/index.js";
export { spread } from "./report/figures/scales.js";
export { escaped } from "./report/page/markup.js";
export { environmentOf, machineName, softwareOf } from "./runs/environment.js";
export {
  bestEpochOf,
  holdsRun,
  type LoggedEpoch,
  listRuns,
  type Run,
  type RunConfig,
  type RunResult,
  readRun,
  readRunToResume,
  runFiles,
} from "./runs/run-folder.js";
export * from "./statistics/index.js";
export { aligned, comparisonTable } from "./table.js";
export { lossOf, type Technique } from "./technique.js";
export { techniqueRecipe } from "./technique-recipe.js";
export { augmentation } from "./techniques/augmentation.js";
export { base } from "./techniques/base.js";
export { batchnorm } from "./techniques/batchnorm.js";
export { best } from "./techniques/best.js";
export { dropout } from "./techniques/dropout.js";
export { practiceTechniques, techniques } from "./techniques/index.js";
export { l2 } from "./techniques/l2.js";
export { type Recipe, rateInLogs, type TrainRunOptions, trainRun } from "./train-run.js";
export { reportData, writeReport } from "./write-report.js";
