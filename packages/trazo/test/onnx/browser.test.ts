import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { basename, dirname, join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { batchnorm } from "../../../practice/src/techniques/batchnorm.js";
import { launchBrowser } from "../../../practice/test/report/browser.js";
import {
  divide,
  loadMnist,
  nodeRuntime,
  optimizers,
  quantizeOnnx,
  type Runtime,
  type Tensor,
  tensor,
  toCategorical,
} from "../../src/index.js";
import { sliceRows } from "../../src/tensor.js";

const library = dirname(createRequire(import.meta.url).resolve("onnxruntime-web"));
const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};
const count = 1000;
const { train, test } = await loadMnist();
const pixels = sliceRows(test.images, 0, count);
const floats = tensor(
  "float32",
  pixels.shape,
  Float32Array.from(pixels.data, (pixel) => pixel / 255),
);

/** Feeds `/images` to `/model` in the page, 100 at a time. */
const page = `<!doctype html><title>ONNX Runtime Web</title><script type="module">
import * as ort from "/ort.wasm.min.mjs";
ort.env.wasm.wasmPaths = location.origin + "/";
ort.env.wasm.numThreads = 1;
const bytesOf = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
window.classify = async (dtype) => {
  const session = await ort.InferenceSession.create(await bytesOf("/model"), { executionProviders: ["wasm"] });
  const { buffer } = await bytesOf("/images");
  const values = dtype === "uint8" ? new Uint8Array(buffer) : new Float32Array(buffer);
  const all = [];
  for (let start = 0; start < ${count}; start += 100) {
    const batch = values.subarray(start * 784, (start + 100) * 784);
    const images = new ort.Tensor(dtype, batch, [100, 28, 28, 1]);
    const { probabilities } = await session.run({ images });
    all.push(...probabilities.data);
  }
  return all;
};
</script>`;

describe("an exported file in a browser", () => {
  const served = new Map<string, Uint8Array | string>([["/", page]]);
  const asked: string[] = [];
  let server: Server;
  let browser: Browser;
  let runtime: Runtime;
  let expected: Float32Array;
  let files: Readonly<Record<"float32" | "uint8" | "quantized", Uint8Array>>;

  beforeAll(async () => {
    runtime = await nodeRuntime();
    const model = batchnorm.network({ seed: 1, runtime });
    model.compile({ optimizer: optimizers.adam(), loss: "categoricalCrossentropy" });
    const images = divide(sliceRows(train.images, 0, 2048), 255);
    await model.fit(images, toCategorical(sliceRows(train.labels, 0, 2048), 10), {
      epochs: 2,
      batchSize: 64,
      verbose: 0,
    });
    expected = (await model.predict(divide(pixels, 255), { batchSize: 100 })).data;
    files = {
      float32: model.toOnnx(),
      uint8: model.toOnnx({ inputDtype: "uint8" }),
      quantized: await quantizeOnnx(model.toOnnx(), {
        mode: "static",
        calibration: sliceRows(train.images, 0, 200),
        runtime,
      }),
    };
    await model.dispose();
    server = createServer((request, response) => {
      const path = request.url ?? "/";
      asked.push(path);
      const ending = path === "/" ? ".html" : (/\.\w+$/.exec(path)?.[0] ?? "");
      try {
        const body = served.get(path) ?? readFileSync(join(library, basename(path)));
        response
          .writeHead(200, { "content-type": contentTypes[ending] ?? "application/octet-stream" })
          .end(body);
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await new Promise((resolve) => server.close(resolve));
  });

  async function classify(file: Uint8Array, images: Tensor): Promise<number[]> {
    served.set("/model", file);
    served.set("/images", new Uint8Array(images.data.buffer, images.data.byteOffset, images.data.byteLength));
    const tab = await browser.newPage();
    try {
      await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await tab.waitForFunction("window.classify");
      return await tab.evaluate<number[]>(`window.classify("${images.dtype}")`);
    } finally {
      await tab.close();
    }
  }

  async function inNode(file: Uint8Array, images: Tensor): Promise<Float32Array> {
    const session = await runtime.load(file);
    const all = new Float32Array(count * 10);
    for (let start = 0; start < count; start += 100) {
      const { probabilities } = await session.run({ images: sliceRows(images, start, start + 100) });
      all.set(probabilities?.data as Float32Array, start * 10);
    }
    await session.release();
    return all;
  }

  const furthest = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
    expect(a.length).toBe(b.length);
    return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
  };

  it.each([["float32", floats] as const, ["uint8", pixels] as const])(
    "gives 1,000 test images the same probabilities as in Node, fed with %s",
    async (kind, images) => {
      const found = await classify(files[kind], images);
      expect(furthest(found, await inNode(files[kind], images))).toBeLessThan(1e-5);
      expect(furthest(found, expected)).toBeLessThan(1e-5);
      expect(asked.some((path) => path.endsWith(".wasm"))).toBe(true);
    },
  );

  it("gives nearly the same when quantized, wherever a number midway between two is rounded to", async () => {
    const found = await classify(files.quantized, floats);
    expect(furthest(found, await inNode(files.quantized, floats))).toBeLessThan(1e-3);
  });
});
