import { constraints } from "../../packages/trazo/src/constraints/registry.js";
import {
  apply,
  type CompileOptions,
  layers,
  type Model,
  model,
  type Runtime,
  sequential,
  sizeOf,
  tensor,
} from "../../packages/trazo/src/index.js";
import { concatenate } from "../../packages/trazo/src/layers/concatenate.js";
import * as merging from "../../packages/trazo/src/layers/merging.js";
import { deserializeLoss } from "../../packages/trazo/src/losses/registry.js";
import { deserializeMetric } from "../../packages/trazo/src/metrics/registry.js";
import { deserializeOptimizer } from "../../packages/trazo/src/optimizers/registry.js";
import {
  caseName,
  readKerasFixture,
  type Serialized,
  type StoredTensor,
  stored,
} from "../../packages/trazo/test/fixtures/keras/keras-fixtures.js";
import { deserializeLayer } from "../../packages/trazo/test/layers/deserialize-layer.js";
import { captureStep, type StepModel } from "./capture.js";

type Training = (runtime: Runtime) => Promise<unknown>;

/**
 * A step with each layer, loss, metric, optimizer and constraint, in the forms in which the tests compare it with Keras's: all that
 * are registered, since those tests fail where one has no case.
 *
 * @param lowering the device's. Default: WebGPU's
 */
export async function classSteps(lowering?: Runtime["lowering"]): Promise<StepModel[]> {
  const trainings = [
    ...layerTrainings(),
    ...mergingTrainings(),
    ...lossTrainings(),
    ...metricTrainings(),
    ...optimizerTrainings(),
    ...constraintTrainings(),
  ];
  const steps: StepModel[] = [];
  for (const [name, train] of trainings) {
    const step = await captureStep(name, train, lowering);
    if (step) steps.push(step);
  }
  return steps;
}

const casesOf = <Case>(kind: string): Case[] => readKerasFixture<Case[]>(`classes/${kind}.json`);

/** Numbers between 0 and 1. */
const numbers = (shape: readonly number[]) =>
  tensor(
    "float32",
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i * i) / 2 + 0.5),
  );

interface LayerCase {
  readonly layer: Serialized;
  readonly inputShape: readonly number[];
  readonly x: StoredTensor;
}

const layerTrainings = () =>
  casesOf<LayerCase>("layers").map(({ layer, inputShape, x }): [string, Training] => [
    caseName(layer),
    (runtime) => {
      const chain = [layers.input({ shape: inputShape }), deserializeLayer(layer, "case")];
      const made = sequential([...chain, layers.flatten(), layers.dense({ units: 2 })], { seed: 3, runtime });
      made.compile({ optimizer: "sgd", loss: "mse" });
      return made.fit(stored(x), numbers([x.shape[0] as number, 2]), { verbose: 0 });
    },
  ]);

const mergingTrainings = () =>
  [...Object.values(merging), concatenate].map((merge): [string, Training] => [
    merge.definition.className,
    (runtime) => {
      const given = layers.input({ shape: [4] });
      const parts = [apply(layers.dense({ units: 3 }), given), apply(layers.dense({ units: 3 }), given)];
      const outputs = apply(merge(), parts);
      const made = model({ inputs: given, outputs, seed: 3, runtime }) as Model;
      made.compile({ optimizer: "sgd", loss: "mse" });
      return made.fit(numbers([5, 4]), numbers([5, ...outputs.shape.slice(1)] as number[]), { verbose: 0 });
    },
  ]);

interface ScoredCase {
  readonly target: StoredTensor;
  readonly prediction: StoredTensor;
}

/** What scores a layer whose outputs are like the case's predictions. */
function scored(
  { target, prediction }: ScoredCase,
  activation: "linear" | "sigmoid",
  goals: Omit<CompileOptions, "optimizer">,
): Training {
  return (runtime) => {
    const width = prediction.shape.at(-1) as number;
    const shape = prediction.shape.slice(1);
    const dense = layers.dense({ units: width, activation });
    const made = sequential([layers.input({ shape }), dense], { seed: 2, runtime });
    made.compile({ optimizer: "sgd", ...goals });
    const y =
      target.shape.length === 1
        ? tensor("int32", target.shape, Int32Array.from(target.data))
        : stored(target);
    return made.fit(stored(prediction), y, { verbose: 0 });
  };
}

const lossTrainings = () =>
  casesOf<ScoredCase & { readonly loss: Serialized }>("losses").map(
    ({ loss, ...given }): [string, Training] => [
      caseName(loss),
      scored(given, loss.config.from_logits === true ? "linear" : "sigmoid", {
        loss: deserializeLoss(loss, "case"),
      }),
    ],
  );

const metricTrainings = () =>
  casesOf<ScoredCase & { readonly metric: Serialized }>("metrics").map(
    ({ metric, ...given }): [string, Training] => [
      caseName(metric),
      scored(given, "sigmoid", {
        loss: given.target.shape.length === 1 ? "sparseCategoricalCrossentropy" : "mse",
        metrics: [deserializeMetric(metric, "case")],
      }),
    ],
  );

const optimizerTrainings = () =>
  casesOf<{ readonly optimizer: Serialized }>("optimizers").map(({ optimizer }): [string, Training] => [
    caseName(optimizer),
    (runtime) => {
      const made = sequential([layers.dense({ units: 2, inputShape: [3] })], { seed: 5, runtime });
      made.compile({ optimizer: deserializeOptimizer(optimizer, "case"), loss: "mse" });
      return made.fit(numbers([4, 3]), numbers([4, 2]), { verbose: 0 });
    },
  ]);

const constraintTrainings = () =>
  casesOf<{ readonly constraint: Serialized }>("constraints").map(({ constraint }): [string, Training] => [
    caseName(constraint),
    (runtime) => {
      const config = { ...constraint.config, ...("axis" in constraint.config && { axis: 0 }) };
      const kernelConstraint = constraints.deserialize({ ...constraint, config }, "case");
      const made = sequential([layers.dense({ units: 2, inputShape: [3], kernelConstraint })], {
        seed: 5,
        runtime,
      });
      made.compile({ optimizer: "sgd", loss: "mse" });
      return made.fit(numbers([4, 3]), numbers([4, 2]), { verbose: 0 });
    },
  ]);
