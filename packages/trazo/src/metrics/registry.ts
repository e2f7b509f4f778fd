import { inWords, type Json, type JsonObject, TrazoError } from "../errors.js";
import { parseKerasObject } from "../keras-object.js";
import { hasMethod } from "../known-options.js";
import { meantAdvice } from "../names.js";
import type { Configured } from "../schema/define.js";
import type { OwnClasses } from "../schema/own-classes.js";
import { Registry } from "../schema/registry.js";
import { accuracy } from "./accuracy.js";
import * as builtIn from "./built-in.js";
import type { Metric } from "./metric.js";

/** Names by which a metric can be asked for. Keras's own spelling, e.g. `"binary_accuracy"`, is taken too. */
export type MetricName = "accuracy" | "acc" | keyof typeof builtIn;

/** Every metric that files may hold and names may mean, apart from "accuracy". */
export const metrics = new Registry<Metric & Configured>("metric", Object.values(builtIn), {
  own: "metrics",
});

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
 * @param own a user's own classes
 * @throws TrazoError for a class or an option that is not supported
 */
export function deserializeMetric(json: Json, where: string, own?: OwnClasses): Metric {
  const { className, config } = parseKerasObject(json, where);
  const definition = metrics.ownClass(json, where, own);
  if (definition) return definition.fromConfig(config, `${where} ${className}`, own) as unknown as Metric;
  // Keras finds out what "accuracy" means once it knows the shapes, and so does `accuracy`.
  if (json === "accuracy" || json === "acc") return accuracy(json);
  if (className === "MeanMetricWrapper") return wrappedFunction(config, where);
  if (metrics.has(className)) return metrics.read(className, keyed(json, config), `${where} ${className}`);
  const given = typeof config.name === "string" ? ` (named "${config.name}")` : "";
  throw unsupported(className, where, given);
}

/** Keras has a metric in the logs under the name by which it was asked for, such as "mae". */
const keyed = (json: Json, config: JsonObject): JsonObject =>
  typeof json === "string" && json === json.toLowerCase() ? { name: json } : config;

/** Keras 2 wraps the function that a name such as "accuracy" was resolved to. Versions before 2.4 do not say which it was. */
function wrappedFunction({ fn, ...config }: JsonObject, where: string): Metric {
  const { name } = config;
  if ((fn ?? null) === null && (name === "accuracy" || name === "acc")) return accuracy(name);
  if (typeof fn === "string" && metrics.has(fn)) return metrics.read(fn, config, `${where} ${fn}`);
  throw unsupported(String(fn ?? name), where);
}

function unsupported(name: string, where: string, given = ""): TrazoError {
  const known = ["accuracy", ...metrics.classNames];
  return new TrazoError(
    `${where}: the metric "${name}"${given} is not supported. ${meantAdvice(name, known)}Supported: ${known.join(", ")}.`,
  );
}
