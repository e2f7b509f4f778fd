import type { Optimizer, Runtime } from "../../src/index.js";
import { divide, type Layer, layers, loadMnist, type Sequential, sequential } from "../../src/index.js";
import { type Tensor, takeRows } from "../../src/tensor.js";
import { type GoldenLayer, type GoldenWeight, goldenWeight } from "../fixtures/golden/golden.js";

/** The golden file's layer as one of the library. */
function layerOf({ className, ...options }: GoldenLayer): Layer {
  const given = options as Record<string, unknown>;
  switch (className) {
    case "Conv2D":
      return layers.conv2d(given as unknown as Parameters<typeof layers.conv2d>[0]);
    case "AveragePooling2D":
      return layers.averagePooling2d(given);
    case "MaxPooling2D":
      return layers.maxPooling2d(given);
    case "GlobalAveragePooling2D":
      return layers.globalAveragePooling2d(given);
    case "Flatten":
      return layers.flatten();
    case "Dense":
      return layers.dense({
        units: options.units as number,
        activation: options.activation as layers.Activation,
      });
    default:
      throw new Error(`The golden files have a new layer: ${className}.`);
  }
}

export interface GoldenNetwork {
  readonly layers: readonly GoldenLayer[];
  readonly weights: readonly GoldenWeight[];
}

/** The golden network with its start weights. */
export function goldenModel(network: GoldenNetwork, runtime: Runtime): Sequential {
  const model = sequential([layers.input({ shape: [28, 28, 1] }), ...network.layers.map(layerOf)], {
    seed: 1,
    runtime,
  });
  model.setWeights(network.weights.map((_, k) => goldenWeight(network.weights, k)));
  return model;
}

/** MNIST's training images as the golden files use them: bytes over 255, one-hot labels. */
export async function goldenImages(): Promise<(first: number, count: number) => [Tensor, Tensor]> {
  const { train } = await loadMnist();
  return (first, count) => {
    const rows = Array.from({ length: count }, (_, i) => first + i);
    const y = new Float32Array(count * 10);
    for (const [i, row] of rows.entries()) y[i * 10 + (train.labels.data[row] as number)] = 1;
    return [divide(takeRows(train.images, rows), 255), { dtype: "float32", shape: [count, 10], data: y }];
  };
}

/** An optimizer that leaves the weights alone and keeps the gradients that it is given. */
export function gradientRecorder(): { optimizer: Optimizer; gradients: Float32Array[] } {
  const gradients: Float32Array[] = [];
  const optimizer: Optimizer = {
    className: "GradientRecorder",
    slots: [],
    learningRate: 1,
    schedule: undefined,
    iterations: 0,
    clipping: {},
    weightDecay: 0,
    serve: () => {},
    scalars: [],
    scalarsAt: () => ({}),
    formula: (p) => ({ p, slots: [] }),
    update(kernels, { g, length }) {
      gradients.push(kernels.float32(g, length).slice());
      return 0;
    },
    getConfig: () => ({}),
  };
  return { optimizer, gradients };
}
