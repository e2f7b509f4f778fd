import {
  type Callback,
  type FitOptions,
  layers,
  type Metric,
  nodeRuntime,
  optimizers,
  type Sequential,
  sequential,
  type Tensor,
  tensor,
} from "../../src/index.js";

/** One thread: the networks are tiny. */
export const runtime = nodeRuntime({ threads: 1 });

/** Numbers in [-1, 1), the same in every run. */
export function noise(count: number, stream = 1): Float32Array {
  let state = stream * 2654435761;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

export const column = (values: readonly number[]): Tensor<"float32"> =>
  tensor("float32", [values.length, 1], Float32Array.from(values));

export const oneHot = (labels: readonly number[], classes: number): Tensor<"float32"> =>
  tensor(
    "float32",
    [labels.length, classes],
    Float32Array.from(
      labels.flatMap((label) => Array.from({ length: classes }, (_, k) => (k === label ? 1 : 0))),
    ),
  );

/** The targets of `count` samples, each of whose classes lies `step` after the one before. */
export const inTurn = (count: number, classes: number, step = 1): Tensor<"float32"> =>
  oneHot(
    Array.from({ length: count }, (_, i) => (i * step) % classes),
    classes,
  );

/** y = 2 x, with a rate of 0, so that losses can be computed by hand. */
export function frozenLine(options: { metrics?: Metric[]; weightedMetrics?: Metric[] } = {}): Sequential {
  const model = sequential([layers.dense({ units: 1, inputShape: [1] })], { seed: 1, runtime });
  model.setWeights([Float32Array.of(2), Float32Array.of(0)]);
  model.compile({ optimizer: optimizers.sgd({ learningRate: 0 }), loss: "meanSquaredError", ...options });
  return model;
}

/** A small classifier of three classes with something random in every part. */
export function smallNet(seed = 7): Sequential {
  return sequential(
    [
      layers.input({ shape: [4, 4, 1] }),
      layers.conv2d({ filters: 3, kernelSize: 3, activation: "relu", padding: "same" }),
      layers.flatten(),
      layers.dropout({ rate: 0.3 }),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
    { seed, runtime },
  );
}

export function smallData(count: number, stream = 3): [x: Tensor<"float32">, y: Tensor<"float32">] {
  const labels = Array.from({ length: count }, (_, i) => (i * 7 + stream) % 3);
  return [tensor("float32", [count, 4, 4, 1], noise(count * 16, stream)), oneHot(labels, 3)];
}

/**
 * The numbers of the samples in every batch of every epoch, in no order within a batch. Each
 * sample's target is a power of two, so that a batch's sum of targets says which ones it holds.
 */
export async function batchesOf(count: number, options: FitOptions, seed = 1): Promise<number[][][]> {
  const sum: Metric = { name: "sum", keras: "sum", call: (targets) => targets };
  const model = sequential([layers.dense({ units: 1, inputShape: [1] })], { seed, runtime });
  // Sums over the batch are asked for, so the values may keep their [batch, 1].
  model.compile({
    optimizer: optimizers.sgd({ learningRate: 0 }),
    loss: "meanSquaredError",
    metrics: [sum],
  });
  const epochs: number[][][] = [];
  let total = 0;
  let seen = 0;
  const spy: Callback = {
    onEpochBegin() {
      epochs.push([]);
      total = 0;
      seen = 0;
    },
    onTrainBatchEnd(_batch, logs) {
      // The running mean gives the batch's own sum once its size is known: try sizes until one fits.
      const mean = logs.sum as number;
      for (let size = 1; size <= count; size++) {
        const rest = mean * (seen + size) - total;
        const members = membersOf(Math.round(rest));
        if (Math.abs(rest - Math.round(rest)) < 1e-6 && members.length === size) {
          seen += size;
          total += Math.round(rest);
          epochs.at(-1)?.push(members);
          return;
        }
      }
      throw new Error("A batch holds a sample twice, or none.");
    },
  };
  const targets = Array.from({ length: count }, (_, i) => 2 ** i);
  await model.fit(column(targets.map(() => 0)), column(targets), {
    verbose: 0,
    ...options,
    callbacks: [spy, ...(options.callbacks ?? [])],
  });
  await model.dispose();
  return epochs;
}

function membersOf(sum: number): number[] {
  return Array.from({ length: 30 }, (_, i) => i).filter((i) => Math.floor(sum / 2 ** i) % 2 === 1);
}

export const flat = (epochs: readonly (readonly (readonly number[])[])[]): number[][] =>
  epochs.map((batches) => batches.flat().sort((a, b) => a - b));
