/**
 * Matrix products of the networks in bench/ladder, on one thread: Trazo's WebAssembly and ONNX Runtime, in Node and in headless
 * Chromium, beside what vectors of 128 bits can do on the processor. `npx tsx bench/browser-gemm.ts [node|browser] [ms per shape]`.
 *
 * Rates are the best of many short pieces in turns. ONNX Runtime's include its calls, but no copies of results.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { rolldown } from "rolldown";
import { launchBrowser } from "../packages/practice/test/report/browser.js";
import { hasRelaxedSimd } from "../packages/trazo/src/kernels/products.js";
import { floorModules } from "./browser-gemm/floors.js";
import { measureProducts, type Rates } from "./browser-gemm/measure.js";
import type { PageRequest } from "./browser-gemm/page.js";
import { productGraph } from "./browser-gemm/product-graph.js";
import { shapes } from "./browser-gemm/shapes.js";
import { describeMachine } from "./machine.js";

const models = shapes.map(productGraph);

async function inNode(milliseconds: number): Promise<Rates[]> {
  // Node 20 has relaxed SIMD behind a flag; later versions have it anyway.
  if (!hasRelaxedSimd()) setFlagsFromString("--experimental-wasm-relaxed-simd");
  return measureProducts(shapes, {
    relaxed: hasRelaxedSimd() ? [false, true] : [false],
    models,
    floors: await floorModules(),
    milliseconds,
    async createRunner(model, { a, b }) {
      const session = await InferenceSession.create(model, {
        intraOpNumThreads: 1,
        graphOptimizationLevel: "disabled",
        logSeverityLevel: 3,
      });
      const feeds = {
        a: new Tensor("float32", a.data, a.shape),
        b: new Tensor("float32", b.data, b.shape),
      };
      return () => session.run(feeds);
    },
  });
}

async function inBrowser(milliseconds: number): Promise<Rates[]> {
  const page = await bundledPage();
  const library = dirname(createRequire(import.meta.url).resolve("onnxruntime-web"));
  const server = createServer(({ url = "/" }, response) => {
    const [type, body] =
      url === "/"
        ? ["text/html", "<!doctype html><title>Products</title>"]
        : [
            url.endsWith(".wasm") ? "application/wasm" : "text/javascript",
            readFileSync(join(library, basename(url))),
          ];
    // Isolated pages have a clock of 5 microseconds in place of 100.
    response
      .writeHead(200, {
        "content-type": type,
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
      })
      .end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await launchBrowser();
  try {
    console.log(`\nChromium ${browser.version()}`);
    const tab = await browser.newPage();
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await tab.addScriptTag({ content: page, type: "module" });
    await tab.waitForFunction("globalThis.measure");
    const request: PageRequest = {
      shapes,
      models: models.map(base64),
      floors: Object.fromEntries(
        Object.entries(await floorModules()).map(([name, bytes]) => [name, base64(bytes)]),
      ),
      milliseconds,
    };
    return await tab.evaluate<Rates[]>(`globalThis.measure(${JSON.stringify(request)})`);
  } finally {
    await browser.close();
    server.close();
  }
}

async function bundledPage(): Promise<string> {
  const bundle = await rolldown({
    input: fileURLToPath(new URL("browser-gemm/page.ts", import.meta.url)),
    platform: "browser",
  });
  const { output } = await bundle.generate({ format: "es" });
  return output[0].code;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

function print([floors = {}, ...rates]: readonly Rates[]): void {
  const floor = floors["multiply and add"] ?? Number.NaN;
  for (const [name, rate] of Object.entries(floors)) console.log(`${name}: ${rate.toFixed(1)} GFLOP/s`);
  const columns = Object.keys(rates[0] ?? {});
  console.log(["GFLOP/s".padEnd(36), ...columns.map((name) => name.padStart(22))].join(""));
  for (const [i, { label }] of shapes.entries()) {
    const cells = columns.map((name) => {
      const rate = rates[i]?.[name] ?? Number.NaN;
      return `${rate.toFixed(1)} (${Math.round((100 * rate) / floor)} %)`.padStart(22);
    });
    console.log([label.padEnd(36), ...cells].join(""));
  }
  console.log("In brackets: of multiply and add.");
}

const [where = "both", milliseconds = "300"] = process.argv.slice(2);
console.log(describeMachine());
if (where !== "browser") {
  console.log(`\nNode ${process.versions.node}`);
  print(await inNode(Number(milliseconds)));
}
if (where !== "node") print(await inBrowser(Number(milliseconds)));
