import { inWords, TrazoError } from "../../errors.js";
import { InterpretedGraph } from "../../interpreter/interpreter.js";
import { hasRelaxedSimd, productScratchBytes } from "../../kernels/products.js";
import { requireKnownOptions } from "../../known-options.js";
import { WasmBlas } from "../../plan/wasm-blas.js";
import type { Device } from "../../runtime/device.js";
import type { Feeds, PlanSupport, Runtime, Session } from "../../runtime/runtime.js";
import type { Tensor } from "../../tensor.js";
import { LazyDevice } from "./lazy-device.js";
import type { OrtWeb } from "./ort-web.js";
import { threadStarter } from "./thread-starter.js";
import { defaultThreads, mayWait, requireThreads } from "./threads.js";
import { Turns } from "./turns.js";

/** Half of the smallest cache that a core of today's has to itself. */
const cacheBytes = 2 ** 18;

/** Options of `webRuntime`. */
export interface WebRuntimeOptions {
  /**
   * Whether products multiply and add in one instruction, as processors have it: half as fast again, but rounded differently from
   * processor to processor. Without, every machine gives the same bytes. Default: where there is such a thing.
   */
  readonly relaxedSimd?: boolean | undefined;
  /**
   * Threads that compute a model's steps together. More than one need a page that may share memory between threads: one that is
   * cross-origin isolated, by the headers `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp`.
   * On a page's own thread, which must not wait for others, they compute while it stays free; in a worker, that is one of them. The
   * result's bits depend on the number. Default: the number of processors where memory may be shared, else 1.
   */
  readonly threads?: number | undefined;
  /**
   * `wasm`, WebAssembly on the processor; or `webgpu`, a GPU, by ONNX Runtime Web, which is given as `ort`. Weights, the optimizer's
   * state and all training data that fit stay in the GPU's memory for an epoch, or until a callback watches batches (see
   * `Callback.logsOnly`). Default `wasm`. With `auto`, `webRuntime` finds out which is faster, and gives a promise.
   */
  readonly device?: "wasm" | "webgpu" | undefined;
  /** What `import * as ort from "onnxruntime-web/webgpu"` gives, for the devices `webgpu` and `auto`. Default: none. */
  readonly ort?: OrtWeb | undefined;
}

/** Options of `webRuntime` where it is to find out what computes faster. */
export interface WebDeviceChoice extends Omit<WebRuntimeOptions, "device"> {
  /** A GPU where there is one that is faster than the processor. */
  readonly device: "auto";
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
export function webRuntime(options?: WebRuntimeOptions): Runtime;
/**
 * What computes in a page that may have a GPU: the one that multiplies matrices faster, which takes a second to find out. Models take
 * the promise as it is.
 *
 * @example
 * ```ts
 * import * as ort from "onnxruntime-web/webgpu";
 * import { layers, sequential, webRuntime } from "trazo/web";
 *
 * const runtime = webRuntime({ device: "auto", ort });
 * const model = sequential([layers.dense({ units: 1, inputShape: [4] })], { runtime });
 * ```
 */
export function webRuntime(options: WebDeviceChoice): Promise<Runtime>;
export function webRuntime(options: WebRuntimeOptions | WebDeviceChoice = {}): Runtime | Promise<Runtime> {
  requireWebRuntimeOptions(options, "webRuntime");
  const { device, ort, ...settings } = options;
  if (device === "webgpu") return gpuRuntime(ort as OrtWeb);
  const processor = processorRuntime(settings);
  return device === "auto" ? fasterRuntime(gpuRuntime(ort as OrtWeb), processor) : processor;
}

/** The GPU's where there is one, and it multiplies matrices clearly faster. */
async function fasterRuntime(gpu: Runtime, processor: Runtime): Promise<Runtime> {
  const { isFaster, planProductTime } = await import("../../onnx/product-time.js");
  const time = await planProductTime(processor.plan as PlanSupport);
  // A browser that has no GPU for pages says so when it is asked to use one.
  const gains = await isFaster(gpu.device as Device, time).catch(() => false);
  return gains ? gpu : processor;
}

function processorRuntime({
  relaxedSimd: relaxed = hasRelaxedSimd(),
  threads = defaultThreads(),
}: Pick<WebRuntimeOptions, "relaxedSimd" | "threads">): Runtime {
  const kind = relaxed ? "WebAssembly with relaxed SIMD" : "WebAssembly with SIMD";
  return {
    name: `${kind}, ${threads} ${threads === 1 ? "thread" : "threads"}`,
    threads,
    lowering: "tiledGemm",
    load: async (model) => new InterpretedSession(new InterpretedGraph(model)),
    plan: planSupport(relaxed, threads),
  };
}

const webRuntimeOptions = { relaxedSimd: true, threads: true, device: true, ort: true } as const;

/**
 * Convolutions are products of matrices there too: in ONNX Runtime's own, some shapes are computed wrongly on GPUs (6 channels, 16
 * filters of 5x5).
 */
function gpuRuntime(ort: OrtWeb): Runtime {
  const gpu = { ort, turns: new Turns() };
  return {
    name: "ONNX Runtime Web on WebGPU",
    lowering: "withoutIndices",
    load: async (model) => await (await import("./ort-session.js")).loadForGpu(gpu, model),
    device: new LazyDevice(async () => new (await import("./web-device.js")).WebDevice(gpu)),
  };
}

function requireDevice(
  { device = "wasm", ort, threads, relaxedSimd }: WebRuntimeOptions | WebDeviceChoice,
  caller: string,
): void {
  if (!["wasm", "webgpu", "auto"].includes(device)) {
    throw new TrazoError(`${caller}: device must be "wasm", "webgpu" or "auto", but got ${inWords(device)}.`);
  }
  if (device === "wasm") return;
  if (device === "webgpu" && (threads !== undefined || relaxedSimd !== undefined)) {
    throw new TrazoError(`${caller}: threads and relaxedSimd are for the device "wasm".`);
  }
  if (ort?.InferenceSession) return;
  throw new TrazoError(
    `${caller}: the device "${device}" needs ONNX Runtime Web (npm install onnxruntime-web): ` +
      'import * as ort from "onnxruntime-web/webgpu", and give it as ort.',
  );
}

/** @throws TrazoError for an unknown option, and for relaxed SIMD where there is none */
export function requireWebRuntimeOptions(options: WebRuntimeOptions | WebDeviceChoice, caller: string): void {
  requireKnownOptions(options, webRuntimeOptions, caller);
  requireDevice(options, caller);
  if (options.relaxedSimd === true && !hasRelaxedSimd()) {
    throw new TrazoError(
      `${caller}: relaxedSimd is true, but this engine has no relaxed SIMD. Leave it out.`,
    );
  }
  requireThreads(options.threads, caller);
}

const planSupport = (relaxed: boolean, threads: number): PlanSupport => ({
  choice: "always",
  cache: cacheBytes,
  ...(threads > 1 && {
    crew: { threads, isJoined: mayWait(), start: threadStarter({ relaxed }) },
  }),
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
