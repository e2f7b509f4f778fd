/**
 * When each thread does what in a step of a rung: of many steps the one that took least, call by call, with the waiting at meetings.
 * What JavaScript does between the steps is not part of it.
 *
 *     npx tsx bench/ladder/timeline.ts --network base --batch 32 [--threads 2] [--steps 200] [--sums] [--page]
 *
 * With --page it is planned as in a page, and run with a page's products.
 */
import { Worker } from "node:worker_threads";
import { Control } from "../../packages/trazo/src/plan/crew/control.js";
import { parseArgs } from "../command.js";
import { formatTable } from "../report.js";
import { median } from "../stats.js";
import { rungOf, stepProgram } from "./step-program.js";
import { type Span, timedPart } from "./timeline-part.js";
import type { ThreadData } from "./timeline-thread.js";

const { values } = parseArgs({
  options: {
    network: { type: "string", default: "base" },
    batch: { type: "string", default: "32" },
    threads: { type: "string", default: "2" },
    steps: { type: "string", default: "200" },
    sums: { type: "boolean", default: false },
    page: { type: "boolean", default: false },
  },
});
const { spec, rows, threads, steps, page } = rungOf(values);

/** Threads do not inherit the loader that reads TypeScript. */
const threadProgram = `import("tsx/esm/api").then(({ tsImport }) => tsImport("./timeline-thread.ts", ${JSON.stringify(import.meta.url)}))`;

const { program, memory, moment, scratch } = await stepProgram(spec, { rows, threads, page });

const control = new Control(threads);
const parts: Span[][][] = Array.from({ length: threads }, () => []);
const threadsStarted: Promise<void>[] = [];
const ended = Array.from({ length: threads - 1 }, (_, i) => {
  const workerData: ThreadData = {
    ...{ program, moment, rows, steps, scratch, thread: i + 1 },
    memory: memory.memory,
    control: control.memory,
  };
  const worker = new Worker(threadProgram, { workerData, eval: true, execArgv: [] });
  threadsStarted.push(
    new Promise((resolve) => {
      worker.on("message", (message: "ready" | Span[][]) => {
        if (message === "ready") resolve();
        else parts[i + 1]?.push(...message);
      });
    }),
  );
  return new Promise<void>((resolve, reject) => worker.on("exit", () => resolve()).on("error", reject));
});
await Promise.all(threadsStarted);
const own = timedPart(program, rows, memory.memory, 0, scratch, threads > 1 ? control : undefined);
const took: number[] = [];
for (let i = 0; i < steps; i++) {
  if (threads > 1) control.meet();
  const begun = performance.now();
  parts[0]?.push(own.run(moment));
  took.push(performance.now() - begun);
}
await Promise.all(ended);
own.release();

const least = took.indexOf(Math.min(...took));
console.log(
  `${values.network}, batch ${rows}, ${threads} threads: least ${Math.min(...took).toFixed(3)} ms, ` +
    `median ${median(took).toFixed(3)} ms of ${steps} steps`,
);
const us = (ms: number): string => (1000 * ms).toFixed(1);
if (!values.sums) {
  const start = Math.min(...parts.map((of) => of[least]?.[0]?.start ?? Number.POSITIVE_INFINITY));
  for (const [thread, of] of parts.entries()) {
    const cells = (of[least] ?? []).map(({ name, start: from, end }) => [
      name,
      us(from - start),
      us(end - from),
    ]);
    console.log(`\nthread ${thread + 1}\n${formatTable([["", "from, us", "for, us"], ...cells]).join("\n")}`);
  }
}
for (const [thread, of] of parts.entries()) {
  const sums = new Map<string, { calls: number; ms: number[] }>();
  for (const spans of of) {
    const step = new Map<string, number>();
    for (const { name, start, end } of spans) step.set(name, (step.get(name) ?? 0) + end - start);
    for (const [name, ms] of step) {
      const known = sums.get(name) ?? { calls: spans.filter((span) => span.name === name).length, ms: [] };
      known.ms.push(ms);
      sums.set(name, known);
    }
  }
  const cells = [...sums]
    .map(([name, { calls, ms }]) => ({ name, calls, least: Math.min(...ms), middle: median(ms) }))
    .sort((a, b) => b.middle - a.middle)
    .map(({ name, calls, least: ms, middle }) => [name, String(calls), us(ms), us(middle)]);
  console.log(
    `\nthread ${thread + 1}, by step\n${formatTable([["", "calls", "least, us", "median, us"], ...cells]).join("\n")}`,
  );
}
