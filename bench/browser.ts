/**
 * A training step in a page: Trazo with one thread, with two and on WebGPU, ONNX Runtime Web, jax-js and TensorFlow.js, in turns in
 * one session of headless Chromium; in turns with them Trazo in Node, and beside them what the products alone take with vectors of 128
 * bits. GPUs are in software. Each first takes a step in a browser of its own: who needs more than --limit seconds for it does not take
 * part, and who takes 10 seconds for one in the session takes one turn. With --memory instead what each adds to a browser of its own, at
 * most, while it takes some steps (Linux).
 *
 *     npm ci --prefix bench/peers/browser --ignore-scripts
 *     npx tsx bench/browser.ts [base|cifar ...] [--turns 5] [--ms 1000] [--limit 60] [--only Trazo,jax-js] [--memory]
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
import { Turns } from "./browser/turns.js";
import { floorModules } from "./browser-gemm/floors.js";
import { measureProducts } from "./browser-gemm/measure.js";
import { parseArgs } from "./command.js";
import { countOf } from "./ladder/count.js";
import { ladderNetworks } from "./ladder/network.js";
import { describeMachine } from "./machine.js";
import { median, summarize } from "./stats.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const batches: Readonly<Record<string, number>> = { base: 128, cifar: 32 };

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    turns: { type: "string", default: "5" },
    ms: { type: "string", default: "1000" },
    memory: { type: "boolean", default: false },
    only: { type: "string" },
    limit: { type: "string", default: "60" },
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

async function inNode(task: Task, milliseconds: number): Promise<Turns> {
  const turns = new Turns();
  for (const threads of [1, 2]) {
    const name = `Trazo in Node, ${threads} ${threads === 1 ? "thread" : "threads"}`;
    await turns.enter(name, async () => trazo(task, await nodeRuntime({ threads })), task, milliseconds);
  }
  return turns;
}

const own = "Trazo, 2 threads";
const inNodeToo = "Trazo in Node, 2 threads";

/** What the library wants to be: how many times as long others' steps take as its own, and its own as Node's. */
const aims = [
  { who: "jax-js wasm", than: own, least: 20 },
  { who: "TensorFlow.js cpu", than: own, least: 100 },
  { who: own, than: inNodeToo, most: 3 },
];

function print(name: string, task: Task, { times, losses }: PageResult, gflops: number): void {
  const { multiplyAdds } = countOf(task.network);
  const floor = (2 * multiplyAdds * task.batch) / gflops / 1e6;
  const medianOf = (who: string): number => {
    const found = times[who];
    return typeof found === "object" ? median(found) : Number.NaN;
  };
  const cells = (who: string, ...rest: string[]): string =>
    [who.padEnd(44), ...rest.map((cell) => cell.padStart(18))].join("");
  const title = `${name}, batch ${task.batch}: ms a step`;
  console.log(`\n${cells(title, "median (least)", "/ Trazo's", "/ Node's", "first loss")}`);
  for (const [who, found] of Object.entries(times)) {
    if (typeof found === "string") {
      console.log(`${who.padEnd(44)} did not train: ${found}`);
      continue;
    }
    const { median: usual, min } = summarize(found);
    const ratios = [own, inNodeToo].map((other) => (usual / medianOf(other)).toFixed(2));
    console.log(
      cells(who, `${usual.toFixed(1)} (${min.toFixed(1)})`, ...ratios, losses[who]?.toFixed(4) ?? ""),
    );
  }
  console.log(cells("floor: products on one core, 128 bits", floor.toFixed(1)));
  for (const { who, than, least = 0, most = Number.POSITIVE_INFINITY } of aims) {
    const ratio = medianOf(who) / medianOf(than);
    if (Number.isNaN(ratio)) continue;
    const isMet = ratio >= least && ratio <= most;
    const aim = least > 0 ? `at least ${least}` : `at most ${most}`;
    console.log(`${who} / ${than}: ${ratio.toFixed(2)}, aim ${aim}: ${isMet ? "met" : "missed"}`);
  }
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

/** WebGL and WebGPU in software. */
const launch = (): Promise<Browser> =>
  launchBrowser([
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--enable-unsafe-webgpu",
    "--use-webgpu-adapter=swiftshader",
  ]);

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
      const unable: Record<string, string> = {};
      for (const who of await entrantsIn(tab)) {
        const began = performance.now();
        const reason = await whyNot(server, task, who);
        if (reason !== undefined) unable[who] = reason;
        else await tab.evaluate(`globalThis.enter(globalThis.task, ${JSON.stringify(who)}, ${milliseconds})`);
        console.error(`${name}: ${who}: ${((performance.now() - began) / 1000).toFixed(1)} s to get ready`);
      }
      const node = await inNode(task, milliseconds);
      let found: PageResult = node;
      for (let turn = 0; turn < turns; turn++) {
        found = await tab.evaluate<PageResult>("globalThis.takeTurn()");
        await node.take();
      }
      await tab.close();
      const times = { ...found.times, ...unable, ...node.times };
      print(name, task, { times, losses: { ...found.losses, ...node.losses } }, gflops);
    }
  } finally {
    await browser.close();
  }
}

/** Why a contender cannot take a step in a browser of its own, which can be ended; undefined where it can. */
async function whyNot(server: Server, task: Task, who: string): Promise<string | undefined> {
  const browser = await launch();
  try {
    const tab = await openTab(browser, server, task);
    await withinLimit(tab.evaluate(alone(who, 1)));
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/^page\.evaluate: (Error: )?/, "").split("\n")[0];
  } finally {
    await browser.close();
  }
}

const alone = (who: string, steps: number): string =>
  `globalThis.alone(globalThis.task, ${JSON.stringify(who)}, ${steps})`;

/** @throws Error when it takes longer than `--limit` says */
async function withinLimit(run: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const seconds = Number(options.limit);
    timer = setTimeout(() => reject(new Error(`not ready within ${seconds} s`)), 1000 * seconds);
  });
  await Promise.race([run, late]).finally(() => clearTimeout(timer));
}

/** Those asked for by a part of their names, or all. */
async function entrantsIn(tab: Page): Promise<string[]> {
  const names = await tab.evaluate<string[]>("globalThis.names");
  const { only } = options;
  return only === undefined
    ? names
    : names.filter((name) => only.split(",").some((part) => name.includes(part)));
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
        const name = (await entrantsIn(tab))[i];
        if (name === undefined) break;
        const before = memoryOfDescendants();
        const run = tab.evaluate(alone(name, memorySteps));
        let failure = "";
        const most = await peakWhile(() =>
          withinLimit(run).catch((error: Error) => {
            failure = `  ${error.message.split("\n")[0]}`;
          }),
        );
        run.catch(() => {});
        console.log(`${name.padEnd(44)} ${Math.round(most - before)}${failure}`);
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
