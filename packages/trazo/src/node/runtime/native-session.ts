import { setImmediate } from "node:timers/promises";
import { productModel } from "../../onnx/product-model.js";
import type { StartThread } from "../../plan/crew/thread.js";
import { withStripConvolution } from "../../plan/operators/strip-convolution.js";
import { withTiledConvolution } from "../../plan/operators/tiled-convolution.js";
import type { Feeds, PlanChoice, PlanSupport, Session } from "../../runtime/runtime.js";
import type { Tensor } from "../../tensor.js";
import { blockBytes } from "./core-cache.js";
import { type DeviceLibrary, type Library, sessionConfig } from "./library.js";
import { NativeDevice } from "./native-device.js";
import { loadOrtApi, type OrtApi } from "./ort-api.js";
import { OrtBlas } from "./ort-blas.js";
import { type Pointer, requireStackForAsync } from "./ort-functions.js";
import { productModels } from "./product-models.js";
import type { Provider } from "./providers.js";
import { threadStarter } from "./thread-starter.js";

/** Started when there is something to do. */
const startThread: StartThread = (...told) => threadStarter(productModels())(...told);

let loaded: OrtApi | undefined;

/** ONNX Runtime through its C interface. */
export async function loadNative(inBackground: boolean): Promise<Library> {
  // A library is in a process once, however often it is asked for.
  loaded ??= loadOrtApi();
  if (inBackground) requireStackForAsync();
  const api = loaded;
  return {
    name: `ONNX Runtime ${api.version}`,
    load: async (model, threads) =>
      new NativeSession(api, api.createSession(model, { threads, config: sessionConfig }), inBackground),
    plan: (threads, choice) => planSupport(api, threads, choice, inBackground),
  };
}

/**
 * The same with a GPU.
 *
 * @throws Error with the library's own words when it cannot use one
 */
export function loadNativeDevice(provider: Provider): DeviceLibrary {
  loaded ??= loadOrtApi();
  const api = loaded;
  const device = new NativeDevice(api, provider);
  return {
    name: `ONNX Runtime ${api.version}`,
    device,
    load: async (model) =>
      new NativeSession(
        api,
        api.createSession(model, { threads: 1, config: sessionConfig, provider }),
        false,
      ),
  };
}

const planSupport = (
  api: OrtApi,
  threads: number,
  choice: PlanChoice,
  inBackground: boolean,
): PlanSupport => ({
  choice,
  cache: blockBytes(),
  ...((threads > 1 || inBackground) && {
    crew: { threads, isJoined: !inBackground, start: startThread },
  }),
  operators: (table) => withStripConvolution(withTiledConvolution(table)),
  scratchBytes: 0,
  blas: (memory) => new OrtBlas(api, () => memory.buffer, productModel),
  pause: () => setImmediate(),
});

interface Handles {
  readonly session: Pointer;
  readonly binding: Pointer;
}

/**
 * A graph run through ONNX Runtime's C interface. Tensors are bound by address, and stay bound until others take their
 * place: in a training step weights, gradients and batch buffers are the same memory every time.
 */
class NativeSession implements Session {
  readonly #api: OrtApi;
  readonly #inBackground: boolean;
  readonly #handles: Handles;
  readonly #inputs: readonly string[];
  readonly #outputs: readonly string[];
  /** What is bound, so that its memory stays alive and is not bound again. */
  readonly #bound = new Map<string, Tensor>();
  #turn: Promise<unknown> = Promise.resolve();
  #released = false;

  constructor(api: OrtApi, session: Pointer, inBackground: boolean) {
    this.#api = api;
    this.#inBackground = inBackground;
    this.#handles = { session, binding: api.createBinding(session) };
    this.#inputs = api.inputNames(session);
    this.#outputs = api.outputNames(session);
    // In this order their values are read.
    for (const name of this.#outputs) api.bindNewOutput(this.#handles.binding, name);
    abandoned.register(this, { api, handles: this.#handles }, this);
  }

  /** Runs take turns: they share one binding. */
  run(feeds: Feeds, into: Feeds = {}): Promise<Record<string, Tensor>> {
    // Whatever else the event loop has to do comes in between two runs.
    const run = this.#turn.then(() => setImmediate()).then(() => this.#run(feeds, into));
    this.#turn = run.catch(() => {});
    return run;
  }

  async release(): Promise<void> {
    await this.#turn;
    if (this.#released) return;
    this.#released = true;
    abandoned.unregister(this);
    release(this.#api, this.#handles);
    this.#bound.clear();
  }

  async #run(feeds: Feeds, into: Feeds): Promise<Record<string, Tensor>> {
    if (this.#released) throw new Error("The session was released and cannot run any more.");
    const { session, binding } = this.#handles;
    for (const name of this.#inputs) {
      const tensor = feeds[name];
      if (!tensor) throw new Error(`The graph's input ${name} was not fed.`);
      this.#bind("input", name, tensor);
    }
    const unnamed: number[] = [];
    for (const [i, name] of this.#outputs.entries()) {
      const target = into[name];
      if (target) {
        this.#bind("output", name, target);
      } else {
        unnamed.push(i);
        this.#bound.delete(`output ${name}`);
        this.#api.bindNewOutput(binding, name);
      }
    }
    if (this.#inBackground) await this.#api.runInBackground(session, binding);
    else this.#api.run(session, binding);
    const results = unnamed.length > 0 ? this.#api.readOutputs(binding, unnamed) : [];
    return Object.fromEntries(results.map((tensor, k) => [this.#outputs[unnamed[k] as number], tensor]));
  }

  #bind(kind: "input" | "output", name: string, tensor: Tensor): void {
    const key = `${kind} ${name}`;
    const before = this.#bound.get(key);
    if (before && sameMemory(before, tensor)) return;
    if (kind === "input") this.#api.bindInput(this.#handles.binding, name, tensor);
    else this.#api.bindOutput(this.#handles.binding, name, tensor);
    this.#bound.set(key, tensor);
  }
}

function sameMemory(a: Tensor, b: Tensor): boolean {
  return (
    a.dtype === b.dtype &&
    a.data.buffer === b.data.buffer &&
    a.data.byteOffset === b.data.byteOffset &&
    a.shape.length === b.shape.length &&
    a.shape.every((dim, i) => dim === b.shape[i])
  );
}

function release(api: OrtApi, { session, binding }: Handles): void {
  api.releaseBinding(binding);
  api.releaseSession(session);
}

/** Frees what belongs to sessions that were never released and can no longer be reached. */
const abandoned = new FinalizationRegistry<{ api: OrtApi; handles: Handles }>(({ api, handles }) =>
  release(api, handles),
);
