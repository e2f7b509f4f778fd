import {
  layers,
  optimizers,
  sequential,
  tensor,
  type WebRuntimeOptions,
  webRuntime,
} from "../../src/web/index.js";
import { trained } from "./trained.js";

const library = { layers, optimizers, sequential, tensor };

Object.assign(globalThis, {
  ready: true,

  train: (kind: "convolutions" | "normalized", options?: WebRuntimeOptions) =>
    trained(library, kind, webRuntime(options)),

  /** Two trainings that share the threads of a runtime. */
  async both(options: WebRuntimeOptions) {
    const runtime = webRuntime(options);
    return await Promise.all([
      trained(library, "convolutions", runtime),
      trained(library, "normalized", runtime),
    ]);
  },

  refusal(options: WebRuntimeOptions) {
    try {
      webRuntime(options);
    } catch (error) {
      return (error as Error).message;
    }
    return "none";
  },

  runtimeName: () => webRuntime().name,
});
