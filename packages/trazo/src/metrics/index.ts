export { accuracy } from "./accuracy.js";
export * from "./built-in.js";
export { type ConfusionMatrix, confusionMatrix, formatConfusionMatrix } from "./confusion.js";
export type { MetricDefinition, MetricParts } from "./define-metric.js";
export type { AccumulatedMetric, MeanMetric, Metric } from "./metric.js";
export type { MetricName } from "./registry.js";
