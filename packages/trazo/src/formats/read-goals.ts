import { type Json, type JsonObject, TrazoError } from "../errors.js";
import { isObject } from "../keras-object.js";
import { deserializeLoss } from "../losses/registry.js";
import type { Metric } from "../metrics/metric.js";
import { deserializeMetric } from "../metrics/registry.js";
import type { OutputGoal } from "../network/compiled.js";
import type { ModelPort } from "../network/layer-graph.js";
import type { CustomObjects } from "./custom-objects.js";
import type { CompiledPorts } from "./output-goals.js";

/**
 * Reads what is asked of each output, as any version of Keras writes it.
 *
 * @param where names the place in errors
 * @throws TrazoError for what is not supported, or does not go with the outputs
 */
export function readGoals(
  config: JsonObject,
  { outputs }: CompiledPorts,
  where: string,
  custom: CustomObjects,
): readonly OutputGoal[] {
  const names = outputs.map(({ name }) => name);
  const losses = lossesIn(config.loss ?? null, names, `${where}, loss`);
  const weights = perOutput(config.loss_weights ?? null, names, `${where}, loss_weights`);
  const metrics = metricsIn(config.metrics ?? null, outputs, `${where}, metrics`, custom);
  const weighted = metricsIn(config.weighted_metrics ?? null, outputs, `${where}, weighted_metrics`, custom);
  const isWeighted = weighted.some((list) => list.length > 0);
  return losses.map((loss, i) => ({
    loss: loss === null ? undefined : deserializeLoss(loss, placeOf(`${where}, loss`, names, i), custom),
    lossWeight: lossWeight(weights[i] ?? null, `${where}: loss_weights`),
    metrics: metrics[i] as readonly Metric[],
    ...(isWeighted && { weightedMetrics: weighted[i] as readonly Metric[] }),
  }));
}

const placeOf = (where: string, names: readonly string[], i: number): string =>
  names.length > 1 ? `${where} of "${names[i]}"` : where;

function lossesIn(json: Json, names: readonly string[], where: string): readonly Json[] {
  const isOne = !Array.isArray(json) && !(isObject(json) && json.class_name === undefined);
  return isOne ? names.map(() => json) : perOutput(json, names, where);
}

function lossWeight(json: Json, where: string): number {
  if (json === null) return 1;
  if (typeof json === "number") return json;
  throw new TrazoError(`${where} = ${JSON.stringify(json)} is not supported: expected a number per output.`);
}

/** One entry per output: of a list, of an object by names, or one for a single output. */
function perOutput(json: Json, names: readonly string[], where: string): readonly Json[] {
  if (json === null || (Array.isArray(json) && json.length === 0)) return names.map(() => null);
  if (isObject(json)) {
    const unknown = Object.keys(json).find((name) => !names.includes(name));
    if (unknown === undefined) return names.map((name) => json[name] ?? null);
    throw new TrazoError(`${where}: it names "${unknown}", but the model's outputs are ${names.join(", ")}.`);
  }
  const list = Array.isArray(json) ? json : [json];
  if (list.length === names.length) return list as Json[];
  throw new TrazoError(
    `${where}: it has ${list.length} entries, but the model has ${names.length} outputs: ${names.join(", ")}.`,
  );
}

function metricsIn(
  json: Json,
  outputs: readonly ModelPort[],
  where: string,
  custom: CustomObjects,
): readonly (readonly Metric[])[] {
  const names = outputs.map(({ name }) => name);
  const isNamed = isObject(json) && json.class_name === undefined;
  const each = names.length > 1 || isNamed ? perOutput(json, names, where) : [json];
  return each.map((entry, i) => {
    const place = placeOf(where, names, i);
    return ([entry].flat(3) as Json[])
      .filter((item) => item !== null && !isLossMetric(item))
      .map((item) => deserializeMetric(withoutPrefix(item, outputs, i), place, custom));
  });
}

/** Some versions list the running mean of the loss among the metrics. */
const isLossMetric = (item: Json): boolean =>
  typeof item === "object" && (item as JsonObject | null)?.class_name === "Mean";

/** Keras 2 writes a metric of one of several outputs under its name in logs, which begins with the output's, or its layer's. */
function withoutPrefix(item: Json, outputs: readonly ModelPort[], i: number): Json {
  if (outputs.length < 2 || !isObject(item) || !isObject(item.config)) return item;
  const { name } = item.config;
  const prefixes = [outputs[i]?.name, outputs[i]?.tensor.origin.applied.name].map((one) => `${one}_`);
  const prefix = prefixes.find((one) => typeof name === "string" && name.startsWith(one));
  if (typeof name !== "string" || prefix === undefined) return item;
  return { ...item, config: { ...item.config, name: name.slice(prefix.length) } };
}
