import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inEachBrowser } from "../../../../test/browsers/browsers.js";
import { bundled, openSite, type Site } from "./site.js";

const ort = dirname(createRequire(import.meta.url).resolve("onnxruntime-web"));
/** Where browsers are asked for, tests may take minutes. */
const isAsked = process.env.TRAZO_BROWSERS !== undefined;
const asyncify = "ort-wasm-simd-threaded.asyncify";

inEachBrowser("a page's GPU", (browser) => {
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
  });

  const withoutGpu = browser.gpu ? "" : " (skipped: this browser has no GPU in software)";

  describe.skipIf(!browser.gpu)(`in software${withoutGpu}`, () => {
    let site: Site;

    beforeAll(async () => {
      site = await openSite(files, browser, browser.gpu);
    });

    afterAll(() => site?.close());

    it("trains with the losses of the processor, the state on the GPU", async () => {
      const [gpu = [], processor = []] = await site.evaluate<number[][]>("both()");
      expect(gpu).toHaveLength(7);
      for (const [step, loss] of processor.entries()) {
        expect(Math.abs((gpu[step] as number) / loss - 1), `step ${step}`).toBeLessThan(1e-4);
      }
    }, 300_000);

    const takesLong = isAsked ? "" : " (skipped: it takes minutes; npm run browsers)";
    it.skipIf(!isAsked)(
      `trains 20 steps of the base network as the processor does, and predicts${takesLong}`,
      async () => {
        interface Found {
          readonly losses: number[];
          readonly probabilities: number[];
        }
        const gpu = await site.evaluate<Found>('base("webgpu")');
        const processor = await site.evaluate<Found>('base("wasm")');
        expect(processor.losses).toHaveLength(20);
        expect(processor.losses.at(-1)).toBeLessThan(processor.losses[0] as number);
        for (const [step, loss] of processor.losses.entries()) {
          expect(Math.abs((gpu.losses[step] as number) / loss - 1), `step ${step}`).toBeLessThan(1e-4);
        }
        for (const [i, probability] of processor.probabilities.entries()) {
          expect(Math.abs((gpu.probabilities[i] as number) - probability)).toBeLessThan(1e-3);
        }
      },
      900_000,
    );

    it("is not chosen where the processor is faster", async () => {
      const { name, loss } = await site.evaluate<{ name: string; loss: number }>("chosen()");
      expect(name).toMatch(/^WebAssembly .*, 1 thread$/);
      expect(loss).toBeGreaterThan(0);
    }, 300_000);
  });

  describe("that is not there", () => {
    let site: Site;

    beforeAll(async () => {
      site = await openSite(files, browser);
    });

    afterAll(() => site?.close());

    it("is told of in words", async () => {
      const message =
        /^TrazoError: webRuntime: device is "webgpu", but this browser (finds no GPU|has no WebGPU)\. Leave device out\.$/;
      const [training, prediction] = await site.evaluate<string[]>("withoutGpu()");
      expect(training).toMatch(message);
      expect(prediction).toMatch(message);
    });

    it("is not chosen", async () => {
      const { name, loss } = await site.evaluate<{ name: string; loss: number }>("chosen()");
      expect(name).toMatch(/^WebAssembly .*, 1 thread$/);
      expect(loss).toBeGreaterThan(0);
    });

    it("needs ONNX Runtime Web, which is asked for by its name", async () => {
      expect(await site.evaluate("missing()")).toContain('import * as ort from "onnxruntime-web/webgpu"');
    });
  });
});
