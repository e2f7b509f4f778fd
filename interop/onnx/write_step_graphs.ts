/**
 * Writes training steps as `trainGraph()` gives them, for check_step_graph.py: `npx tsx interop/onnx/write_step_graphs.ts FOLDER`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { base } from "@trazo/practice";
import {
  layers,
  type Optimizer,
  optimizers,
  regularizers,
  type Sequential,
  sequential,
  type TrainGraphOptions,
} from "trazo";

const folder = process.argv[2];
if (!folder) throw new Error("usage: npx tsx interop/onnx/write_step_graphs.ts FOLDER");
mkdirSync(folder, { recursive: true });

/** What the base network lacks: uneven padding, strides, dilation, moving averages, noise, penalties. */
const variety = (): Sequential =>
  sequential(
    [
      layers.input({ shape: [28, 28, 1] }),
      layers.conv2d({ filters: 4, kernelSize: 5, strides: 2, padding: "same", useBias: false }),
      layers.batchNormalization(),
      layers.activation({ activation: "elu" }),
      layers.conv2d({ filters: 6, kernelSize: 3, dilationRate: 2, activation: "gelu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.dropout({ rate: 0.3 }),
      layers.averagePooling2d({ poolSize: 2, padding: "same" }),
      layers.flatten(),
      layers.dense({
        units: 20,
        activation: "tanh",
        kernelRegularizer: regularizers.l1l2({ l1: 1e-4, l2: 1e-3 }),
      }),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
    { seed: 3 },
  );

const bytes: TrainGraphOptions = { inputDtype: "uint8", inputDivisor: 255 };
const jobs: readonly [string, () => Sequential, Optimizer, TrainGraphOptions][] = [
  ["base-adam", () => base.network({ seed: 1 }), optimizers.adam(), {}],
  ["base-adam-uint8", () => base.network({ seed: 1 }), optimizers.adam(), bytes],
  [
    "base-adam-amsgrad",
    () => base.network({ seed: 1 }),
    optimizers.adam({ amsgrad: true, globalClipnorm: 1 }),
    {},
  ],
  ["base-adamw", () => base.network({ seed: 1 }), optimizers.adamW({ weightDecay: 0.01 }), {}],
  ["base-sgd", () => base.network({ seed: 1 }), optimizers.sgd(), {}],
  [
    "base-sgd-nesterov",
    () => base.network({ seed: 1 }),
    optimizers.sgd({ momentum: 0.9, nesterov: true, clipnorm: 1 }),
    {},
  ],
  [
    "base-rmsprop",
    () => base.network({ seed: 1 }),
    optimizers.rmsprop({ momentum: 0.5, centered: true, clipvalue: 0.5 }),
    {},
  ],
  ["variety-adam", variety, optimizers.adam(), bytes],
];
for (const [name, make, optimizer, options] of jobs) {
  const model = make();
  model.compile({
    optimizer,
    loss: "categoricalCrossentropy",
    metrics: ["accuracy"],
    weightedMetrics: ["accuracy"],
  });
  writeFileSync(join(folder, `${name}.onnx`), model.trainGraph(options));
  await model.dispose();
}
