import type { Layer, Runtime, Tensor } from "../../src/index.js";

/** What the training below needs of the library, in Node or in a page. */
export interface SmallLibrary {
  readonly layers: {
    input(options: { shape: readonly number[] }): Layer;
    conv2d(options: { filters: number; kernelSize: number; activation: "relu" }): Layer;
    batchNormalization(): Layer;
    averagePooling2d(): Layer;
    flatten(): Layer;
    dense(options: { units: number; activation: "softmax" }): Layer;
  };
  sequential(
    layers: readonly Layer[],
    options: { seed: number; runtime: Runtime },
  ): {
    compile(options: { optimizer: "adam"; loss: "categoricalCrossentropy"; metrics: ["accuracy"] }): void;
    fit(x: Tensor, y: Tensor, options: object): Promise<unknown>;
    evaluate(x: Tensor, y: Tensor): Promise<Readonly<Record<string, number>>>;
    getWeights(): Float32Array[];
    dispose(): Promise<void>;
  };
}

const count = 40;
const classes = 3;

/** The losses of some steps, the last of each epoch with a smaller batch, and then of an evaluation. */
export async function smallTraining(
  { layers, sequential }: SmallLibrary,
  runtime: Runtime,
): Promise<number[]> {
  const pixels = Uint8Array.from({ length: count * 12 * 12 }, (_, i) => (i * 37) % 256);
  const x: Tensor<"uint8"> = { dtype: "uint8", shape: [count, 12, 12, 1], data: pixels, divisor: 255 };
  const one = (i: number): number => Number(i % classes === (Math.floor(i / classes) * 7) % classes);
  const y: Tensor<"float32"> = {
    dtype: "float32",
    shape: [count, classes],
    data: Float32Array.from({ length: count * classes }, (_, i) => one(i)),
  };
  const model = sequential(
    [
      layers.input({ shape: [12, 12, 1] }),
      // In ONNX Runtime's own convolution, axes in its own order, 6 channels to 16 would be wrong.
      layers.conv2d({ filters: 6, kernelSize: 3, activation: "relu" }),
      layers.averagePooling2d(),
      layers.conv2d({ filters: 16, kernelSize: 3, activation: "relu" }),
      layers.batchNormalization(),
      layers.flatten(),
      layers.dense({ units: classes, activation: "softmax" }),
    ],
    { seed: 1, runtime },
  );
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  const losses: number[] = [];
  const keep = {
    logsOnly: true,
    onTrainBatchEnd: (_: number, logs: Record<string, number>) => void losses.push(logs.loss as number),
  };
  await model.fit(x, y, { batchSize: 16, epochs: 2, verbose: 0, callbacks: [keep] });
  const { loss } = await model.evaluate(x, y);
  await model.dispose();
  return [...losses, loss as number];
}
