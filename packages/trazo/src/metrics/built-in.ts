/**
 * The metrics that names and files may mean, by their factories' names, apart from "accuracy". To add one, write its definition,
 * and name it here.
 *
 * @module
 */
export { type AucOptions, auc } from "./auc.js";
export {
  type PrecisionAtRecallOptions,
  precisionAtRecall,
  type RecallAtPrecisionOptions,
  recallAtPrecision,
  type SensitivityAtSpecificityOptions,
  type SpecificityAtSensitivityOptions,
  sensitivityAtSpecificity,
  specificityAtSensitivity,
} from "./best-at.js";
export { type BinaryAccuracyOptions, binaryAccuracy } from "./binary-accuracy.js";
export {
  type CategoricalAccuracyOptions,
  categoricalAccuracy,
  sparseCategoricalAccuracy,
} from "./categorical-accuracy.js";
export { concordanceCorrelation, pearsonCorrelation } from "./correlation.js";
export { type F1ScoreOptions, type FBetaScoreOptions, f1Score, fBetaScore } from "./f-score.js";
export {
  type BinaryIoUOptions,
  binaryIoU,
  type IoUOptions,
  iou,
  type MeanIoUOptions,
  meanIoU,
  type OneHotIoUOptions,
  type OneHotMeanIoUOptions,
  oneHotIoU,
  oneHotMeanIoU,
} from "./iou.js";
export {
  binaryCrossentropy,
  type CrossentropyOptions,
  categoricalCrossentropy,
  categoricalHinge,
  cosineSimilarity,
  hinge,
  klDivergence,
  logCoshError,
  type MeanErrorOptions,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  poisson,
  sparseCategoricalCrossentropy,
  squaredHinge,
} from "./mean-errors.js";
export {
  falseNegatives,
  falsePositives,
  type OutcomeCountOptions,
  trueNegatives,
  truePositives,
} from "./outcome-counts.js";
export { type PrecisionOptions, precision, recall } from "./precision.js";
export { type R2ScoreOptions, r2Score } from "./r2-score.js";
export { rootMeanSquaredError } from "./root-mean-squared-error.js";
export { sparseTopKAccuracy, type TopKAccuracyOptions, topKAccuracy } from "./top-k.js";
