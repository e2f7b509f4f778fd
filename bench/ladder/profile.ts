/**
 * Where a step of a rung goes when it is run as a plan: time of each kernel, product and island, on one thread; of a plan for several
 * threads the part of the first, which here waits for none.
 *
 *     npx tsx bench/ladder/profile.ts --network resnet20 --batch 32 [--threads 2] [--steps 12] [--rows 30] [--shapes] [--cache KB] [--page]
 *
 * With --page it is planned as in a page, and run with a page's products.
 */
import { reservedBytes } from "../../packages/trazo/src/kernels/flat-memory.js";
import { Executor } from "../../packages/trazo/src/plan/execute.js";
import type { ProductShape } from "../../packages/trazo/src/plan/program/program.js";
import { parseArgs } from "../command.js";
import { formatTable } from "../report.js";
import { rungOf, stepProgram } from "./step-program.js";
import { formsOf, sizesOf, timedMachine } from "./timed-machine.js";

const { values } = parseArgs({
  options: {
    network: { type: "string", default: "resnet20" },
    batch: { type: "string", default: "32" },
    threads: { type: "string", default: "1" },
    steps: { type: "string", default: "12" },
    rows: { type: "string", default: "30" },
    shapes: { type: "boolean", default: false },
    cache: { type: "string" },
    page: { type: "boolean", default: false },
  },
});
const { spec, rows, threads, steps, page } = rungOf(values);

/** Time and calls of what is called alike, by the step that took least: others may have been interrupted. */
class Clock {
  readonly #times = new Map<string, { ms: number; calls: number; least: number }>();

  timed<A extends unknown[], R>(name: string, call: (...args: A) => R): (...args: A) => R {
    const entry = this.#times.get(name) ?? { ms: 0, calls: 0, least: Number.POSITIVE_INFINITY };
    this.#times.set(name, entry);
    return (...args) => {
      const start = performance.now();
      const result = call(...args);
      entry.ms += performance.now() - start;
      entry.calls++;
      return result;
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
const { program, memory, moment, scratch } = await stepProgram(spec, { rows, threads, page, cache });
const machine = timedMachine(memory.memory, 0, scratch, {
  timed: (name, call) => clock.timed(name, call),
  kernel: kernelTimer,
  product(shape, call) {
    const name = productName(shape);
    const timed = clock.timed(name, call);
    const work = 2e-6 * shape.m * shape.n * shape.k * Math.max(1, shape.count);
    return () => {
      gflops.set(name, (gflops.get(name) ?? 0) + work / steps);
      timed();
    };
  },
});
const executor = new Executor(machine, program);
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
machine.blas.release();

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

function productName(shape: ProductShape): string {
  const name = `product${!values.shapes && shape.count > 0 ? "s" : ""} ${formsOf(shape)}`;
  return values.shapes ? `${name} ${sizesOf(shape)}` : name;
}
