import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import type * as ort from "onnxruntime-node";
import { TrazoError } from "../errors.js";
import type { DType, Tensor } from "../tensor.js";
import type { Feeds, Runtime, Session } from "./runtime.js";

export interface NodeRuntimeOptions {
  /** Threads within one operator. Default: the number of processors. The result's bits depend on it. */
  readonly threads?: number;
  readonly lowering?: "direct" | "tiledGemm";
}

/** ONNX Runtime's CPU provider in Node. */
export async function nodeRuntime(options: NodeRuntimeOptions = {}): Promise<Runtime> {
  const threads = options.threads ?? availableParallelism();
  if (!Number.isInteger(threads) || threads < 1 || threads > 256) {
    throw new TrazoError(`threads must be a whole number from 1 to 256, but got ${options.threads}.`);
  }
  const library = await import("onnxruntime-node").catch((cause: unknown) => {
    throw new TrazoError(
      `onnxruntime-node could not be loaded on ${process.platform}-${process.arch}: ${(cause as Error).message}`,
    );
  });
  const { version } = createRequire(import.meta.url)("onnxruntime-node/package.json") as { version: string };
  return {
    name: `onnxruntime-node ${version} cpu, ${threads} ${threads === 1 ? "thread" : "threads"}`,
    lowering: options.lowering ?? "tiledGemm",
    async load(model) {
      const session = await library.InferenceSession.create(model, sessionOptions(threads));
      return new NodeSession(library, session);
    },
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
    // Idle threads of one session spin for a while; without this they fight over the cores with
    // the next session that runs (training and evaluation take turns).
    extra: { session: { force_spinning_stop: "1" } },
  };
}

class NodeSession implements Session {
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
