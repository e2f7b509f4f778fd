import { TrazoError } from "../../errors.js";
import type { Feeds, Session } from "../../runtime/runtime.js";
import type { DType, Tensor } from "../../tensor.js";

/** A tensor of ONNX Runtime Web. */
interface OrtTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
}

/** ONNX Runtime Web, as far as it is used: what `import * as ort from "onnxruntime-web/webgpu"` gives. */
export interface OrtWeb {
  readonly Tensor: new (
    // It has an overload for each type of element.
    ...args: never
  ) => object;
  readonly InferenceSession: {
    create(model: Uint8Array, options: object): Promise<object>;
  };
}

interface OrtSession {
  readonly inputNames: readonly string[];
  run(feeds: Readonly<Record<string, object>>): Promise<Readonly<Record<string, OrtTensor>>>;
  release(): Promise<void>;
}

/**
 * Loads a graph for the GPU. Operators that it has no program for run on the processor.
 *
 * @throws TrazoError when the browser has no GPU for pages
 */
export async function loadForGpu(ort: OrtWeb, model: Uint8Array): Promise<Session> {
  await requireAdapter();
  const options = { executionProviders: ["webgpu"], logSeverityLevel: 3 };
  const session = (await ort.InferenceSession.create(model, options)) as OrtSession;
  return new GpuSession(ort, session);
}

async function requireAdapter(): Promise<void> {
  const { gpu } = (globalThis as unknown as Browser).navigator ?? {};
  if (await gpu?.requestAdapter()) return;
  throw new TrazoError(
    `webRuntime: device is "webgpu", but this browser ${gpu ? "finds no GPU" : "has no WebGPU"}. Leave device out.`,
  );
}

interface Browser {
  readonly navigator?: { readonly gpu?: { requestAdapter(): Promise<object | null> } };
}

class GpuSession implements Session {
  readonly #ort: OrtWeb;
  readonly #session: OrtSession;
  /** One run at a time, as ONNX Runtime Web wants it. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(ort: OrtWeb, session: OrtSession) {
    this.#ort = ort;
    this.#session = session;
  }

  run(feeds: Feeds, into: Feeds = {}): Promise<Record<string, Tensor>> {
    const run = this.#turn.then(() => this.#run(feeds, into));
    this.#turn = run.catch(() => {});
    return run;
  }

  async release(): Promise<void> {
    await this.#turn;
    await this.#session.release();
  }

  async #run(feeds: Feeds, into: Feeds): Promise<Record<string, Tensor>> {
    const given = Object.fromEntries(
      this.#session.inputNames.map((name) => {
        const { dtype, data, shape } = feeds[name] as Tensor;
        return [name, new this.#ort.Tensor(...([dtype, data, shape] as never))];
      }),
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
