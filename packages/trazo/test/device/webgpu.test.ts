import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { nodeRuntime } from "../../src/index.js";
import { hasSoftwareGpu, softwareGpu } from "./software-gpu.js";

const program = fileURLToPath(new URL("gpu-program.ts", import.meta.url));

describe("nodeRuntime on a GPU", () => {
  it.runIf(hasSoftwareGpu)(
    "trains to the losses of the processor, on one in software",
    async () => {
      const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", program], {
        env: await softwareGpu(),
      });
      const { name, processor, gpu } = JSON.parse(stdout) as Record<"processor" | "gpu", number[]> & {
        name: string;
      };
      expect(name).toMatch(/^ONNX Runtime [\d.]+ webgpu$/);
      expect(gpu).toHaveLength(7);
      for (const [i, loss] of processor.entries()) {
        expect(Math.abs((gpu[i] as number) / loss - 1), `loss ${i}`).toBeLessThan(1e-4);
      }
    },
    300_000,
  );

  it.runIf(process.platform === "linux")("says what CUDA needs where it is not there", async () => {
    await expect(nodeRuntime({ device: "cuda" })).rejects.toThrow(
      /^nodeRuntime: the device "cuda" cannot be used here: .*It needs an NVIDIA GPU, CUDA 12 with cuDNN 9/,
    );
  });

  it("refuses other devices, and options of the processor's", async () => {
    await expect(nodeRuntime({ device: "tpu" as never })).rejects.toThrow(
      'nodeRuntime: device must be "cpu", "webgpu", "cuda" or "auto", but got "tpu".',
    );
    await expect(nodeRuntime({ device: "webgpu", threads: 2 })).rejects.toThrow(
      'nodeRuntime: threads is for the device "cpu".',
    );
  });
});
