import * as ort from "onnxruntime-web/webgpu";
import { augmentation } from "../../../practice/src/techniques/augmentation.js";
import { base } from "../../../practice/src/techniques/base.js";
import { batchnorm } from "../../../practice/src/techniques/batchnorm.js";
import { dropout } from "../../../practice/src/techniques/dropout.js";
import { l2 } from "../../../practice/src/techniques/l2.js";
import { divide, loadMnist, toCategorical, webRuntime } from "../../src/web/index.js";
import { trainTechnique } from "./techniques.js";

ort.env.wasm.wasmPaths = "/ort/";
ort.env.wasm.numThreads = 1;

const techniques = { base, dropout, batchnorm, augmentation, l2 };

Object.assign(globalThis, {
  ready: true,

  /** The mean losses of an epoch on the GPU and on the processor. */
  async both(name: keyof typeof techniques) {
    const data = await loadMnist("/mnist.gz");
    const losses: (readonly number[])[] = [];
    for (const runtime of [webRuntime({ device: "webgpu", ort }), webRuntime({ threads: 1 })]) {
      const trained = await trainTechnique({ divide, toCategorical }, techniques[name], data, runtime);
      losses.push(trained.losses);
      await trained.model.dispose();
    }
    return losses;
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
