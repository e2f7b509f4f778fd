/**
 * Steps of a small U-Net that finds two classes of pixels in images of 64x64x3, 16 at a time, with crossentropy per pixel, sample weights and
 * mean IoU, beside the same in PyTorch and Keras, all taking turns in one run. Median and CPU time of a step.
 *
 *     npx tsx bench/segmentation.ts [--threads 2] [--rounds 6] [--steps 10]
 */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import {
  apply,
  type Callback,
  layers,
  type Metric,
  model,
  nodeRuntime,
  ops,
  type SymbolicTensor,
  tensor,
  type Value,
} from "trazo";
import { parseArgs } from "./command.js";
import type { Contender, ContenderSource } from "./contender.js";
import { describeMachine } from "./machine.js";
import { startPeer } from "./peer-process.js";
import { runRounds } from "./rounds.js";
import { median } from "./stats.js";

const [batch, side, classes] = [16, 64, 2];

const meanIou: Metric = {
  name: "mean_iou",
  keras: "mean_iou",
  init: () => new Array<number>(2 * classes).fill(0),
  update(targets, predictions) {
    const found = ops.oneHot(ops.argMax(predictions), classes, "float32");
    const truth = ops.oneHot(targets, classes, "float32");
    const sum = (x: Value): Value => ops.reduceSum(x, { axes: [0, 1, 2] });
    return ops.concat([sum(ops.mul(found, truth)), sum(ops.maximum(found, truth))], 0);
  },
  result: ([first = 0, second = 0, ofFirst = 1, ofSecond = 1]) => (first / ofFirst + second / ofSecond) / 2,
};

const convolution = (filters: number, x: SymbolicTensor): SymbolicTensor =>
  apply(layers.conv2d({ filters, kernelSize: 3, padding: "same", activation: "relu" }), x);
const twice = (filters: number, x: SymbolicTensor): SymbolicTensor =>
  convolution(filters, convolution(filters, x));
const smaller = (x: SymbolicTensor): SymbolicTensor => apply(layers.maxPooling2d(), x);
const joined = (filters: number, coarse: SymbolicTensor, fine: SymbolicTensor): SymbolicTensor => {
  const up = layers.conv2dTranspose({ filters, kernelSize: 2, strides: 2, activation: "relu" });
  return convolution(filters, apply(layers.concatenate(), [apply(up, coarse), fine]));
};

const trazo: ContenderSource = {
  name: "Trazo fit",
  async start(threads) {
    const runtime = await nodeRuntime({ threads });
    const x = layers.input({ shape: [side, side, 3] });
    const fine = twice(16, x);
    const middle = twice(32, smaller(fine));
    const images = joined(16, joined(32, twice(64, smaller(middle)), middle), fine);
    const outputs = apply(layers.conv2d({ filters: classes, kernelSize: 1, activation: "softmax" }), images);
    const net = model({ inputs: x, outputs, seed: 1, runtime });
    net.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: [meanIou] });
    const pixels = Float32Array.from({ length: batch * side ** 2 * 3 }, (_, i) => ((i * 7919) % 1009) / 1009);
    const labels = Uint8Array.from({ length: batch * side ** 2 }, (_, i) => ((i * 31) % 7) % classes);
    const [given, targets] = [
      tensor("float32", [batch, side, side, 3], pixels),
      tensor("uint8", [batch, side, side], labels),
    ];
    const sampleWeight = Float32Array.from({ length: batch }, (_, i) => (i + 1) / batch);
    const usage: Contender["usage"] & object[] = [];
    const contender: Contender = {
      ...{ name: "Trazo fit", version: runtime.name, threads, usage },
      async steps(n) {
        const ends: number[] = [];
        const clock: Callback = { onTrainBatchEnd: () => void ends.push(performance.now()) };
        const before = process.cpuUsage();
        await net.fit(given, targets, {
          ...{
            epochs: n + 1,
            batchSize: batch,
            sampleWeight,
            shuffle: false,
            verbose: 0,
            callbacks: [clock],
          },
        });
        const { user, system } = process.cpuUsage(before);
        const peakMiB = process.resourceUsage().maxRSS / 1024;
        usage.push({ cpuMs: (user + system) / 1000 / (n + 1), peakMiB });
        return ends.slice(1).map((end, i) => end - (ends[i] as number));
      },
      close: () => net.dispose(),
    };
    return { status: "ready", contender };
  },
};

const peer = (kind: "pytorch" | "keras", variant: string): ContenderSource => ({
  name: `${kind} ${variant}`,
  start: (threads) =>
    startPeer({
      name: `${kind} ${variant}`,
      command:
        process.env[`TRAZO_PEER_${kind.toUpperCase()}`] ??
        fileURLToPath(new URL(`./peers/.venv/${kind}/bin/python`, import.meta.url)),
      args: [
        fileURLToPath(new URL(`./peers/${kind}/segmentation.py`, import.meta.url)),
        ...["--variant", variant, "--threads", String(threads)],
      ],
    }),
});

const { values } = parseArgs({
  options: {
    threads: { type: "string", default: String(availableParallelism()) },
    rounds: { type: "string", default: "6" },
    steps: { type: "string", default: "10" },
  },
});
const [threads, rounds, steps] = [Number(values.threads), Number(values.rounds), Number(values.steps)];
const sources = [
  trazo,
  peer("pytorch", "eager"),
  peer("pytorch", "eager-channels-last"),
  peer("keras", "keras3-fit"),
];
const contenders: Contender[] = [];
for (const source of sources) {
  const started = await source.start(threads);
  if (started.status === "ready") contenders.push(started.contender);
  else console.error(`${started.name}: ${started.status} (${started.reason})`);
}
console.log(describeMachine());
const turns = contenders.map((contender) => ({ contender, steps, warmUp: 2, rounds }));
for (const { contender, durations, failure } of await runRounds(turns, undefined, 300)) {
  if (failure) console.error(`${contender.name} failed: ${failure}`);
  const used = (contender.usage ?? []).slice(1).map(({ cpuMs }) => cpuMs);
  const figures = [median(durations), median(used)].map((time) => time.toFixed(1).padStart(7));
  console.log(
    `${contender.name.padEnd(30)} ${figures[0]} ms/step ${figures[1]} ms CPU  (${contender.version})`,
  );
}
await Promise.all(contenders.map((contender) => contender.close()));
