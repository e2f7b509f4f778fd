/**
 * How time and memory of a training step grow with the pixels of an image and with the batch: both should be linear.
 *
 *     npx tsx bench/ladder/growth.ts [--network pics96] [--threads 2] [--rounds 3]
 */
import { availableParallelism } from "node:os";
import { namedEntry, parseArgs } from "../command.js";
import { describeMachine } from "../machine.js";
import { formatTable } from "../report.js";
import { climb } from "./climb.js";
import { ladderNetworks } from "./network.js";
import { trazoContender } from "./trazo.js";

const sides = [32, 64, 96, 128, 160, 192, 224];
const batches = [1, 2, 4, 8, 16, 32, 64];
const ofSides = { batch: 16 };
const ofBatches = { side: 96 };

const { values } = parseArgs({
  options: {
    network: { type: "string", default: "pics96" },
    threads: { type: "string", default: String(availableParallelism()) },
    rounds: { type: "string", default: "3" },
  },
});
const named = namedEntry(ladderNetworks, "network", values.network);
const { cpu, cores, node, loadBefore } = describeMachine();
console.log(
  `${cpu}, ${cores} cores, Node ${node}; load before the run ${loadBefore.toFixed(2)}; ${values.network}`,
);

const cells: string[][] = [];
for (const side of sides) cells.push(await measured(side, ofSides.batch));
for (const batch of batches) cells.push(await measured(ofBatches.side, batch));
console.log(
  formatTable([["side", "batch", "ms per step", "CPU ms", "peak MiB", "CPU ns per pixel"], ...cells]).join(
    "\n",
  ),
);

async function measured(side: number, batch: number): Promise<string[]> {
  const { rows } = await climb(values.network, { ...(named as NonNullable<typeof named>), side }, batch, {
    sources: [trazoContender(values.network, batch, side)],
    threads: Number(values.threads),
    rounds: Number(values.rounds),
    // The floors are not shown.
    gflops: 1,
    bytesPerSecond: 1,
  });
  const [row] = rows;
  const ms = row?.step?.median ?? Number.NaN;
  return [
    String(side),
    String(batch),
    ms.toFixed(2),
    row?.cpuMs?.toFixed(1) ?? "",
    row?.peakMiB?.toFixed(0) ?? "",
    ((1e6 * (row?.cpuMs ?? Number.NaN)) / (batch * side * side)).toFixed(1),
  ];
}
