import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { isFaster } from "../../src/onnx/product-time.js";
import type { Device } from "../../src/runtime/device.js";
import { hasSoftwareGpu, softwareGpu } from "./software-gpu.js";

const program = fileURLToPath(new URL("choice-program.ts", import.meta.url));

async function choices(env: NodeJS.ProcessEnv): Promise<Record<"webgpu" | "auto", string>> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", program], { env });
  return JSON.parse(stdout);
}

const processor = /^ONNX Runtime [\d.]+ cpu, \d+ threads?$/;

describe("nodeRuntime, where devices are wanted", () => {
  it.runIf(process.platform === "linux")(
    "says what WebGPU needs where there is no driver, and takes the processor with auto",
    async () => {
      const driver = "/nowhere/driver.json";
      const { webgpu, auto } = await choices({
        ...process.env,
        VK_DRIVER_FILES: driver,
        VK_ICD_FILENAMES: driver,
      });
      expect(webgpu).toMatch(
        /^nodeRuntime: the device "webgpu" cannot be used here: .*\. It needs a GPU with a driver for Vulkan \(on Linux, with the loader libvulkan1\), Metal or Direct3D 12\.$/s,
      );
      expect(webgpu).not.toMatch(/\.(cc|cpp):\d/);
      expect(auto).toMatch(processor);
    },
  );

  it.runIf(hasSoftwareGpu)(
    "takes the processor with auto where the GPU is slower",
    async () => {
      const { webgpu, auto } = await choices(await softwareGpu());
      expect(webgpu).toMatch(/^ONNX Runtime [\d.]+ webgpu$/);
      expect(auto).toMatch(processor);
    },
    300_000,
  );

  it("takes a GPU that multiplies in no time, and none where the processor does", async () => {
    const counts = { put: 0, freed: 0, run: 0, released: 0 };
    const there = () => ({ isOnDevice: true, free: () => void counts.freed++ }) as const;
    const gpu: Device = {
      mostBytes: 2 ** 27,
      load: async () => ({
        async run() {
          counts.run++;
          return { kept: { y: there() }, brought: {} };
        },
        release: async () => void counts.released++,
      }),
      async put() {
        counts.put++;
        return there();
      },
      take: async () => ({ dtype: "float32", shape: [], data: new Float32Array(1) }),
    };
    expect(await isFaster(gpu, 60_000)).toBe(true);
    expect(counts.run).toBe(4);
    expect(await isFaster(gpu, 0)).toBe(false);
    // One to prepare it, and one that says enough.
    expect(counts.run).toBe(6);
    expect(counts.freed).toBe(counts.put + counts.run);
    expect(counts.released).toBe(2);
  });
});
