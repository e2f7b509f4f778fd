export { accuracy } from "./accuracy.js";
export * from "./built-in.js";
export { type ConfusionMatrix, confusionMatrix, formatConfusionMatrix } from "./confusion.js";
export type { MetricDefinition, MetricParts } from "./define-metric.js";
export type { AccumulatedMetric, MeanMetric, Metric } from "./metric.js";
export type { MetricName } from "./registry.js";
export {
  type ClassificationReport,
  type ClassScores,
  classificationReport,
  formatClassificationReport,
  type ReportOptions,
} from "./report.js";
export { type RocCurve, rocCurve } from "./roc-curve.js";
