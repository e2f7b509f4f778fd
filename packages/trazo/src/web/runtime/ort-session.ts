import { TrazoError } from "../../errors.js";
import type { Feeds, Session } from "../../runtime/runtime.js";
import type { DType, Tensor } from "../../tensor.js";
import type { OrtSession, OrtWeb } from "./ort-web.js";
import type { PageGpu } from "./page-gpu.js";

/**
 * Loads a graph for the GPU. Operators that it has no program for run on the processor.
 *
 * @throws TrazoError when the browser has no GPU for pages
 */
export async function loadForGpu(gpu: PageGpu, model: Uint8Array): Promise<Session> {
  await requireAdapter();
  const options = {
    // In the other order of axes it computes some convolutions wrongly: 6 channels, 16 filters of 5x5.
    executionProviders: [{ name: "webgpu", preferredLayout: "NCHW" }],
    logSeverityLevel: 3,
  };
  const session = await gpu.turns.take(() => gpu.ort.InferenceSession.create(model, options));
  return new GpuSession(gpu, session as OrtSession);
}

/** @throws TrazoError when the browser has no GPU for pages */
export async function requireAdapter(): Promise<void> {
  const { gpu } = (globalThis as unknown as Browser).navigator ?? {};
  if (await gpu?.requestAdapter()) return;
  throw new TrazoError(
    `webRuntime: device is "webgpu", but this browser ${gpu ? "finds no GPU" : "has no WebGPU"}. Leave device out.`,
  );
}

interface Browser {
  readonly navigator?: { readonly gpu?: { requestAdapter(): Promise<object | null> } };
}

/** A tensor as ONNX Runtime Web takes it. */
export const wrapped = (ort: OrtWeb, { dtype, data, shape }: Tensor): object =>
  new ort.Tensor(...([dtype, data, shape] as never));

class GpuSession implements Session {
  readonly #gpu: PageGpu;
  readonly #session: OrtSession;

  constructor(gpu: PageGpu, session: OrtSession) {
    this.#gpu = gpu;
    this.#session = session;
  }

  run(feeds: Feeds, into: Feeds = {}): Promise<Record<string, Tensor>> {
    return this.#gpu.turns.take(() => this.#run(feeds, into));
  }

  release(): Promise<void> {
    return this.#gpu.turns.take(() => this.#session.release());
  }

  async #run(feeds: Feeds, into: Feeds): Promise<Record<string, Tensor>> {
    const given = Object.fromEntries(
      this.#session.inputNames.map((name) => [name, wrapped(this.#gpu.ort, feeds[name] as Tensor)]),
    );
    const results: Record<string, Tensor> = {};
    for (const [name, { type, dims, data }] of Object.entries(await this.#session.run(given))) {
      const target = into[name];
      if (target) (target.data as Float32Array).set(data as Float32Array);
      else results[name] = { dtype: type as DType, shape: dims, data } as Tensor;
    }
    return results;
  }
}
