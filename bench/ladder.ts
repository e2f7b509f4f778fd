/**
 * Training steps of eight networks at several batch sizes, beside PyTorch and Keras on this machine: each contender in a
 * process of its own, all of a rung taking turns.
 *
 *     npx tsx bench/ladder.ts [--networks cifar,pics96] [--batches 8,32] [--threads 2] [--rounds 6] [--all]
 *         [--only "Trazo,PyTorch eager-channels-last"] [--json FILE]
 */
import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { namedEntry, parseArgs } from "./command.js";
import { gemmPeak } from "./gemm-peak.js";
import { climb } from "./ladder/climb.js";
import { ladderNetworks } from "./ladder/network.js";
import { type Rung, rungLines, summaryLines } from "./ladder/report.js";
import { trazoContender } from "./ladder/trazo.js";
import { describeMachine } from "./machine.js";
import { memoryBandwidth } from "./memory.js";
import { ladderPeers } from "./peers.js";

const { values } = parseArgs({
  options: {
    networks: { type: "string", default: Object.keys(ladderNetworks).join(",") },
    batches: { type: "string" },
    threads: { type: "string", default: String(availableParallelism()) },
    rounds: { type: "string", default: "6" },
    all: { type: "boolean", default: false },
    only: { type: "string" },
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
  const network = namedEntry(ladderNetworks, "network", name);
  for (const batch of values.batches?.split(",").map(Number) ?? network.batches) {
    const sources = [trazoContender(name, batch), ...ladderPeers(name, batch, values.all)].filter(
      ({ name }) => !values.only || values.only.split(",").some((text) => name.includes(text)),
    );
    const rung = await climb(name, network, batch, {
      ...{ sources, threads, rounds, bytesPerSecond, gflops: peak.bestGflops },
    });
    ladder.push(rung);
    console.log(["", ...rungLines(rung)].join("\n"));
    if (values.json) await writeFile(values.json, `${JSON.stringify({ machine, peak, ladder }, null, 2)}\n`);
  }
}
console.log(["", ...summaryLines(ladder)].join("\n"));
