import { transferModel } from "../../onnx/transfer-model.js";
import type {
  Device,
  DeviceFeeds,
  DeviceResults,
  DeviceSession,
  DeviceTensor,
} from "../../runtime/device.js";
import type { DType, Tensor } from "../../tensor.js";
import { requireAdapter, wrapped } from "./ort-session.js";
import type { OrtSession, OrtTensor } from "./ort-web.js";
import type { PageGpu } from "./page-gpu.js";

/** A page's GPU, through ONNX Runtime Web. */
export class WebDevice implements Device {
  /** WebGPU promises no more for one array. */
  readonly mostBytes = 2 ** 27;
  readonly #gpu: PageGpu;
  readonly #transfers = new Map<string, Promise<DeviceSession>>();

  constructor(gpu: PageGpu) {
    this.#gpu = gpu;
  }

  async load(model: Uint8Array, kept: ReadonlySet<string>): Promise<DeviceSession> {
    await requireAdapter();
    const options = {
      executionProviders: [{ name: "webgpu", preferredLayout: "NCHW" }],
      preferredOutputLocation: Object.fromEntries([...kept].map((name) => [name, "gpu-buffer"])),
      logSeverityLevel: 3,
    };
    const { ort, turns } = this.#gpu;
    const session = await turns.take(() => ort.InferenceSession.create(model, options));
    return new WebDeviceSession(this.#gpu, session as OrtSession, kept);
  }

  async put(tensor: Tensor): Promise<DeviceTensor> {
    const { dtype, shape } = tensor;
    const key = `${dtype} ${shape.length}`;
    const made = this.#transfers.get(key) ?? this.load(transferModel(dtype, shape.length), new Set(["y"]));
    this.#transfers.set(key, made);
    made.catch(() => this.#transfers.delete(key));
    const { kept } = await (await made).run({ x: tensor });
    return kept.y as DeviceTensor;
  }

  async take(tensor: DeviceTensor): Promise<Tensor> {
    const { given } = tensor as WebTensor;
    const data = await this.#gpu.turns.take(() => given.getData());
    return { dtype: given.type as DType, shape: given.dims, data } as Tensor;
  }
}

class WebTensor implements DeviceTensor {
  readonly isOnDevice = true;
  readonly given: OrtTensor;

  constructor(given: OrtTensor) {
    this.given = given;
  }

  free(): void {
    this.given.dispose();
  }
}

class WebDeviceSession implements DeviceSession {
  readonly #gpu: PageGpu;
  readonly #session: OrtSession;
  readonly #kept: ReadonlySet<string>;

  constructor(gpu: PageGpu, session: OrtSession, kept: ReadonlySet<string>) {
    this.#gpu = gpu;
    this.#session = session;
    this.#kept = kept;
  }

  run(feeds: DeviceFeeds): Promise<DeviceResults> {
    return this.#gpu.turns.take(async () => {
      const given = Object.fromEntries(
        this.#session.inputNames.map((name) => {
          const tensor = feeds[name] as Tensor | DeviceTensor;
          return [
            name,
            "isOnDevice" in tensor ? (tensor as WebTensor).given : wrapped(this.#gpu.ort, tensor),
          ];
        }),
      );
      const kept: Record<string, DeviceTensor> = {};
      const brought: Record<string, Tensor> = {};
      for (const [name, result] of Object.entries(await this.#session.run(given))) {
        const { type, dims } = result;
        if (this.#kept.has(name)) kept[name] = new WebTensor(result);
        else brought[name] = { dtype: type as DType, shape: dims, data: result.data } as Tensor;
      }
      return { kept, brought };
    });
  }

  release(): Promise<void> {
    return this.#gpu.turns.take(() => this.#session.release());
  }
}
