/**
 * Training steps of eight networks at several batch sizes, beside PyTorch and Keras on this machine: each contender in a
 * process of its own, all of a rung taking turns.
 *
 *     npx tsx bench/ladder.ts [--networks cifar,pics96] [--batches 8,32] [--threads 2] [--rounds 6] [--all] [--json FILE]
 */
import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import type { ContenderSource } from "./contender.js";
import { gemmPeak } from "./gemm-peak.js";
import { floorMs } from "./ladder/count.js";
import { ladderNetworks, type NetworkSpec } from "./ladder/network.js";
import { type Rung, type RungRow, rungLines, summaryLines } from "./ladder/report.js";
import { trazoContender } from "./ladder/trazo.js";
import { describeMachine } from "./machine.js";
import { memoryBandwidth } from "./memory.js";
import { ladderPeers } from "./peers.js";
import { runRounds, type Turn } from "./rounds.js";
import { median, summarise } from "./stats.js";

/** A turn lasts about so long, so that slow rungs get fewer steps than fast ones. */
const TURN_MS = 1500;
const REST_MS = 400;

const { values } = parseArgs({
  options: {
    networks: { type: "string", default: Object.keys(ladderNetworks).join(",") },
    batches: { type: "string" },
    threads: { type: "string", default: String(availableParallelism()) },
    rounds: { type: "string", default: "6" },
    all: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
const [threads, rounds] = [Number(values.threads), Number(values.rounds)];
const machine = describeMachine();
const peak = await gemmPeak(threads);
const bytesPerSecond = memoryBandwidth();
console.log(
  `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; load before the run ${machine.loadBefore.toFixed(2)}; ` +
    `Gemm ${peak.bestGflops.toFixed(0)} GFLOP/s at best, copies ${(bytesPerSecond / 1e9).toFixed(0)} GB/s; ${threads} threads`,
);

const ladder: Rung[] = [];
for (const name of values.networks.split(",")) {
  const network = ladderNetworks[name];
  if (!network) throw new Error(`unknown network ${name}; known: ${Object.keys(ladderNetworks).join(", ")}`);
  for (const batch of values.batches?.split(",").map(Number) ?? network.batches) {
    const rung = await climb(name, network, batch);
    ladder.push(rung);
    console.log(["", ...rungLines(rung)].join("\n"));
    if (values.json) await writeFile(values.json, `${JSON.stringify({ machine, peak, ladder }, null, 2)}\n`);
  }
}
console.log(["", ...summaryLines(ladder)].join("\n"));

async function climb(network: string, spec: NetworkSpec, batch: number): Promise<Rung> {
  const sources = [trazoContender(network, batch), ...ladderPeers(network, batch, values.all)];
  const floor = floorMs(spec, batch, peak.bestGflops, bytesPerSecond);
  const rows: RungRow[] = [];
  const turns: Turn[] = [];
  for (const source of sources) {
    const turn = await turnOf(source);
    if (typeof turn === "string") rows.push({ name: source.name, note: turn });
    else turns.push(turn);
  }
  const outcomes = await runRounds(turns, () => {}, REST_MS);
  for (const { contender, durations, failure } of outcomes) {
    const usage = contender.usage?.slice(1) ?? [];
    rows.push({
      name: contender.name,
      ...(durations.length > 0 && { step: summarise(durations) }),
      ...(usage.length > 0 && {
        cpuMs: median(usage.map(({ cpuMs }) => cpuMs)),
        peakMiB: Math.max(...usage.map(({ peakMiB }) => peakMiB)),
      }),
      ...(failure !== undefined && { note: failure }),
    });
    await contender.close();
  }
  return { network, batch, floorMs: floor, rows };
}

/** Starts a contender and finds how many steps fit a turn; a string says why it cannot take part. */
async function turnOf(source: ContenderSource): Promise<Turn | string> {
  const started = await source.start(threads);
  if (started.status !== "ready") return `${started.status} (${started.reason})`;
  try {
    const [, , last = 1] = await started.contender.steps(3);
    const steps = Math.max(2, Math.min(40, Math.round(TURN_MS / last)));
    return { contender: started.contender, steps, warmUp: 1, rounds: rounds + 1 };
  } catch (error) {
    await started.contender.close();
    return (error as Error).message;
  }
}
