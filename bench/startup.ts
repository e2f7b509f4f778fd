/**
 * From the start of a process to the end of the first training step, beside what importing PyTorch takes: medians in turns.
 *
 *     node scripts/run.mjs build && TRAZO_PEER_PYTORCH=/path/to/python npx tsx bench/startup.ts [--rounds 7]
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "./command.js";
import { describeMachine } from "./machine.js";
import { median } from "./stats.js";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "7" } } });
const library = new URL("../packages/trazo/dist/index.js", import.meta.url).href;
const python =
  process.env.TRAZO_PEER_PYTORCH ?? fileURLToPath(new URL("peers/.venv/pytorch/bin/python", import.meta.url));

/** The practice's base network, one step on 128 images. */
const step = (runtime: string) => `
  import { layers, nodeRuntime, sequential, tensor } from ${JSON.stringify(library)};
  const average = () => layers.averagePooling2d();
  const convolution = (filters) => layers.conv2d({ filters, kernelSize: 5, activation: "relu" });
  const dense = () => layers.dense({ units: 1024, activation: "relu" });
  const model = sequential(
    [layers.input({ shape: [28, 28, 1] }), convolution(6), average(), convolution(16), average(), layers.flatten(), dense(), dense(),
      layers.dense({ units: 10, activation: "softmax" })],
    { seed: 1, runtime: nodeRuntime(${runtime}) },
  );
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
  const y = new Float32Array(1280).map((_, i) => Number(i % 10 === 0));
  await model.fit(tensor("float32", [128, 28, 28, 1], new Float32Array(128 * 784)), tensor("float32", [128, 10], y),
    { batchSize: 128, verbose: 0 });`;

const node = (program: string): readonly string[] => [process.execPath, "--input-type=module", "-e", program];
const commands: Readonly<Record<string, readonly string[]>> = {
  "Node alone": node(""),
  "import trazo": node(`import ${JSON.stringify(library)};`),
  "Trazo, first step, plan": node(step(`{ engine: "plan" }`)),
  "Trazo, first step, plan, 1 thread": node(step(`{ engine: "plan", threads: 1 }`)),
  "Trazo, first step, graph": node(step(`{ engine: "graph" }`)),
  "import torch": [python, "-c", "import torch"],
};

const machine = describeMachine();
console.log(`${machine.cpu}, ${machine.cores} cores, load ${machine.loadBefore.toFixed(2)}`);
const taken = new Map<string, number[]>();
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [name, [command = "", ...args]] of Object.entries(commands)) {
    const start = performance.now();
    const { status } = spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
    if (status === 0) taken.set(name, [...(taken.get(name) ?? []), performance.now() - start]);
  }
}
for (const [name, times] of taken) {
  console.log(
    `${name.padEnd(36)} ${median(times).toFixed(0).padStart(6)} ms (least ${Math.min(...times).toFixed(0)})`,
  );
}
