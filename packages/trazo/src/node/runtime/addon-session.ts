import { createRequire } from "node:module";
import type * as ort from "onnxruntime-node";
import type { Feeds, Session } from "../../runtime/runtime.js";
import type { DType, Tensor } from "../../tensor.js";
import { type Library, sessionConfig } from "./library.js";

/** ONNX Runtime through onnxruntime-node's own binding. */
export async function loadAddon(): Promise<Library> {
  const library = await import("onnxruntime-node");
  const { version } = createRequire(import.meta.url)("onnxruntime-node/package.json") as { version: string };
  return {
    name: `onnxruntime-node ${version}`,
    load: async (model, threads) =>
      new AddonSession(library, await library.InferenceSession.create(model, sessionOptions(threads))),
  };
}

function sessionOptions(threads: number): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: ["cpu"],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    // Errors come as exceptions; the library would print them as well.
    logSeverityLevel: 4,
    extra: sessionConfig,
  };
}

class AddonSession implements Session {
  readonly #library: typeof ort;
  readonly #session: ort.InferenceSession;

  constructor(library: typeof ort, session: ort.InferenceSession) {
    this.#library = library;
    this.#session = session;
  }

  async run(feeds: Feeds, into: Feeds = {}): Promise<Record<string, Tensor>> {
    const given: Record<string, ort.Tensor> = {};
    for (const [name, tensor] of Object.entries(feeds)) given[name] = this.#wrap(tensor);
    const fetches: Record<string, ort.Tensor | null> = {};
    for (const name of this.#session.outputNames) {
      const target = into[name];
      fetches[name] = target ? this.#wrap(target) : null;
    }
    const results = await this.#session.run(given, fetches);
    const outputs: Record<string, Tensor> = {};
    for (const [name, { type, dims, data }] of Object.entries(results)) {
      if (name in into) continue;
      outputs[name] = { dtype: type as DType, shape: dims, data: data as Float32Array };
    }
    return outputs;
  }

  async release(): Promise<void> {
    await this.#session.release();
  }

  #wrap({ dtype, shape, data }: Tensor): ort.Tensor {
    return new this.#library.Tensor(dtype, data as Float32Array, shape);
  }
}
