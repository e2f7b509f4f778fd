/**
 * Where a step of a rung goes when it is run as a plan: time of each kernel, product and island, on one thread; of a plan for several
 * threads the part of the first, which here waits for none.
 *
 *     npx tsx bench/ladder/profile.ts --network resnet20 --batch 32 [--threads 2] [--steps 12] [--rows 30] [--shapes] [--cache KB]
 */
import { parseArgs } from "node:util";
import { reservedBytes } from "../../packages/trazo/src/kernels/flat-memory.js";
import { compilePlanKernels, planKernels } from "../../packages/trazo/src/kernels/plan-kernels.js";
import { loadOrtApi } from "../../packages/trazo/src/node/runtime/ort-api.js";
import { OrtBlas } from "../../packages/trazo/src/node/runtime/ort-blas.js";
import { productModel } from "../../packages/trazo/src/onnx/product-model.js";
import { channelStatistics } from "../../packages/trazo/src/plan/channel-statistics.js";
import { streamBinder } from "../../packages/trazo/src/plan/crew/share.js";
import { Executor, type KernelTable, type Machine } from "../../packages/trazo/src/plan/execute.js";
import type { Blas, Call } from "../../packages/trazo/src/plan/program/blas.js";
import type { ProductShape } from "../../packages/trazo/src/plan/program/program.js";
import { formatTable } from "../report.js";
import { ladderNetworks } from "./network.js";
import { stepProgram } from "./step-program.js";

const { values } = parseArgs({
  options: {
    network: { type: "string", default: "resnet20" },
    batch: { type: "string", default: "32" },
    threads: { type: "string", default: "1" },
    steps: { type: "string", default: "12" },
    rows: { type: "string", default: "30" },
    shapes: { type: "boolean", default: false },
    cache: { type: "string" },
  },
});
const [rows, threads, steps] = [values.batch, values.threads, values.steps].map(Number) as [
  number,
  number,
  number,
];
const spec = ladderNetworks[values.network];
if (!spec) throw new Error(`unknown network ${values.network}`);

/** Time and calls of what is called alike, by the step that took least: others may have been interrupted. */
class Clock {
  readonly #times = new Map<string, { ms: number; calls: number; least: number }>();

  timed<A extends unknown[]>(name: string, call: (...args: A) => void): (...args: A) => void {
    const entry = this.#times.get(name) ?? { ms: 0, calls: 0, least: Number.POSITIVE_INFINITY };
    this.#times.set(name, entry);
    return (...args) => {
      const start = performance.now();
      call(...args);
      entry.ms += performance.now() - start;
      entry.calls++;
    };
  }

  endStep(): void {
    for (const entry of this.#times.values()) {
      Object.assign(entry, { least: Math.min(entry.least, entry.ms), ms: 0 });
    }
  }

  reset(): void {
    for (const entry of this.#times.values()) {
      Object.assign(entry, { ms: 0, calls: 0, least: Number.POSITIVE_INFINITY });
    }
  }

  table(): [name: string, ms: number, calls: number][] {
    return [...this.#times]
      .map(([name, { least, calls }]): [string, number, number] => [name, least, calls / steps])
      .sort((a, b) => b[1] - a[1]);
  }
}

const clock = new Clock();
const gflops = new Map<string, number>();
const cache = values.cache === undefined ? undefined : 1024 * Number(values.cache);
const { program, memory, moment } = await stepProgram(spec, { rows, threads, cache });
const buffer = () => memory.buffer;
const ort = new OrtBlas(loadOrtApi(), buffer, productModel);
const blas: Blas = {
  product(shape) {
    const { bind, release } = ort.product(shape);
    const name = productName(shape);
    const timed = (a: number, b: number, y: number): Call => {
      const call = clock.timed(name, bind(a, b, y));
      const work = 2e-6 * shape.m * shape.n * shape.k * Math.max(1, shape.count);
      return () => {
        gflops.set(name, (gflops.get(name) ?? 0) + work / steps);
        call();
      };
    };
    return { bind: timed, release };
  },
  graph(bytes) {
    const graph = ort.graph(bytes);
    return {
      ...graph,
      bind: (inputs, outputs) => clock.timed("island", graph.bind(inputs, outputs)),
      release: () => graph.release(),
    };
  },
  release: () => ort.release(),
};
const kernels: KernelTable = Object.fromEntries(
  Object.entries({ ...planKernels(compilePlanKernels(), memory.memory), ...channelStatistics(buffer) }).map(
    ([name, call]) => [name, kernelTimer(name, call as (...args: number[]) => void)],
  ),
);
const bindStream = streamBinder(memory.memory, 0);
const streams: Machine["streams"] = (module) => {
  const pass = bindStream(module);
  let sum = 0;
  const update = clock.timed("update", (...args: Parameters<typeof pass>) => {
    sum = pass(...args);
  });
  return (...args) => {
    update(...args);
    return sum;
  };
};
const executor = new Executor({ buffer, kernels, blas, streams, thread: 0 }, program);
const prepared = executor.prepare(rows);
for (let i = 0; i < 3; i++) prepared.run(moment);
clock.reset();
gflops.clear();
for (let i = 0; i < steps; i++) {
  prepared.run(moment);
  clock.endStep();
}

const table = clock.table();
const all = table.reduce((sum, [, ms]) => sum + ms, 0);
console.log(
  `${values.network}, batch ${rows}: ${all.toFixed(2)} ms a step on ${threads === 1 ? "one thread" : `the first of ${threads} threads`}, ` +
    `${((program.end - reservedBytes) / 2 ** 20).toFixed(0)} MiB, ${program.phases.length} phases`,
);
const cells = table
  .slice(0, Number(values.rows))
  .map(([name, ms, calls]) => [
    name,
    ms.toFixed(2),
    `${((100 * ms) / all).toFixed(1)} %`,
    calls.toFixed(0),
    gflops.has(name) ? `${((gflops.get(name) as number) / ms).toFixed(0)} GFLOP/s` : "",
  ]);
console.log(formatTable([["", "ms", "share", "calls", ""], ...cells]).join("\n"));
const sum = (of: (name: string) => boolean) =>
  table.filter(([name]) => of(name)).reduce((total, [, ms]) => total + ms, 0);
console.log(
  `products ${sum((name) => name.startsWith("product")).toFixed(2)}, islands ${sum((name) => name === "island").toFixed(2)}, ` +
    `kernels ${sum((name) => !name.startsWith("product") && name !== "island").toFixed(2)} ms`,
);
executor.release();
ort.release();

function kernelTimer(name: string, call: (...args: number[]) => void): (...args: number[]) => void {
  if (!values.shapes) return clock.timed(name, call);
  const byShape = new Map<string, (...args: number[]) => void>();
  return (...args) => {
    const key = `${name} ${args.filter((arg) => Number.isInteger(arg) && arg < reservedBytes && arg > 0).join(" ")}`;
    const known = byShape.get(key) ?? clock.timed(key, call);
    byShape.set(key, known);
    known(...args);
  };
}

function productName({ m, n, k, count, transposeA, transposeB }: ProductShape): string {
  const forms = `${transposeA ? "T" : "N"}${transposeB ? "T" : "N"}`;
  if (!values.shapes) return count > 0 ? `products ${forms}` : `product ${forms}`;
  return `product ${forms} ${count > 0 ? `${count} x ` : ""}[${m} x ${k} x ${n}]`;
}
