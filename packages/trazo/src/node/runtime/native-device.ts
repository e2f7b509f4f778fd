import { setImmediate } from "node:timers/promises";
import { transferModel } from "../../onnx/transfer-model.js";
import type {
  Device,
  DeviceFeeds,
  DeviceResults,
  DeviceSession,
  DeviceTensor,
} from "../../runtime/device.js";
import type { Tensor } from "../../tensor.js";
import type { OrtApi } from "./ort-api.js";
import type { Pointer } from "./ort-functions.js";
import type { Provider } from "./providers.js";

/** The names that ONNX Runtime has for the memory of providers. */
const memoryNames: Readonly<Record<Provider, string>> = { webgpu: "WebGPU_Buf", cuda: "Cuda" };

/** WebGPU promises no more for one array. */
const mostBytes: Readonly<Record<Provider, number>> = { webgpu: 2 ** 27, cuda: 2 ** 31 };

/** A GPU through ONNX Runtime's C interface. */
export class NativeDevice implements Device {
  readonly mostBytes: number;
  readonly #api: OrtApi;
  readonly #provider: Provider;
  readonly #memory: Pointer;
  /** They stay: the last session of a GPU would take the memory of its tensors with it. */
  readonly #transfers = new Map<string, NativeDeviceSession>();

  constructor(api: OrtApi, provider: Provider) {
    this.#api = api;
    this.#provider = provider;
    this.#memory = api.memoryNamed(memoryNames[provider]);
    this.mostBytes = mostBytes[provider];
  }

  async load(model: Uint8Array, kept: ReadonlySet<string>): Promise<NativeDeviceSession> {
    const session = this.#api.createSession(model, { threads: 1, config: {}, provider: this.#provider });
    return new NativeDeviceSession(this.#api, session, this.#memory, kept);
  }

  async put(tensor: Tensor): Promise<DeviceTensor> {
    const { kept } = await (await this.#transfer("to", tensor)).run({ x: tensor });
    return kept.y as DeviceTensor;
  }

  async take(tensor: DeviceTensor): Promise<Tensor> {
    const { pointer } = tensor as NativeTensor;
    const { brought } = await (await this.#transfer("from", this.#api.typeOf(pointer))).run({ x: tensor });
    return brought.y as Tensor;
  }

  async #transfer(
    direction: "to" | "from",
    { dtype, shape }: Pick<Tensor, "dtype" | "shape">,
  ): Promise<NativeDeviceSession> {
    const key = `${direction} ${dtype} ${shape.length}`;
    const known = this.#transfers.get(key);
    if (known) return known;
    const kept = new Set(direction === "to" ? ["y"] : []);
    const made = await this.load(transferModel(dtype, shape.length), kept);
    this.#transfers.set(key, made);
    return made;
  }
}

class NativeTensor implements DeviceTensor {
  readonly isOnDevice = true;
  readonly pointer: Pointer;
  readonly #api: OrtApi;
  #isFree = false;

  constructor(api: OrtApi, pointer: Pointer) {
    this.#api = api;
    this.pointer = pointer;
  }

  free(): void {
    if (this.#isFree) return;
    this.#isFree = true;
    this.#api.releaseValue(this.pointer);
  }
}

/** A graph with its inputs and outputs where they are: in the process's memory or the device's. */
class NativeDeviceSession implements DeviceSession {
  readonly #api: OrtApi;
  readonly #session: Pointer;
  readonly #binding: Pointer;
  readonly #memory: Pointer;
  readonly #kept: ReadonlySet<string>;
  readonly #inputs: readonly string[];
  readonly #outputs: readonly string[];
  #turn: Promise<unknown> = Promise.resolve();

  constructor(api: OrtApi, session: Pointer, memory: Pointer, kept: ReadonlySet<string>) {
    this.#api = api;
    this.#session = session;
    this.#binding = api.createBinding(session);
    this.#memory = memory;
    this.#kept = kept;
    this.#inputs = api.inputNames(session);
    this.#outputs = api.outputNames(session);
  }

  /** Runs take turns: they share one binding. */
  run(feeds: DeviceFeeds): Promise<DeviceResults> {
    const run = this.#turn.then(() => setImmediate()).then(() => this.#run(feeds));
    this.#turn = run.catch(() => {});
    return run;
  }

  async release(): Promise<void> {
    await this.#turn;
    this.#api.releaseBinding(this.#binding);
    this.#api.releaseSession(this.#session);
  }

  #run(feeds: DeviceFeeds): DeviceResults {
    const api = this.#api;
    for (const name of this.#inputs) {
      const tensor = feeds[name];
      if (!tensor) throw new Error(`The graph's input ${name} was not fed.`);
      if ("isOnDevice" in tensor) api.bindValue(this.#binding, name, (tensor as NativeTensor).pointer);
      else api.bindInput(this.#binding, name, tensor);
    }
    // Before every run: else the last run's memory, which is now an input's, would be written again.
    for (const name of this.#outputs) {
      api.bindNewOutput(this.#binding, name, this.#kept.has(name) ? this.#memory : undefined);
    }
    api.run(this.#session, this.#binding);
    const kept: Record<string, DeviceTensor> = {};
    const brought: Record<string, Tensor> = {};
    for (const [i, pointer] of api.outputValues(this.#binding).entries()) {
      const name = this.#outputs[i] as string;
      if (this.#kept.has(name)) {
        kept[name] = new NativeTensor(api, pointer);
        continue;
      }
      brought[name] = api.copyOf(pointer);
      api.releaseValue(pointer);
    }
    // What is bound is held on to.
    api.clearBindings(this.#binding);
    return { kept, brought };
  }
}
