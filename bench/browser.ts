/**
 * A training step in a page: Trazo with one thread and two, ONNX Runtime Web, jax-js and TensorFlow.js, in turns in one session of
 * headless Chromium; beside them Trazo in Node, and what the products alone take with vectors of 128 bits. With --memory instead what
 * each adds to a browser of its own, at most, while it takes some steps (Linux).
 *
 *     npm install --prefix bench/peers/browser --ignore-scripts
 *     npx tsx bench/browser.ts [base|cifar ...] [--turns 5] [--ms 1000] [--memory]
 */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import type { Browser, Page } from "playwright-core";
import { rolldown } from "rolldown";
import { launchBrowser } from "../packages/practice/test/report/browser.js";
import { nodeRuntime } from "../packages/trazo/src/index.js";
import { hasRelaxedSimd } from "../packages/trazo/src/kernels/products.js";
import type { Task } from "./browser/contender.js";
import { memoryOfDescendants, peakWhile } from "./browser/memory.js";
import type { PageResult } from "./browser/page.js";
import { trazo } from "./browser/trazo.js";
import { floorModules } from "./browser-gemm/floors.js";
import { measureProducts } from "./browser-gemm/measure.js";
import { parseArgs } from "./command.js";
import { countOf } from "./ladder/count.js";
import { ladderNetworks } from "./ladder/network.js";
import { describeMachine } from "./machine.js";
import { summarize } from "./stats.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const batches: Readonly<Record<string, number>> = { base: 128, cifar: 32 };

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    turns: { type: "string", default: "5" },
    ms: { type: "string", default: "1000" },
    memory: { type: "boolean", default: false },
  },
});

function taskOf(name: string): Task {
  const network = ladderNetworks[name];
  const batch = batches[name];
  if (!network || !batch) throw new Error(`Networks of this benchmark: ${Object.keys(batches).join(", ")}.`);
  const { side, channels, classes } = network;
  const x = Float32Array.from(
    { length: batch * side * side * channels },
    (_, i) => Math.sin(i * i) / 2 + 0.5,
  );
  return { network, batch, x, labels: Array.from({ length: batch }, (_, i) => i % classes) };
}

async function bundledPage(): Promise<string> {
  const web = join(root, "packages/trazo/src/web");
  const bundle = await rolldown({
    input: join(root, "bench/browser/page.ts"),
    platform: "browser",
    resolve: { alias: { "#platform": join(web, "platform.ts") } },
    external: /^(node:|(fs|path|url|crypto|module|child_process)$)/,
  });
  const { output } = await bundle.generate({ format: "es", codeSplitting: false });
  return output[0].code;
}

/** Pages that may share memory, with ONNX Runtime's files beside them. */
async function serve(page: string) {
  const ort = dirname(createRequire(import.meta.url).resolve("onnxruntime-web"));
  const server = createServer(({ url = "/" }, response) => {
    const isFile = url.startsWith("/ort/");
    const body = isFile ? readFileSync(join(ort, basename(url))) : url === "/page.js" ? page : html;
    const type = url.endsWith(".wasm")
      ? "application/wasm"
      : /js$/.test(url)
        ? "text/javascript"
        : "text/html";
    response
      .writeHead(200, {
        "content-type": type,
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
      })
      .end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

const html = '<!doctype html><title>Steps</title><script type="module" src="/page.js"></script>';

/** After the page has ended, so that neither has the other beside it. */
async function inNode(task: Task, turns: number, milliseconds: number): Promise<Record<string, number[]>> {
  const times: Record<string, number[]> = {};
  for (const threads of [1, 2]) {
    const contender = trazo(task, await nodeRuntime({ threads }));
    await contender.steps(3);
    const start = performance.now();
    await contender.steps(3);
    const count = Math.max(1, Math.round((3 * milliseconds) / (performance.now() - start)));
    const own: number[] = [];
    for (let turn = 0; turn < turns; turn++) {
      const before = performance.now();
      await contender.steps(count);
      own.push((performance.now() - before) / count);
    }
    times[`Trazo in Node, ${threads} ${threads === 1 ? "thread" : "threads"}`] = own;
  }
  return times;
}

function print(name: string, task: Task, { times, losses }: PageResult, gflops: number): void {
  const { multiplyAdds } = countOf(task.network);
  const floor = (2 * multiplyAdds * task.batch) / gflops / 1e6;
  console.log(`\n${name}, batch ${task.batch}: milliseconds a step, median of turns (least), first loss`);
  const own = times["Trazo, 2 threads"];
  const least = typeof own === "object" ? summarize(own).median : Number.NaN;
  for (const [who, found] of Object.entries(times)) {
    if (typeof found === "string") {
      console.log(`${who.padEnd(44)} did not train: ${found}`);
      continue;
    }
    const { median, min } = summarize(found);
    const loss = losses[who]?.toFixed(4) ?? "";
    const ratio = `${(median / least).toFixed(2)}x`;
    console.log(`${who.padEnd(44)} ${median.toFixed(1)} (${min.toFixed(1)})  ${ratio.padStart(8)}  ${loss}`);
  }
  console.log(`${"floor: products on one core, 128 bits".padEnd(44)} ${floor.toFixed(1)}`);
}

/** A page that holds the task. */
async function openTab(browser: Browser, server: Server, task: Task): Promise<Page> {
  const tab = await browser.newPage();
  await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await tab.waitForFunction("globalThis.ready");
  await tab.evaluate(`globalThis.task = ${JSON.stringify({ ...task, x: [] })}`);
  await tab.evaluate((values) => {
    (globalThis as unknown as { task: { x: Float32Array } }).task.x = Float32Array.from(values);
  }, Array.from(task.x));
  return tab;
}

/** WebGL in software, where there is no GPU. */
const launch = (): Promise<Browser> =>
  launchBrowser(["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]);

async function compareTimes(server: Server, names: readonly string[]): Promise<void> {
  const [turns, milliseconds] = [Number(options.turns), Number(options.ms)];
  // Node 20 has relaxed SIMD, which one of the modules uses, behind a flag.
  if (!hasRelaxedSimd()) setFlagsFromString("--experimental-wasm-relaxed-simd");
  const [rates] = await measureProducts([], {
    relaxed: [],
    models: [],
    floors: await floorModules(),
    createRunner: async () => async () => {},
    milliseconds: 0,
  });
  const gflops = rates?.["multiply and add"] ?? Number.NaN;
  console.log(`Multiply and add, 128 bits, one core: ${gflops.toFixed(1)} GFLOP/s`);
  const browser = await launch();
  console.log(`Chromium ${browser.version()}`);
  try {
    for (const name of names) {
      const task = taskOf(name);
      const tab = await openTab(browser, server, task);
      const found = await tab.evaluate<PageResult>(
        `globalThis.measure(globalThis.task, ${turns}, ${milliseconds})`,
      );
      await tab.close();
      const beside = await inNode(task, turns, milliseconds);
      print(name, task, { ...found, times: { ...found.times, ...beside } }, gflops);
    }
  } finally {
    await browser.close();
  }
}

const memorySteps = 3;

async function compareMemory(server: Server, networks: readonly string[]): Promise<void> {
  for (const network of networks) {
    const task = taskOf(network);
    console.log(`\n${network}, batch ${task.batch}: MiB that ${memorySteps} steps add to a browser, at most`);
    for (let i = 0; ; i++) {
      const browser = await launch();
      try {
        const tab = await openTab(browser, server, task);
        const name = await tab.evaluate<string | undefined>(`globalThis.names[${i}]`);
        if (name === undefined) break;
        const before = memoryOfDescendants();
        const run = `globalThis.alone(globalThis.task, ${JSON.stringify(name)}, ${memorySteps})`;
        const most = await peakWhile(() => tab.evaluate(run).catch((error) => console.log(String(error))));
        console.log(`${name.padEnd(44)} ${Math.round(most - before)}`);
      } finally {
        await browser.close();
      }
    }
  }
}

console.log(describeMachine(["onnxruntime-web", "onnxruntime-node"]));
const networks = positionals.length > 0 ? positionals : Object.keys(batches);
const server = await serve(await bundledPage());
try {
  await (options.memory ? compareMemory : compareTimes)(server, networks);
} finally {
  server.close();
}
process.exit(0);
