import * as ort from "onnxruntime-web/webgpu";
import { base } from "../../../practice/src/techniques/base.js";
import { layers, type Runtime, sequential, tensor, toCategorical, webRuntime } from "../../src/web/index.js";
import { smallTraining } from "../device/small-training.js";

ort.env.wasm.wasmPaths = "/ort/";
ort.env.wasm.numThreads = 1;

const [count, batchSize] = [80, 4];
const pixels = Float32Array.from({ length: count * 784 }, (_, i) => {
  const [image, row] = [Math.floor(i / 784), Math.floor(i / 28) % 28];
  return Math.abs(Math.sin(i * 37)) * 0.5 + (Math.floor(row / 3) === image % 10 ? 0.5 : 0);
});
const x = tensor("float32", [count, 28, 28, 1], pixels);
const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
const y = toCategorical(tensor("uint8", [count], labels), 10);

/** The practice's base network: the mean losses so far of 20 steps, and what it says of some images then. */
async function baseTraining(runtime: Runtime) {
  const model = base.network({ seed: 1, runtime });
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  const losses: number[] = [];
  const keep = {
    logsOnly: true,
    onTrainBatchEnd: (_: number, logs: Record<string, number>) => void losses.push(logs.loss as number),
  };
  await model.fit(x, y, { batchSize, verbose: 0, callbacks: [keep] });
  const { data } = await model.predict(x);
  await model.dispose();
  return { losses, probabilities: Array.from(data.subarray(0, 100)) };
}

const reasonOf = async (run: () => Promise<unknown>): Promise<string> => {
  try {
    await run();
    return "nothing";
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
};

Object.assign(globalThis, {
  ready: true,

  base: (device: "wasm" | "webgpu") =>
    baseTraining(device === "wasm" ? webRuntime({ threads: 1 }) : webRuntime({ device, ort })),

  /** The losses of a small training on the GPU and on the processor. */
  async both() {
    const runtimes = [webRuntime({ device: "webgpu", ort }), webRuntime({ threads: 1 })];
    const losses: (readonly number[])[] = [];
    for (const runtime of runtimes) losses.push(await smallTraining({ layers, sequential }, runtime));
    return losses;
  },

  /** What is taken where the GPU is a slow one, or none. */
  async chosen() {
    const runtime = await webRuntime({ device: "auto", ort, threads: 1 });
    const [loss] = await smallTraining({ layers, sequential }, runtime);
    return { name: runtime.name, loss };
  },

  /** Why nothing is trained or predicted where there is no GPU. */
  async withoutGpu() {
    const model = sequential([layers.dense({ units: 2, inputShape: [3] })], {
      runtime: webRuntime({ device: "webgpu", ort }),
    });
    model.compile({ optimizer: "adam", loss: "meanSquaredError" });
    const [rows, targets] = [tensor("float32", [1, 3], [1, 2, 3]), tensor("float32", [1, 2], [1, 2])];
    return [
      await reasonOf(() => model.fit(rows, targets, { verbose: 0 })),
      await reasonOf(() => model.predict(rows)),
    ];
  },

  missing: () => reasonOf(async () => webRuntime({ device: "webgpu" })),
});
