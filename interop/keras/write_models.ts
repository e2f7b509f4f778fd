/**
 * Trains and saves models for check_ours.py, with what Trazo itself says of them: `npx tsx interop/keras/write_models.ts FOLDER`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { base } from "@trazo/practice";
import {
  divide,
  type Logs,
  layers,
  loadMnist,
  type Optimizer,
  optimizers,
  regularizers,
  type Sequential,
  schedules,
  sequential,
  type Tensor,
  tensor,
  toCategorical,
} from "trazo";

const folder = process.argv[2];
if (!folder) throw new Error("usage: npx tsx interop/keras/write_models.ts FOLDER");
mkdirSync(folder, { recursive: true });

const { train, test } = await loadMnist();
const some = (images: Tensor<"uint8">, count: number): Tensor<"uint8"> =>
  divide(tensor("uint8", [count, 28, 28, 1], images.data.slice(0, count * 784)), 255);
const oneHot = (labels: Tensor<"uint8">, count: number): Tensor<"float32"> =>
  toCategorical(tensor("uint8", [count], labels.data.slice(0, count)), 10);

/** Everything that a file may hold: each layer, regularizers, a schedule. */
const variety = sequential(
  [
    layers.input({ shape: [28, 28, 1] }),
    layers.conv2d({ filters: 4, kernelSize: 5, strides: 2, padding: "same", useBias: false }),
    layers.batchNormalization({ momentum: 0.9 }),
    layers.activation({ activation: "elu" }),
    layers.conv2d({ filters: 6, kernelSize: 3, dilationRate: 2, activation: "gelu" }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.reshape({ targetShape: [25, 6, 1] }),
    layers.averagePooling2d({ poolSize: [5, 1], padding: "same" }),
    layers.flatten(),
    layers.dense({
      units: 20,
      activation: "tanh",
      kernelRegularizer: regularizers.l1l2({ l1: 1e-4, l2: 1e-3 }),
    }),
    layers.dropout({ rate: 0.3 }),
    layers.dense({ units: 10, activation: "softmax" }),
  ],
  { seed: 3, name: "variety" },
);

/** Small, for optimizers whose numbers are whole and whose state Keras is to take over. */
const small = (name: string) =>
  sequential(
    [
      layers.input({ shape: [28, 28, 1] }),
      layers.averagePooling2d({ poolSize: 4 }),
      layers.flatten(),
      layers.dropout({ rate: 0 }),
      layers.dense({ units: 16, activation: "tanh", kernelRegularizer: regularizers.l2(0) }),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
    { seed: 4, name },
  );

interface Job {
  readonly model: Sequential;
  readonly optimizer: string | Optimizer;
  readonly samples: number;
  /** Whether a further step is the same in Keras: not where dropout is random. */
  readonly resumes: boolean;
}

const { polynomialDecay } = schedules;
const jobs: Record<string, Job> = {
  base: { model: base.network({ seed: 1 }), optimizer: "adam", samples: 12_800, resumes: true },
  variety: { model: variety, optimizer: "rmsprop", samples: 2_560, resumes: false },
  sgd: {
    model: small("sgd"),
    optimizer: optimizers.sgd({ learningRate: 1, momentum: 0.5, nesterov: true, clipnorm: 1 }),
    samples: 2_560,
    resumes: true,
  },
  "rmsprop, schedule": {
    model: small("rmsprop"),
    optimizer: optimizers.rmsprop({
      learningRate: polynomialDecay({ initialLearningRate: 1, decaySteps: 25, endLearningRate: 0, power: 2 }),
      momentum: 0.5,
      centered: true,
      epsilon: 1,
    }),
    samples: 2_560,
    resumes: true,
  },
  "amsgrad, schedule": {
    model: small("amsgrad"),
    optimizer: optimizers.adam({
      learningRate: polynomialDecay({ initialLearningRate: 0.01, decaySteps: 25 }),
      amsgrad: true,
    }),
    samples: 2_560,
    resumes: true,
  },
};
const pictures = some(test.images, 10_000);
const targets = oneHot(test.labels, 10_000);
const once = { batchSize: 128, epochs: 1, shuffle: false, verbose: 0 } as const;
for (const [name, { model, optimizer, samples, resumes }] of Object.entries(jobs)) {
  model.compile({ optimizer, loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  await model.fit(some(train.images, samples), oneHot(train.labels, samples), once);
  await model.save(join(folder, `${name}.h5`));
  const saved = await model.evaluate(pictures, targets, { batchSize: 128 });
  const scores: Record<string, Logs> = { saved };
  if (resumes) {
    // One step more, on the first test images: check_ours.py has no others.
    await model.fit(some(test.images, 128), oneHot(test.labels, 128), once);
    scores.resumed = await model.evaluate(pictures, targets, { batchSize: 128 });
  }
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(scores));
  await model.dispose();
}
