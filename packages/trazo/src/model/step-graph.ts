import { TrazoError } from "../errors.js";
import { differentiate } from "../graph/differentiate.js";
import { encode } from "../graph/encode.js";
import { abs, add, mul, reduceSum, square, sub } from "../graph/ops.js";
import type { Value } from "../graph/value.js";
import { type Lowering, lower } from "../lowering/lower.js";
import type { Objective } from "../network/compiled.js";
import type { ModelDefinition } from "../network/definition.js";
import type { Variable } from "../network/variable.js";
import { updatesWithEveryBatch } from "../optimizers/accumulation.js";
import { clipGradients } from "../optimizers/clipping.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { constrained } from "./constrained-weights.js";
import type { InputTypes, NoiseInput } from "./forward.js";
import { emitScored, nextOutput, scoreOutputs, type TargetType } from "./graphs.js";

/**
 * The whole training step as one graph, update included: weights, optimizer slots, a batch and the
 * scalars that change (`learning_rate` and what the optimizer names) go in; the loss, the metric
 * sums and, under `next/<name>`, the new weights and slots come out. Any ONNX runtime can train
 * with it.
 */
export function buildStepGraph(
  model: ModelDefinition,
  objective: Objective,
  optimizer: Optimizer,
  input: InputTypes,
  targets: readonly TargetType[],
  lowering: Lowering,
): Uint8Array {
  requireUpdateWithEveryBatch(optimizer);
  const { outputs } = stepOutputs(model, objective, optimizer, input, targets, lowering);
  return encode(outputs, { name: `${model.name}_step` });
}

/** What the graph of a whole training step gives, by the names above, and what is to be drawn for it. */
export interface StepOutputs {
  readonly outputs: Readonly<Record<string, Value>>;
  readonly noise: readonly NoiseInput[];
}

export function stepOutputs(
  model: ModelDefinition,
  objective: Objective,
  optimizer: Optimizer,
  input: InputTypes,
  targets: readonly TargetType[],
  lowering: Lowering,
): StepOutputs {
  const scored = emitScored(model, objective, input, targets, true);
  const { graph, lowered } = lower(scored.graph, lowering);
  const trainable = model.trainableVariables;
  const weights = trainable.map((variable) => lowered(scored.weights.get(variable) as Value));
  const loss = trainable.reduce(
    (sum, variable, i) => penalized(sum, variable, weights[i] as Value),
    lowered(scored.loss),
  );
  const gradients = clipGradients(optimizer.clipping, differentiate(loss, weights));
  const learningRate = graph.input("learning_rate", "float32", []);
  const scalars = Object.fromEntries(optimizer.scalars.map((name) => [name, scalarInput(name)]));
  const scores = Object.entries(scoreOutputs(scored, objective)).map(([name, value]) => [
    name,
    lowered(value),
  ]);
  const outputs: Record<string, Value> = { ...Object.fromEntries(scores), loss };
  for (const [i, variable] of trainable.entries()) Object.assign(outputs, update(variable, i));
  for (const [variable, value] of scored.updates) outputs[nextOutput(variable.path)] = lowered(value);
  return { outputs, noise: scored.noise };

  function scalarInput(name: string): Value {
    return name === "learning_rate" ? learningRate : graph.input(name, "float32", []);
  }

  function update(variable: Variable, i: number): Record<string, Value> {
    const slots = optimizer.slots.map((slot) =>
      graph.input(`${variable.path}/${slot}`, "float32", variable.shape),
    );
    const weight = weights[i] as Value;
    const { weightDecay } = optimizer;
    const decayed = weightDecay === 0 ? weight : sub(weight, mul(weight, mul(learningRate, weightDecay)));
    const next = optimizer.formula(decayed, gradients[i] as Value, slots, scalars);
    const named: Record<string, Value> = { [nextOutput(variable.path)]: constrained(variable, next.p) };
    for (const [k, slot] of optimizer.slots.entries()) {
      named[nextOutput(`${variable.path}/${slot}`)] = next.slots[k] as Value;
    }
    return named;
  }
}

function requireUpdateWithEveryBatch(optimizer: Optimizer): void {
  if (updatesWithEveryBatch(optimizer)) return;
  throw new TrazoError(
    "trainGraph: a training step that gathers the gradients of several batches (gradientAccumulationSteps) cannot be exported.",
  );
}

function penalized(loss: Value, { spec }: Variable, weight: Value): Value {
  const { l1 = 0, l2 = 0 } = spec.regularizer ?? {};
  const withL2 = l2 === 0 ? loss : add(loss, mul(reduceSum(square(weight)), l2));
  return l1 === 0 ? withL2 : add(withL2, mul(reduceSum(abs(weight)), l1));
}
