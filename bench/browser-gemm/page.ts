import { hasRelaxedSimd } from "../../packages/trazo/src/kernels/products.js";
import { measureProducts, type Rates } from "./measure.js";
import type { Shape } from "./shapes.js";

/** What the page is given: bytes are base64. */
export interface PageRequest {
  readonly shapes: readonly Shape[];
  readonly models: readonly string[];
  readonly floors: Readonly<Record<string, string>>;
  readonly milliseconds: number;
}

const decode = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

async function measure({ shapes, models, floors, milliseconds }: PageRequest): Promise<Rates[]> {
  const { origin } = (globalThis as unknown as { readonly location: { readonly origin: string } }).location;
  const ort = (await import(`${origin}/ort.wasm.min.mjs`)) as typeof import("onnxruntime-web");
  ort.env.wasm.wasmPaths = `${origin}/`;
  ort.env.wasm.numThreads = 1;
  return measureProducts(shapes, {
    relaxed: hasRelaxedSimd() ? [false, true] : [false],
    models: models.map(decode),
    floors: Object.fromEntries(Object.entries(floors).map(([name, bytes]) => [name, decode(bytes)])),
    milliseconds,
    async createRunner(model, { a, b }) {
      const session = await ort.InferenceSession.create(model, {
        executionProviders: ["wasm"],
        graphOptimizationLevel: "disabled",
      });
      const feeds = {
        a: new ort.Tensor("float32", a.data, a.shape),
        b: new ort.Tensor("float32", b.data, b.shape),
      };
      return () => session.run(feeds);
    },
  });
}

Object.assign(globalThis, { measure });
