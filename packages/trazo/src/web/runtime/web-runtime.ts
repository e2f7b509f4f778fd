import { TrazoError } from "../../errors.js";
import { InterpretedGraph } from "../../interpreter/interpreter.js";
import { hasRelaxedSimd, productScratchBytes } from "../../kernels/products.js";
import { requireKnownOptions } from "../../known-options.js";
import { WasmBlas } from "../../plan/wasm-blas.js";
import type { Feeds, PlanSupport, Runtime, Session } from "../../runtime/runtime.js";
import type { Tensor } from "../../tensor.js";

/** Half of the smallest cache that a core of today's has to itself. */
const cacheBytes = 2 ** 18;

/** Options of `webRuntime`. */
export interface WebRuntimeOptions {
  /**
   * Whether products multiply and add in one instruction, as processors have it: half as fast again, but rounded differently from
   * processor to processor. Without, every machine gives the same bytes. Default: where there is such a thing.
   */
  readonly relaxedSimd?: boolean | undefined;
}

/**
 * What computes in a page, a worker, and wherever else there is no ONNX Runtime: models are trained and used in WebAssembly, on the
 * thread that asks for it. Between two batches other tasks of that thread get their turn; a page that is to stay smooth trains in a
 * worker.
 *
 * Convolutions, dense layers, pooling, batch normalization and the usual activations are WebAssembly; everything else that a model
 * has, such as its loss, runs in JavaScript. An operator for which there is neither is refused by its name when it is needed.
 *
 * @throws TrazoError for an unknown option, and for relaxed SIMD where there is none
 * @example
 * ```ts
 * import { layers, sequential, webRuntime } from "trazo/web";
 *
 * const model = sequential(
 *   [layers.input({ shape: [28, 28, 1] }), layers.flatten(), layers.dense({ units: 10, activation: "softmax" })],
 *   { runtime: webRuntime() },
 * );
 * ```
 */
export function webRuntime(options: WebRuntimeOptions = {}): Runtime {
  requireWebRuntimeOptions(options, "webRuntime");
  const { relaxedSimd: relaxed = hasRelaxedSimd() } = options;
  return {
    name: relaxed ? "WebAssembly with relaxed SIMD" : "WebAssembly with SIMD",
    lowering: "tiledGemm",
    load: async (model) => new InterpretedSession(new InterpretedGraph(model)),
    plan: planSupport(relaxed),
  };
}

/** @throws TrazoError for an unknown option, and for relaxed SIMD where there is none */
export function requireWebRuntimeOptions(options: WebRuntimeOptions, caller: string): void {
  requireKnownOptions(options, { relaxedSimd: true }, caller);
  if (options.relaxedSimd === true && !hasRelaxedSimd()) {
    throw new TrazoError(
      `${caller}: relaxedSimd is true, but this engine has no relaxed SIMD. Leave it out.`,
    );
  }
}

const planSupport = (relaxed: boolean): PlanSupport => ({
  choice: "always",
  cache: cacheBytes,
  scratchBytes: productScratchBytes,
  blas: (memory, scratch) => new WasmBlas(memory, scratch, { relaxed }),
  pause: turn,
});

/** Not by a timer: browsers slow those down, in hidden tabs very much so. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel() as unknown as Record<"port1" | "port2", Port>;
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** What browsers and Node have in common. */
interface Port {
  onmessage: (() => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

class InterpretedSession implements Session {
  readonly #graph: InterpretedGraph;

  constructor(graph: InterpretedGraph) {
    this.#graph = graph;
  }

  async run(feeds: Feeds, into: Feeds = {}): Promise<Record<string, Tensor>> {
    await turn();
    const results: Record<string, Tensor> = {};
    for (const [name, result] of Object.entries(this.#graph.run(feeds))) {
      const target = into[name];
      if (target) (target.data as Float32Array).set(result.data as Float32Array);
      else results[name] = { ...result, data: result.data.slice() } as Tensor;
    }
    return results;
  }

  async release(): Promise<void> {}
}
