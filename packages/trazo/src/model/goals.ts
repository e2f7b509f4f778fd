import { inWords, TrazoError } from "../errors.js";
import { hasMethod } from "../known-options.js";
import type { Loss, LossName } from "../losses/index.js";
import { lossFrom } from "../losses/registry.js";
import type { Metric, MetricName } from "../metrics/index.js";
import { metricFrom } from "../metrics/registry.js";
import type { OutputGoal } from "../network/compiled.js";

/** A loss, or its name: Trazo's or Keras's. */
export type LossSpec = LossName | Loss | (string & {});
/** A metric, or its name. */
export type MetricSpec = MetricName | Metric | (string & {});

/** What several outputs have each: in their order, or by their names. */
export type PerOutput<T> = readonly T[] | Readonly<Record<string, T>>;

/** What is asked of a model's outputs. */
export interface Goals {
  readonly loss: LossSpec | null | PerOutput<LossSpec | null>;
  readonly lossWeights?: number | PerOutput<number> | undefined;
  readonly metrics?:
    | readonly MetricSpec[]
    | PerOutput<MetricSpec | readonly MetricSpec[] | null | undefined>
    | undefined;
  readonly weightedMetrics?: Goals["metrics"];
}

/**
 * What is asked of each output.
 *
 * @param names of the outputs
 * @throws TrazoError for losses and metrics that are none, and for names and numbers that are not those of the outputs
 */
export function goalsFrom(
  { loss, lossWeights, metrics, weightedMetrics }: Goals,
  names: readonly string[],
): readonly OutputGoal[] {
  const losses = lossesFor(loss, names);
  const weights = weightsFor(lossWeights, losses, names);
  const plain = metricsFor(metrics, names, "metrics");
  const weighted = weightedMetrics && metricsFor(weightedMetrics, names, "weightedMetrics");
  return losses.map((one, i) => {
    const goal = {
      loss: one,
      lossWeight: weights[i] as number,
      metrics: plain[i] as readonly Metric[],
      ...(weighted && { weightedMetrics: weighted[i] as readonly Metric[] }),
    };
    const measured = [...goal.metrics, ...(weighted?.[i] ?? [])];
    if (!one && measured.length > 0) {
      throw new TrazoError(
        `compile: ${whose(names, i)} has metrics but no loss: an output without a loss has no targets.`,
      );
    }
    return goal;
  });
}

const whose = (names: readonly string[], i: number): string =>
  names.length > 1 ? `the output "${names[i]}"` : "the model";

const isLoss = (value: unknown): value is LossSpec =>
  typeof value === "string" || hasMethod(value, "targetShape");

function lossesFor(given: Goals["loss"], names: readonly string[]): readonly (Loss | undefined)[] {
  const count = Math.max(1, names.length);
  const from = (spec: LossSpec | null | undefined): Loss | undefined =>
    spec === null || spec === undefined ? undefined : lossFrom(spec);
  if (given === null || isLoss(given) || typeof given !== "object") {
    return Array.from({ length: count }, () => from(given));
  }
  return perOutput(given, names, "loss", "losses").map(from);
}

function weightsFor(
  given: Goals["lossWeights"],
  losses: readonly (Loss | undefined)[],
  names: readonly string[],
): readonly number[] {
  if (given === undefined || given === null) return losses.map(() => 1);
  const each =
    typeof given === "number"
      ? losses.map(() => (losses.length === 1 ? given : Number.NaN))
      : perOutput(given, names, "lossWeights", "weights").map((weight) => weight ?? 1);
  const wrong = each.find((weight) => !Number.isFinite(weight));
  if (wrong === undefined) return each;
  throw new TrazoError(
    `compile: lossWeights are finite numbers, ${names.length > 1 ? `one for each of ${names.join(", ")}` : "one for the output"}, ` +
      `but got ${inWords(typeof given === "number" ? given : wrong)}.`,
  );
}

function metricsFor(
  given: Goals["metrics"],
  names: readonly string[],
  what: "metrics" | "weightedMetrics",
): readonly (readonly Metric[])[] {
  const listOf = (spec: unknown): readonly Metric[] => {
    if (spec === null || spec === undefined) return [];
    return (Array.isArray(spec) ? spec : [spec]).map((one) => metricFrom(one, what));
  };
  if (given === undefined || given === null)
    return Array.from({ length: Math.max(1, names.length) }, () => []);
  if (names.length < 2 && Array.isArray(given)) return [listOf(given.flat())];
  if (typeof given !== "object" || hasMethod(given, "call") || hasMethod(given, "update")) {
    throw new TrazoError(`${what} must be a list, in brackets, but got ${inWords(given)}.`);
  }
  return perOutput(given as PerOutput<unknown>, names, what, "entries").map(listOf);
}

/** One entry per output; undefined where an object leaves an output out. */
function perOutput<T>(
  given: PerOutput<T>,
  names: readonly string[],
  what: string,
  entries: string,
): readonly (T | undefined)[] {
  if (Array.isArray(given)) {
    if (given.length === Math.max(1, names.length)) return given;
    throw new TrazoError(
      `compile: ${what} lists ${given.length} ${entries}, but the model has ${names.length} ${names.length === 1 ? "output" : "outputs"}: ${names.join(", ")}.`,
    );
  }
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown === undefined) return names.map((name) => (given as Readonly<Record<string, T>>)[name]);
  throw new TrazoError(
    `compile: ${what} names the output "${unknown}", which the model does not have. Its outputs are ${names.join(", ")}.`,
  );
}
