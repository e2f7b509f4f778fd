import * as ort from "onnxruntime-web/webgpu";
import { layers, sequential, webRuntime } from "../../src/web/index.js";
import { smallTraining } from "../device/small-training.js";

ort.env.wasm.wasmPaths = "/ort/";
ort.env.wasm.numThreads = 1;

Object.assign(globalThis, {
  ready: true,

  /** The losses of a small training on the GPU and on the processor. */
  async both() {
    const runtimes = [webRuntime({ device: "webgpu", ort }), webRuntime({ threads: 1 })];
    const losses: (readonly number[])[] = [];
    for (const runtime of runtimes) losses.push(await smallTraining({ layers, sequential }, runtime));
    return losses;
  },

  /** What is taken where the GPU is a slow one. */
  async chosen() {
    const runtime = await webRuntime({ device: "auto", ort, threads: 1 });
    const [loss] = await smallTraining({ layers, sequential }, runtime);
    return { name: runtime.name, loss };
  },

  missing() {
    try {
      webRuntime({ device: "webgpu" });
    } catch (error) {
      return (error as Error).message;
    }
    return "none";
  },
});
