import { afterEach, describe, expect, it, vi } from "vitest";
import { layers, nodeRuntime, optimizers, type Runtime, sequential, tensor } from "../../src/index.js";
import { webRuntime } from "../../src/web/runtime/web-runtime.js";
import { trained } from "./trained.js";

const node = await nodeRuntime({ threads: 1 });

describe("a model trained in WebAssembly alone", () => {
  it.each(["convolutions", "normalized"] as const)("has the losses that it has in Node: %s", async (kind) => {
    const library = { layers, sequential, optimizers, tensor };
    const found = await trained(library, kind, webRuntime());
    const expected = await trained(library, kind, node);
    expect(found.losses).toHaveLength(expected.losses.length);
    for (const [i, loss] of expected.losses.entries()) {
      expect(Math.abs((found.losses[i] as number) - loss)).toBeLessThan(1e-4 * loss);
    }
    expect(found.losses.at(-1)).toBeLessThan(found.losses[0] as number);
    for (const [i, probability] of expected.probabilities.entries()) {
      expect(Math.abs((found.probabilities[i] as number) - probability)).toBeLessThan(1e-3);
    }
  });

  it("has the same bytes twice", async () => {
    const library = { layers, sequential, optimizers, tensor };
    const [first, second] = [
      await trained(library, "convolutions", webRuntime()),
      await trained(library, "convolutions", webRuntime()),
    ];
    expect(second).toEqual(first);
  });
});

describe('the device "auto"', () => {
  afterEach(() => vi.unstubAllGlobals());

  /** ONNX Runtime Web with a GPU that has computed everything at once. */
  const ort = {
    Tensor: class {},
    InferenceSession: {
      create: async () => ({
        inputNames: [],
        run: async () => ({
          y: {
            type: "float32",
            dims: [1024, 1024],
            data: undefined,
            location: "gpu-buffer",
            getData: async () => new Float32Array(1024 * 1024),
            dispose() {},
          },
        }),
        release: async () => {},
      }),
    },
  };
  const withAdapter = (adapter: object | null): void => {
    vi.stubGlobal("navigator", { gpu: { requestAdapter: async () => adapter } });
  };

  it("is a GPU that multiplies matrices faster, and says so by its name", async () => {
    withAdapter({});
    expect((await webRuntime({ device: "auto", ort })).name).toBe("ONNX Runtime Web on WebGPU");
  });

  it("is the processor where there is no GPU", async () => {
    withAdapter(null);
    expect((await webRuntime({ device: "auto", ort, threads: 1 })).name).toMatch(
      /^WebAssembly .*, 1 thread$/,
    );
  });
});

it("the runtime runs graphs of ONNX", async () => {
  const runtime: Runtime = webRuntime();
  const model = sequential([layers.input({ shape: [3] }), layers.dense({ units: 2, activation: "tanh" })], {
    runtime,
  });
  const x = tensor("float32", [2, 3], [1, 2, 3, -1, 0, 1]);
  const expected = await model.predict(x);
  const session = await runtime.load(model.toOnnx());
  const outputs = await session.run({ [inputName(model.toOnnx())]: x });
  const [found] = Object.values(outputs);
  for (const [i, value] of expected.data.entries()) expect(found?.data[i]).toBeCloseTo(value, 5);
});

/** Exported models call their input "images" or "input". */
const inputName = (bytes: Uint8Array): string =>
  new TextDecoder("latin1").decode(bytes).includes("images") ? "images" : "input";
