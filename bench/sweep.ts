/**
 * A sweep of 16 short runs: in a pool that shares the processors among runs of one thread each, and one run after another with all
 * threads. Least times of alternating turns.
 *
 *     node scripts/run.mjs build && npx tsx bench/sweep.ts [--rounds 3] [--network small|base]
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { expandSweep, localPool, parseText, planSweep, runSweep } from "@trazo/sweep";
import { parseArgs } from "./command.js";
import { describeMachine } from "./machine.js";

// The pool's processes run what was built, as they do for the command line; tsx would only make them start later.
process.execArgv.length = 0;

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "3" }, network: { type: "string", default: "small" } },
});
const cores = availableParallelism();
const networks: Readonly<Record<string, string>> = {
  base: "base",
  small: `
    - { type: conv2d, filters: 8, kernelSize: 5, activation: relu }
    - averagePooling2d
    - { type: conv2d, filters: 16, kernelSize: 5, activation: relu }
    - averagePooling2d
    - flatten
    - { type: dense, units: 10, activation: softmax }`,
};
const plan = planSweep(
  parseText(
    `run:
  data: { train: 5000, test: 1000 }
  network: ${networks[values.network]}
  epochs: 2
  batchSize: 64
space: { optimizer.learningRate: [0.0005, 0.001, 0.002, 0.004] }
seeds: 4`,
    "bench",
  ),
);

/** Wall-clock seconds of the whole sweep, processes started and ended. */
async function time(processes: number, threads: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "trazo-bench-sweep-"));
  const runs = await expandSweep(plan, threads);
  const begun = performance.now();
  const pool = localPool({ folder, processes });
  try {
    const rows = await runSweep(plan, runs, pool);
    if (rows.some(({ result }) => result?.status !== "finished")) throw new Error("A run did not finish.");
  } finally {
    await pool.close();
    await rm(folder, { recursive: true, force: true });
  }
  return (performance.now() - begun) / 1000;
}

const ways = [
  {
    name: `pool: ${cores} runs at the same time, 1 thread each`,
    processes: cores,
    threads: 1,
    seconds: [] as number[],
  },
  { name: `one after another, ${cores} threads each`, processes: 1, threads: cores, seconds: [] as number[] },
];
const { cpu, node, loadBefore } = describeMachine([]);
console.log(
  `${cpu}, ${cores} cores, Node ${node}, load before ${loadBefore.toFixed(1)}; ${values.network} network`,
);
for (let round = 0; round < Number(values.rounds); round++) {
  for (const way of ways) way.seconds.push(await time(way.processes, way.threads));
}
for (const { name, seconds } of ways) {
  const sorted = [...seconds].sort((a, b) => a - b);
  console.log(`${name}: ${sorted.map((one) => one.toFixed(1)).join(", ")} s`);
}
const [pool, sequence] = ways.map(({ seconds }) => Math.min(...seconds)) as [number, number];
console.log(`The pool is ${(sequence / pool).toFixed(2)}x as fast, by least times.`);
