import type { Layer, Optimizer, Runtime, Tensor } from "../../src/index.js";

/** What the training below needs of the library, in Node or in a page. */
export interface Library {
  readonly layers: {
    input(options: { shape: readonly number[] }): Layer;
    conv2d(options: { filters: number; kernelSize: number; activation?: "relu"; padding?: "same" }): Layer;
    maxPooling2d(): Layer;
    batchNormalization(): Layer;
    dropout(options: { rate: number }): Layer;
    flatten(): Layer;
    dense(options: { units: number; activation: "relu" | "softmax" }): Layer;
  };
  readonly optimizers: { adam(options: { learningRate: number }): Optimizer };
  sequential(
    layers: readonly Layer[],
    options: { seed: number; runtime: Runtime },
  ): {
    compile(options: { optimizer: Optimizer; loss: "categoricalCrossentropy"; metrics: ["accuracy"] }): void;
    fit(
      x: Tensor,
      y: Tensor,
      options: object,
    ): Promise<{ readonly history: Readonly<Record<string, readonly number[]>> }>;
    predict(x: Tensor): Promise<Tensor<"float32">>;
    dispose(): Promise<void>;
  };
  tensor(dtype: "float32", shape: readonly number[], data: Float32Array): Tensor<"float32">;
}

export interface Trained {
  readonly losses: readonly number[];
  readonly probabilities: readonly number[];
}

const count = 200;
const classes = 3;

/** Trains a small network on made-up images, whose class is where they are bright. The last batch is a partial one. */
export async function trained(
  { layers, sequential, optimizers, tensor }: Library,
  kind: "convolutions" | "normalized",
  runtime: Runtime,
): Promise<Trained> {
  const pixels = new Float32Array(count * 12 * 12);
  const labels = new Float32Array(count * classes);
  for (let i = 0; i < count; i++) {
    labels[i * classes + (i % classes)] = 1;
    for (let p = 0; p < 144; p++) {
      const isBright = Math.floor(p / 48) === i % classes;
      pixels[i * 144 + p] = Math.sin(i * 37 + p * 11) * 0.5 + (isBright ? 0.5 : 0);
    }
  }
  const convolution = (filters: number) =>
    layers.conv2d({
      filters,
      kernelSize: 3,
      padding: "same",
      ...(kind === "convolutions" && { activation: "relu" }),
    });
  const block = (filters: number): Layer[] => [
    convolution(filters),
    ...(kind === "normalized" ? [layers.batchNormalization()] : []),
    layers.maxPooling2d(),
  ];
  const model = sequential(
    [
      layers.input({ shape: [12, 12, 1] }),
      ...block(6),
      ...block(16),
      layers.flatten(),
      layers.dropout({ rate: 0.2 }),
      layers.dense({ units: 20, activation: "relu" }),
      layers.dense({ units: classes, activation: "softmax" }),
    ],
    { seed: 5, runtime },
  );
  model.compile({
    optimizer: optimizers.adam({ learningRate: kind === "normalized" ? 1e-4 : 1e-3 }),
    loss: "categoricalCrossentropy",
    metrics: ["accuracy"],
  });
  const x = tensor("float32", [count, 12, 12, 1], pixels);
  const y = tensor("float32", [count, classes], labels);
  const { history } = await model.fit(x, y, { epochs: 3, batchSize: 32, verbose: 0 });
  const probabilities = await model.predict(x);
  await model.dispose();
  return {
    losses: history.loss as readonly number[],
    probabilities: Array.from(probabilities.data.subarray(0, 30)),
  };
}
