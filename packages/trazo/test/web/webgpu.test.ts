import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "../../../practice/test/report/browser.js";
import { bundled, openSite, type Site } from "./site.js";

const ort = dirname(createRequire(import.meta.url).resolve("onnxruntime-web"));
const asyncify = "ort-wasm-simd-threaded.asyncify";

/** A GPU in software, which Chromium carries. */
const args = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

describe("on a GPU in software", () => {
  let site: Site;
  let files: Record<string, string | Uint8Array>;

  beforeAll(async () => {
    files = {
      "/page.js": await bundled("webgpu-page.ts"),
      ...Object.fromEntries(
        [`${asyncify}.wasm`, `${asyncify}.mjs`].map((name) => [
          `/ort/${name}`,
          readFileSync(join(ort, name)),
        ]),
      ),
    };
    site = await openSite(files, { launch: launchBrowser }, args);
  });

  afterAll(() => site?.close());

  it("a training whose state stays there has the losses of the processor", async () => {
    const [gpu = [], processor = []] = await site.evaluate<number[][]>("both()");
    expect(gpu).toHaveLength(7);
    for (const [step, loss] of processor.entries()) {
      expect(Math.abs((gpu[step] as number) / loss - 1), `step ${step}`).toBeLessThan(1e-4);
    }
  }, 300_000);

  it("the processor is chosen where it is faster", async () => {
    const { name, loss } = await site.evaluate<{ name: string; loss: number }>("chosen()");
    expect(name).toMatch(/^WebAssembly .*, 1 thread$/);
    expect(loss).toBeGreaterThan(0);
  });

  it("ONNX Runtime Web is asked for by its name", async () => {
    expect(await site.evaluate("missing()")).toContain('import * as ort from "onnxruntime-web/webgpu"');
  });
});
