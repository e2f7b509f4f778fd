/**
 * Whether training keeps its speed and its memory: the ms per step of the last epoch over those of the first, by the clock and of
 * processor time, for techniques whose numbers shrink as they train, and how much more memory is resident. On processors where
 * subnormal numbers are slow, this shows whether any are left (src/graph/subnormals.ts); on others it is 1 whatever the code does. Other
 * work on the machine must rest meanwhile. Exits with 1 if a ratio by the clock is above 1.10.
 *
 *     npx tsx bench/long-run.ts [--threads 2] [--epochs 15] [--only base,l2] [--images 48000]
 *
 * With `--images 12800` it takes two to three minutes for 1,500 steps of each technique; moments of weights without a gradient would be subnormal after
 * some 700.
 */
import { availableParallelism } from "node:os";
import { lossOf, type PracticeData, prepare, type Technique, techniques } from "@trazo/practice";
import { type Callback, loadMnist, nodeRuntime, optimizers, sliceRows } from "trazo";
import { parseArgs } from "./command.js";
import { describeMachine } from "./machine.js";
import { formatTable } from "./report.js";
import { median } from "./stats.js";

const DEFAULT = "base,l2,l1,elastic-net,dropout,batchnorm,augmentation";
/** The last epoch may take this many times the first. */
const LIMIT = 1.1;

const { values } = parseArgs({
  options: {
    threads: { type: "string", default: String(availableParallelism()) },
    epochs: { type: "string", default: "15" },
    only: { type: "string", default: DEFAULT },
    images: { type: "string", default: "48000" },
  },
});
const [threads, epochs, images] = [values.threads, values.epochs, values.images].map(Number) as [
  number,
  number,
  number,
];
const chosen = values.only.split(",").map(named);

const { cpu, cores, platform, node, packages, loadBefore } = describeMachine();
console.log(`${cpu}, ${cores} cores, ${platform}; load before the run ${loadBefore.toFixed(2)}`);
console.log(
  `Node ${node}, onnxruntime-node ${packages["onnxruntime-node"]}, ${threads} threads, ${epochs} epochs`,
);

const data = prepare(await loadMnist());
const rows: string[][] = [];
for (const technique of chosen) {
  const { name } = technique;
  const { passed, tiny } = await train(technique, data);
  const [first, last] = [passed[0] as Epoch, passed.at(-1) as Epoch];
  const ratio = last.stepMs / first.stepMs;
  rows.push([
    name,
    first.stepMs.toFixed(2),
    last.stepMs.toFixed(2),
    ratio.toFixed(2),
    (last.cpuMs / first.cpuMs).toFixed(2),
    (last.residentMiB - first.residentMiB).toFixed(0),
    tiny === 0 ? "none" : `${(100 * tiny).toFixed(1)} %`,
    ratio <= LIMIT ? "" : `more than ${LIMIT.toFixed(2)}`,
  ]);
  if (ratio > LIMIT) process.exitCode = 1;
  console.error(
    `${name}: ${passed.map(({ stepMs }) => stepMs.toFixed(1)).join(" ")} ms per step, epoch by epoch`,
  );
}
const head = [
  ...["", "first ms per step", "last", "last / first", "processor time likewise", "MiB more"],
  ...["weights below 2^-50", ""],
];
console.log(formatTable([head, ...rows]).join("\n"));

/** What an epoch took. */
interface Epoch {
  /** The median step. */
  readonly stepMs: number;
  /** Of all threads, for the whole epoch. */
  readonly cpuMs: number;
  /** At its end. */
  readonly residentMiB: number;
}

function named(name: string): Technique {
  const technique = techniques.find((one) => one.name === name);
  if (technique) return technique;
  console.error(`Unknown technique "${name}". Choose from ${techniques.map((one) => one.name).join(", ")}.`);
  process.exit(2);
}

/** The epochs of a training, and the share of weights that are tiny but not 0 at the end. */
async function train(
  technique: Technique,
  { xTrain, yTrain }: PracticeData,
): Promise<{ passed: Epoch[]; tiny: number }> {
  const model = technique.network({ seed: 42, runtime: await nodeRuntime({ threads }) });
  model.compile({ optimizer: optimizers.adam(), loss: lossOf(technique), metrics: ["accuracy"] });
  const { callback, passed } = stopwatch();
  const [x, y] = [sliceRows(xTrain, 0, images), sliceRows(yTrain, 0, images)];
  const options = { epochs, verbose: 0, callbacks: [callback] } as const;
  const generator = technique.augmentation?.();
  if (generator) await model.fit(generator.flow(x, y, { batchSize: 128 }), options);
  else await model.fit(x, y, { ...options, batchSize: 128 });
  const weights = model.getWeights();
  const count = (keep: (w: number) => boolean): number =>
    weights.reduce((sum, array) => sum + array.reduce((some, w) => some + (keep(w) ? 1 : 0), 0), 0);
  const tiny = count((w) => w !== 0 && Math.abs(w) < 2 ** -50) / count(() => true);
  await model.dispose();
  return { passed, tiny };
}

/** Medians, since what the machine does meanwhile makes single steps slow. */
function stopwatch(): { callback: Callback; passed: Epoch[] } {
  const passed: Epoch[] = [];
  let durations: number[] = [];
  let last = 0;
  let used = process.cpuUsage();
  const callback: Callback = {
    onEpochBegin: () => {
      durations = [];
      last = 0;
      used = process.cpuUsage();
    },
    onTrainBatchEnd: () => {
      const now = performance.now();
      // The first step begins with the epoch's own preparation, and is not counted.
      if (last > 0) durations.push(now - last);
      last = now;
    },
    onEpochEnd: () => {
      const { user, system } = process.cpuUsage(used);
      passed.push({
        stepMs: median(durations),
        cpuMs: (user + system) / 1000,
        residentMiB: process.memoryUsage.rss() / 2 ** 20,
      });
    },
  };
  return { callback, passed };
}
