import { TrazoError } from "../errors.js";
import { isAccumulated, type Metric } from "../metrics/metric.js";
import type { Objective, OutputGoal, OutputObjective } from "./compiled.js";

/**
 * Gives losses and metrics the keys that logs have for them, as Keras 3: where a model has several outputs, their names come first
 * (`digit_accuracy`); a name that is taken gets `_1`, `_2`, …, and a weighted metric whose name is taken `weighted_` before it.
 *
 * @param names of the model's outputs, one per goal
 * @throws TrazoError for a metric called `loss`
 */
export function namedObjective(names: readonly string[], goals: readonly OutputGoal[]): Objective {
  const hasSeveral = goals.length > 1;
  const prefixes = goals.map((_, i) => (hasSeveral ? `${names[i]}_` : ""));
  const isSummed = goals.filter(({ loss }) => loss).length > 1;
  const lossKeys = goals.map(({ loss }, i) => (isSummed && loss ? `${prefixes[i]}loss` : undefined));
  const taken = new Set(lossKeys.filter((key) => key !== undefined));
  const plain = goals.map(({ metrics }, i) =>
    metrics.map((metric) => renamed(metric, freeKey(`${prefixes[i]}${keyOf(metric)}`, taken))),
  );
  const weighted = goals.map(({ weightedMetrics }, i) =>
    weightedMetrics?.map((metric) => {
      const key = `${prefixes[i]}${keyOf(metric)}`;
      return renamed(metric, freeKey(taken.has(key) ? `${prefixes[i]}weighted_${metric.name}` : key, taken));
    }),
  );
  return {
    outputs: goals.map(({ loss, lossWeight }, i): OutputObjective => {
      const weightedMetrics = weighted[i];
      return {
        loss,
        lossWeight,
        lossKey: lossKeys[i],
        metrics: plain[i] as readonly Metric[],
        ...(weightedMetrics && { weightedMetrics }),
      };
    }),
  };
}

/** A metric of one output of a model. */
export interface ScoredMetric {
  readonly metric: Metric;
  /** Which output, from 0. */
  readonly output: number;
  /** Whether sample weights count. */
  readonly isWeighted: boolean;
}

/** All metrics in the order in which they are reported. */
export const allMetrics = ({ outputs }: Objective): readonly ScoredMetric[] => [
  ...outputs.flatMap(({ metrics }, output) =>
    metrics.map((metric) => ({ metric, output, isWeighted: false })),
  ),
  ...outputs.flatMap(({ weightedMetrics = [] }, output) =>
    weightedMetrics.map((metric) => ({ metric, output, isWeighted: true })),
  ),
];

/** The names of what is reported: the loss, those of several outputs, the metrics. */
export const reportedNames = (objective: Objective): readonly string[] => [
  "loss",
  ...objective.outputs.map(({ lossKey }) => lossKey).filter((key) => key !== undefined),
  ...allMetrics(objective).map(({ metric }) => metric.name),
];

function keyOf({ name }: Metric): string {
  if (name !== "loss") return name;
  throw new TrazoError('A metric cannot be called "loss": the logs have the loss there.');
}

function freeKey(base: string, taken: Set<string>): string {
  let name = base;
  for (let i = 1; taken.has(name); i++) name = `${base}_${i}`;
  taken.add(name);
  return name;
}

function renamed(metric: Metric, name: string): Metric {
  if (name === metric.name) return metric;
  const { keras } = metric;
  if (!isAccumulated(metric)) return { name, keras, call: (...values) => metric.call(...values) };
  return {
    name,
    keras,
    init: (shape) => metric.init(shape),
    update: (...values) => metric.update(...values),
    result: (state) => metric.result(state),
  };
}
