import {
  apply,
  type Loss,
  layers,
  type Model,
  model,
  type Runtime,
  type Tensor,
  tensor,
} from "../../src/index.js";
import type { MetricSpec } from "../../src/model/goals.js";
import { noise } from "../optimizers/flat.js";

/** What a small network gives: images of probabilities, classes, and so on. */
export const endings = {
  "classes per pixel": { shape: [6, 5, 3], activation: "softmax" },
  "one value per pixel": { shape: [6, 5, 1], activation: "sigmoid" },
  classes: { shape: [5], activation: "softmax" },
  "one value": { shape: [1], activation: "sigmoid" },
  "several values": { shape: [5], activation: "linear" },
} as const;

export type Ending = keyof typeof endings;

/** A network of one convolution, or one dense layer, with an ending. */
export function networkWith(ending: Ending, runtime?: Runtime): Model {
  const { shape, activation } = endings[ending];
  const isImage = shape.length === 3;
  const x = layers.input({ shape: isImage ? [6, 5, 2] : [7] });
  const units = shape.at(-1) as number;
  const y = isImage
    ? apply(layers.conv2d({ filters: units, kernelSize: 3, padding: "same", activation }), x)
    : apply(layers.dense({ units, activation }), x);
  return model({ inputs: x, outputs: y, seed: 4, ...(runtime && { runtime }) });
}

export interface Data {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly sampleWeight: Float32Array;
}

/** @param isSparse whether the targets are class numbers */
export function dataFor(ending: Ending, count: number, isSparse: boolean, dtype: "float32" | "uint8"): Data {
  const { shape } = endings[ending];
  const isImage = shape.length === 3;
  const size = isImage ? [6, 5, 2] : [7];
  const random = noise(7);
  const values = (length: number): Float32Array => Float32Array.from({ length }, random);
  const x = tensor("float32", [count, ...size], values(count * size.reduce((a, b) => a * b, 1)));
  const classes = shape.at(-1) as number;
  const rows = [count, ...shape.slice(0, -1)];
  const number = rows.reduce((a, b) => a * b, 1);
  const labels = Array.from(values(number), (value) =>
    Math.floor(((value + 1) / 2) * Math.max(2, classes) * 0.999),
  );
  const targets = isSparse || classes === 1 ? labels : labels.flatMap((label) => oneHotRow(label, classes));
  const given = isSparse ? rows : [...rows, classes];
  const y =
    dtype === "uint8"
      ? tensor(dtype, given, Uint8Array.from(targets))
      : tensor(dtype, given, Float32Array.from(targets));
  return { x, y, sampleWeight: values(count).map((value) => Math.abs(value) + 0.2) };
}

const oneHotRow = (label: number, classes: number): number[] =>
  Array.from({ length: classes }, (_, i) => Number(i === label));

export interface Goal {
  readonly loss: Loss;
  readonly metrics?: readonly MetricSpec[];
}

/** Steps on whole and partial batches, then scores and predictions. */
export async function trained(net: Model, { loss, metrics = [] }: Goal, { x, y, sampleWeight }: Data) {
  net.compile({ optimizer: "sgd", loss, metrics, weightedMetrics: metrics });
  const { history } = await net.fit(x, y, {
    epochs: 5,
    batchSize: 4,
    sampleWeight,
    shuffle: false,
    verbose: 0,
  });
  const scores = await net.evaluate(x, y, { batchSize: 6, sampleWeight });
  const result = { history, scores, weights: net.getWeights() };
  await net.dispose();
  return result;
}
