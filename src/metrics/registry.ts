import { type Json, TrazoError } from "../errors.js";
import { parseKerasObject } from "../keras-object.js";
import { accuracy } from "./accuracy.js";
import type { Metric } from "./metric.js";
import { topKAccuracy } from "./top-k.js";

/** Names by which a metric can be asked for. */
export type MetricName = "accuracy" | "acc" | "topKAccuracy";

/** A metric by its name, or the metric itself. @param where names the option in errors */
export function metricFrom(spec: MetricName | Metric, where = "metrics"): Metric {
  return typeof spec === "string" ? deserializeMetric(spec, where) : spec;
}

/** Reads a metric from a Keras training configuration. */
export function deserializeMetric(json: Json, where: string): Metric {
  const { className, config } = parseKerasObject(json, where);
  const name = typeof config.name === "string" ? config.name : className;
  switch (className) {
    case "accuracy":
    case "acc":
      return accuracy(className);
    // Keras 2 wraps the function that "accuracy" was resolved to.
    case "MeanMetricWrapper":
    case "CategoricalAccuracy":
    case "SparseCategoricalAccuracy":
    case "BinaryAccuracy":
      if (name === "accuracy" || name === "acc") return accuracy(name);
      break;
    case "topKAccuracy":
      return topKAccuracy();
    case "TopKCategoricalAccuracy":
      return topKAccuracy({ name, ...(typeof config.k === "number" ? { k: config.k } : {}) });
  }
  throw new TrazoError(`${where}: the metric "${name}" is not supported. Supported: accuracy, topKAccuracy.`);
}
