import { TrazoError } from "../errors.js";
import { isAccumulated, type Metric } from "../metrics/metric.js";

/**
 * Gives metrics the keys that logs have for them, as Keras 3: a name that is taken gets `_1`, `_2`, …,
 * and a weighted metric whose name is taken `weighted_` before it.
 *
 * @throws TrazoError for a metric called `loss`
 */
export function namedMetrics(
  metrics: readonly Metric[],
  weightedMetrics: readonly Metric[] | undefined,
): { metrics: readonly Metric[]; weightedMetrics?: readonly Metric[] } {
  const taken = new Set<string>();
  const plain = metrics.map((metric) => renamed(metric, freeName(metric.name, taken)));
  if (!weightedMetrics) return { metrics: plain };
  const weighted = weightedMetrics.map((metric) => {
    const base = taken.has(metric.name) ? `weighted_${metric.name}` : metric.name;
    return renamed(metric, freeName(base, taken));
  });
  return { metrics: plain, weightedMetrics: weighted };
}

function freeName(base: string, taken: Set<string>): string {
  if (base === "loss")
    throw new TrazoError('A metric cannot be called "loss": the logs have the loss there.');
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
