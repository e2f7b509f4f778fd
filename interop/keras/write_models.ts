/**
 * Trains and saves models for check_ours.py, with what Trazo itself says of them: `npx tsx interop/keras/write_models.ts FOLDER`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  divide,
  layers,
  loadMnist,
  regularizers,
  type Sequential,
  sequential,
  type Tensor,
  tensor,
  toCategorical,
} from "../../src/index.js";
import { base } from "../../src/practice/techniques/base.js";

const folder = process.argv[2];
if (!folder) throw new Error("usage: npx tsx interop/keras/write_models.ts FOLDER");
mkdirSync(folder, { recursive: true });

const { train, test } = await loadMnist();
const some = (images: Tensor<"uint8">, count: number): Tensor<"uint8"> =>
  divide(tensor("uint8", [count, 28, 28, 1], images.data.slice(0, count * 784)), 255);
const oneHot = (labels: Tensor<"uint8">, count: number): Tensor<"float32"> =>
  toCategorical(tensor("uint8", [count], labels.data.slice(0, count)), 10);

/** Everything that a file may hold: each layer, regularisers, a schedule. */
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
const jobs: [string, Sequential, string, number][] = [
  ["base", base({ seed: 1 }), "adam", 12_800],
  ["variety", variety, "rmsprop", 2_560],
];
for (const [name, model, optimizer, count] of jobs) {
  model.compile({ optimizer, loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  await model.fit(some(train.images, count), oneHot(train.labels, count), {
    batchSize: 128,
    epochs: 1,
    verbose: 0,
  });
  await model.save(join(folder, `${name}.h5`));
  const scores = await model.evaluate(some(test.images, 10_000), oneHot(test.labels, 10_000), {
    batchSize: 128,
  });
  writeFileSync(
    join(folder, `${name}.json`),
    JSON.stringify({ ...scores, iterations: model.optimizer.iterations }),
  );
  await model.dispose();
}
writeFileSync(join(folder, "images.bin"), test.images.data);
writeFileSync(join(folder, "labels.bin"), test.labels.data);
