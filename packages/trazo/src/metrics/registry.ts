import { inWords, type Json, TrazoError } from "../errors.js";
import { parseKerasObject } from "../keras-object.js";
import { hasMethod } from "../known-options.js";
import { accuracy } from "./accuracy.js";
import type { Metric } from "./metric.js";
import { topKAccuracy } from "./top-k.js";

/** Names by which a metric can be asked for. */
export type MetricName = "accuracy" | "acc" | "topKAccuracy";

/**
 * A metric by its name, or the metric itself.
 *
 * @param where names the option in errors
 * @throws TrazoError for an unknown name, and for what is neither
 */
export function metricFrom(spec: MetricName | Metric, where = "metrics"): Metric {
  if (typeof spec === "string") return deserializeMetric(spec, where);
  // A function has a method of this name too.
  if (typeof spec === "object" && hasMethod(spec, "call")) return spec;
  throw new TrazoError(
    `${where} must hold names or metrics, e.g. metrics.topKAccuracy(), but got ${inWords(spec)}.`,
  );
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
