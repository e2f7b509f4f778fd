import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeMnistAsset } from "../../src/node/data/mnist-asset.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { bundled, openSite, type Site } from "./site.js";

const { path } = temporaryFolder();
const ort = dirname(createRequire(import.meta.url).resolve("onnxruntime-web"));
const asyncify = "ort-wasm-simd-threaded.asyncify";

/** A GPU in software, which Chromium carries. */
const args = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

describe("on a GPU in software", () => {
  let site: Site;
  let files: Record<string, string | Uint8Array>;

  beforeAll(async () => {
    await writeMnistAsset(path("mnist.gz"), { train: 256, test: 1 });
    files = {
      "/page.js": await bundled("webgpu-page.ts"),
      "/mnist.gz": await readFile(path("mnist.gz")),
      ...Object.fromEntries(
        [`${asyncify}.wasm`, `${asyncify}.mjs`].map((name) => [
          `/ort/${name}`,
          readFileSync(join(ort, name)),
        ]),
      ),
    };
    site = await openSite(files, args);
  });

  afterAll(() => site?.close());

  // The other techniques agree as well; a step takes some seconds here.
  it("the base network has the losses of the processor for two steps", async () => {
    const [gpu = [], processor = []] = await site.evaluate<number[][]>('both("base")');
    expect(gpu).toHaveLength(2);
    for (const [step, loss] of processor.entries()) {
      expect(Math.abs((gpu[step] as number) / loss - 1), `step ${step}`).toBeLessThan(1e-4);
    }
  });

  it("ONNX Runtime Web is asked for by its name", async () => {
    expect(await site.evaluate("missing()")).toContain('import * as ort from "onnxruntime-web/webgpu"');
  });
});
