export { accuracy } from "./accuracy.js";
export { type BinaryAccuracyOptions, binaryAccuracy } from "./binary-accuracy.js";
export {
  type CategoricalAccuracyOptions,
  categoricalAccuracy,
  sparseCategoricalAccuracy,
} from "./categorical-accuracy.js";
export { type ConfusionMatrix, confusionMatrix, formatConfusionMatrix } from "./confusion.js";
export type { MetricDefinition, MetricParts } from "./define-metric.js";
export type { AccumulatedMetric, MeanMetric, Metric } from "./metric.js";
export type { MetricName } from "./registry.js";
export { type TopKAccuracyOptions, topKAccuracy } from "./top-k.js";
