import type { Json, JsonObject } from "../errors.js";
import type { Loss } from "../losses/loss.js";
import type { Metric } from "../metrics/metric.js";
import type { Objective } from "../network/compiled.js";
import type { LayerGraph } from "../network/layer-graph.js";

/** The outputs of a model, as far as what it was compiled with depends on them. */
export type CompiledPorts = Pick<LayerGraph, "outputs" | "outputForm">;

/** How losses and metrics are written. */
interface Writers {
  loss(loss: Loss): Json;
  metric(metric: Metric): Json;
}

/**
 * What is asked of each output, as a file has it: of one output by itself, of several in a list, or by names where the model gives
 * its outputs so.
 */
export function serializeGoals({ outputs }: Objective, ports: CompiledPorts, write: Writers): JsonObject {
  const losses = outputs.map(({ loss }) => (loss ? write.loss(loss) : null));
  const metrics = outputs.map((output) => output.metrics.map(write.metric));
  const weighted = outputs.map(({ weightedMetrics = [] }) => weightedMetrics.map(write.metric));
  const hasWeights = outputs.some(({ lossWeight }) => lossWeight !== 1);
  const isWeighted = outputs.some(({ weightedMetrics }) => weightedMetrics);
  if (outputs.length === 1) {
    return {
      loss: losses[0] as Json,
      metrics: metrics[0] as Json,
      weighted_metrics: isWeighted ? (weighted[0] as Json) : null,
      loss_weights: hasWeights ? outputs.map(({ lossWeight }) => lossWeight) : null,
    };
  }
  const each = (values: readonly Json[]): Json =>
    ports.outputForm === "named"
      ? Object.fromEntries(ports.outputs.map(({ name }, i) => [name, values[i] as Json]))
      : [...values];
  return {
    loss: each(losses),
    metrics: metrics.every((list) => list.length === 0) ? [] : each(metrics),
    weighted_metrics: isWeighted ? each(weighted) : null,
    loss_weights: hasWeights ? each(outputs.map(({ lossWeight }) => lossWeight)) : null,
  };
}
