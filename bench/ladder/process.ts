/**
 * Trazo's contender in a process of its own: `fit` as users call it, answering the line protocol of bench/peers/common/peer.py.
 *
 *     npx tsx bench/ladder/process.ts --network cifar --batch 32 --threads 2 [--side 128]
 */
import { createInterface } from "node:readline";
import { type Callback, nodeRuntime, optimizers, tensor } from "trazo";
import { randomStream } from "../../packages/trazo/src/random/derive.js";
import { namedEntry, parseArgs } from "../command.js";
import { buildNetwork } from "./build.js";
import { ladderNetworks, type NetworkSpec } from "./network.js";

/** So many batches take turns: enough that no step finds its images in the cache. */
const BATCHES = 4;

const { values } = parseArgs({
  options: {
    network: { type: "string", default: "base" },
    batch: { type: "string", default: "32" },
    threads: { type: "string", default: "2" },
    side: { type: "string" },
    engine: { type: "string" },
  },
});
const [batch, threads] = [Number(values.batch), Number(values.threads)];
const named = namedEntry(ladderNetworks, "network", values.network);
const spec = { ...named, ...(values.side && { side: Number(values.side) }) };

const runtime = await nodeRuntime({ threads, ...(values.engine && { engine: values.engine as "plan" }) });
const model = buildNetwork(spec, runtime);
model.compile({ optimizer: optimizers.adam(), loss: "categoricalCrossentropy" });
const data = randomData(spec);

say({ ready: true, name: "Trazo", version: runtime.name, threads });
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === "") continue;
  const { cmd, n } = JSON.parse(line) as { cmd: string; n: number };
  if (cmd !== "steps") say({ error: `unknown command ${cmd}; this contender knows "steps"` });
  else say(await steps(n));
}
await model.dispose();

async function steps(n: number): Promise<object> {
  const ends: number[] = [];
  const used: number[] = [];
  // The system is asked twice only: where system calls are intercepted, one takes as long as a small network's layer.
  const clock: Callback = {
    onTrainBatchEnd() {
      ends.push(performance.now());
      if (ends.length === 1 || ends.length === n + 1) used.push(usedMs());
    },
  };
  // The first step begins with fit's own preparation, and is not counted.
  const passes = Math.ceil((n + 1) / BATCHES);
  const options = {
    batchSize: batch,
    shuffle: false,
    verbose: 0,
    callbacks: [clock, stopAfter(n + 1)],
  } as const;
  const history = await model.fit(data.x, data.y, { ...options, epochs: passes });
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  const ms = ends.slice(1).map((end, i) => end - (ends[i] as number));
  const [before = 0, after = 0] = used;
  return { ms, cpuMs: (after - before) / n, peakMiB, loss: history.history.loss?.at(-1) };
}

/** Of all threads, in milliseconds. */
function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function stopAfter(count: number): Callback {
  let done = 0;
  return {
    onTrainBatchEnd() {
      done++;
      if (done === count) model.stopTraining = true;
    },
  };
}

function randomData({ side, channels, classes }: NetworkSpec) {
  const random = randomStream(1, "ladder");
  const count = BATCHES * batch;
  const pixels = Float32Array.from(
    { length: count * side * side * channels },
    () => random.nextUint32() / 2 ** 32,
  );
  const targets = new Float32Array(count * classes);
  for (let i = 0; i < count; i++) targets[i * classes + (random.nextUint32() % classes)] = 1;
  return {
    x: tensor("float32", [count, side, side, channels], pixels),
    y: tensor("float32", [count, classes], targets),
  };
}

function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
