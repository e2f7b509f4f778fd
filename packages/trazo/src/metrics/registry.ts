import { inWords, type Json, type JsonObject, TrazoError } from "../errors.js";
import { isObject, locateErrors, parseKerasObject, readOptions } from "../keras-object.js";
import { hasMethod } from "../known-options.js";
import { findNamed, type Named } from "../names.js";
import { accuracy } from "./accuracy.js";
import { binaryAccuracy } from "./binary-accuracy.js";
import { categoricalAccuracy, sparseCategoricalAccuracy } from "./categorical-accuracy.js";
import type { Metric } from "./metric.js";
import { topKAccuracy } from "./top-k.js";

/** Names by which a metric can be asked for. Keras's own spelling, e.g. `"binary_accuracy"`, is taken too. */
export type MetricName =
  | "accuracy"
  | "acc"
  | "binaryAccuracy"
  | "categoricalAccuracy"
  | "sparseCategoricalAccuracy"
  | "topKAccuracy";

interface Entry extends Named {
  fromConfig(config: JsonObject, where: string): Metric;
}

const NAME = { name: "string" } as const;
const TOP_K = { ...NAME, k: "number" } as const;

/** One row a metric. To add one, write its factory and its row. */
const ENTRIES: readonly Entry[] = [
  {
    names: ["BinaryAccuracy"],
    fromConfig: (config, where) =>
      binaryAccuracy(readOptions(config, { ...NAME, threshold: "number" }, where)),
  },
  {
    names: ["CategoricalAccuracy"],
    fromConfig: (config, where) => categoricalAccuracy(readOptions(config, NAME, where)),
  },
  {
    names: ["SparseCategoricalAccuracy"],
    fromConfig: (config, where) => sparseCategoricalAccuracy(readOptions(config, NAME, where)),
  },
  {
    names: ["TopKCategoricalAccuracy", "topKAccuracy"],
    fromConfig: (config, where) => topKAccuracy(readOptions(config, TOP_K, where)),
  },
];

/**
 * A metric by its name, or the metric itself.
 *
 * @param where names the option in errors
 * @throws TrazoError for an unknown name, and for what is neither
 */
export function metricFrom(spec: MetricName | Metric | (string & {}), where = "metrics"): Metric {
  if (typeof spec === "string") return deserializeMetric(spec, where);
  // A function has a method "call" too.
  if (typeof spec === "object" && (hasMethod(spec, "call") || accumulates(spec))) return spec;
  throw new TrazoError(
    `${where} must hold names or metrics, e.g. metrics.topKAccuracy(), but got ${inWords(spec)}.`,
  );
}

const accumulates = (spec: object): boolean =>
  ["init", "update", "result"].every((method) => hasMethod(spec, method));

/**
 * Reads a metric from a Keras training configuration. Its class says what it computes; its name is only its key in logs.
 *
 * @throws TrazoError for a class or an option that is not supported
 */
export function deserializeMetric(json: Json, where: string): Metric {
  const { className, config } = parseKerasObject(json, where);
  // Keras finds out what "accuracy" means once it knows the shapes, and so does `accuracy`.
  if (json === "accuracy" || json === "acc") return accuracy(json);
  if (className === "MeanMetricWrapper") return wrappedFunction(config, where);
  const entry = findNamed(ENTRIES, className);
  if (entry) {
    const place = `${where} ${className}`;
    return locateErrors(where, () => entry.fromConfig(withoutPolicy(config), place));
  }
  const given = typeof config.name === "string" ? ` (named "${config.name}")` : "";
  throw unsupported(`${className}"${given}`, where);
}

/** Keras 2 wraps the function that a name such as "accuracy" was resolved to. Versions before 2.4 do not say which it was. */
function wrappedFunction({ fn, ...config }: JsonObject, where: string): Metric {
  const { name } = config;
  if ((fn ?? null) === null && (name === "accuracy" || name === "acc")) return accuracy(name);
  const entry = typeof fn === "string" ? findNamed(ENTRIES, fn) : undefined;
  if (entry) return locateErrors(where, () => entry.fromConfig(withoutPolicy(config), `${where} ${fn}`));
  throw unsupported(`${String(fn ?? name)}"`, where);
}

/** Keras 3 may write the dtype as a policy object; float32 is the only one there is here. */
function withoutPolicy(config: JsonObject): JsonObject {
  const { dtype } = config;
  if (!isObject(dtype) || !isObject(dtype.config) || dtype.config.name !== "float32") return config;
  return { ...config, dtype: "float32" };
}

const unsupported = (what: string, where: string): TrazoError =>
  new TrazoError(
    `${where}: the metric "${what} is not supported. Supported: accuracy, ${ENTRIES.map(({ names }) => names[0]).join(", ")}.`,
  );
