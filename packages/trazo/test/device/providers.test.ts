import { describe, expect, it } from "vitest";
import { providerSettings } from "../../src/node/runtime/providers.js";

/** ONNX Runtime's functions, which note what they are called with; one may fail. */
function functions(failing?: string) {
  const calls: [name: string, ...args: unknown[]][] = [];
  const noting =
    (name: string) =>
    (...args: unknown[]) => {
      calls.push([name, ...args]);
      if (name === failing) throw new Error(`${name} failed`);
      return name === "createCudaOptions" ? 7n : undefined;
    };
  const kinds = { plain: noting, checked: noting, giving: noting } as unknown as Parameters<
    typeof providerSettings
  >[0];
  return { calls, settings: providerSettings(kinds) };
}

const options = 3n;

describe("a session's options", () => {
  it("take WebGPU with the order of axes in which convolutions are right", () => {
    const { calls, settings } = functions();
    settings.webgpu(options);
    expect(calls).toEqual([["appendProvider", options, "WebGPU", ["preferredLayout"], ["NCHW"], 1]]);
  });

  it("take CUDA with whole float32, and free what was made for it", () => {
    const { calls, settings } = functions();
    settings.cuda(options);
    expect(calls).toEqual([
      ["createCudaOptions"],
      ["updateCudaOptions", 7n, ["use_tf32"], ["0"], 1],
      ["appendCuda", options, 7n],
      ["releaseCudaOptions", 7n],
    ]);
  });

  it("free it as well where CUDA is refused", () => {
    const { calls, settings } = functions("appendCuda");
    expect(() => settings.cuda(options)).toThrow("appendCuda failed");
    expect(calls.at(-1)).toEqual(["releaseCudaOptions", 7n]);
  });
});
