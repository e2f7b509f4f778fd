/**
 * Where the milliseconds of a training step go: `npx tsx bench/profile.ts [technique] [threads]`, by default of the base
 * network. ONNX Runtime's own profile of forward and backward, operator by operator, and Trazo's update beside it.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { techniques } from "@trazo/practice";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { batch } from "../packages/trazo/src/graph/shape.js";
import { createKernels } from "../packages/trazo/src/kernels/kernels.js";
import { lossFrom } from "../packages/trazo/src/losses/registry.js";
import { lowerings } from "../packages/trazo/src/lowering/registry.js";
import { metricFrom } from "../packages/trazo/src/metrics/registry.js";
import { encodeComputation, trainComputation } from "../packages/trazo/src/model/graphs.js";
import { namedObjective } from "../packages/trazo/src/network/objective.js";
import { adam } from "../packages/trazo/src/optimizers/adam.js";
import { formatTable } from "./report.js";
import { quantile } from "./stats.js";

const BATCH = 128;
const STEPS = 150;
const [name = "base", threadsText = String(availableParallelism())] = process.argv.slice(2);
const threads = Number(threadsText);
const technique = techniques.find((one) => one.name === name);
if (!technique) throw new Error(`No technique is called ${name}.`);
const model = technique.network({ seed: 1 });

interface Event {
  readonly cat: string;
  readonly name: string;
  readonly dur: number;
  readonly args: { readonly input_type_shape?: readonly Record<string, readonly number[]>[] };
}

/** Milliseconds of each node that runs, under its operator and the shapes it gets: what a quiet machine takes (first quartile). */
async function nodeTimes(): Promise<[name: string, ms: number][]> {
  const goal = {
    loss: lossFrom("categoricalCrossentropy"),
    lossWeight: 1,
    metrics: [metricFrom("accuracy")],
  };
  const objective = namedObjective(["output"], [goal]);
  const input = { dtype: "uint8", divisor: 255 } as const;
  const target = { dtype: "float32", shape: [batch, 10] } as const;
  const computation = trainComputation(model.definition, objective, input, [target]);
  const bytes = encodeComputation(computation, lowerings.tiledGemm);
  const folder = mkdtempSync(join(tmpdir(), "trazo-profile-"));
  try {
    const session = await InferenceSession.create(bytes, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      enableProfiling: true,
      profileFilePrefix: join(folder, "run"),
    });
    const feeds = Object.fromEntries(session.inputMetadata.map((meta) => [meta.name, example(meta)]));
    for (let i = 0; i < STEPS; i++) await session.run(feeds);
    session.endProfiling();
    return summary(JSON.parse(readFileSync(join(folder, readdirSync(folder)[0] as string), "utf8")));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function example(meta: InferenceSession.ValueMetadata): Tensor {
  if (!meta.isTensor) throw new Error(`${meta.name} is not a tensor`);
  const shape = meta.shape.map((dim) => (typeof dim === "number" ? dim : BATCH));
  const size = shape.reduce((a, b) => a * b, 1);
  return meta.type === "uint8"
    ? new Tensor("uint8", new Uint8Array(size).fill(99), shape)
    : new Tensor("float32", new Float32Array(size).fill(0.01), shape);
}

function summary(events: readonly Event[]): [string, number][] {
  const byNode = new Map<string, number[]>();
  for (const { cat, name, dur, args } of events) {
    if (cat !== "Node" || !name.endsWith("_kernel_time")) continue;
    const shapes = (args.input_type_shape ?? []).map((input) => `[${Object.values(input)[0]?.join("x")}]`);
    const op = name.replace(/_kernel_time$/, "").replace(/:.*$/, "");
    const key = `${op} ${shapes.join(" ")}\t${name}`;
    byNode.set(key, [...(byNode.get(key) ?? []), dur / 1000]);
  }
  return [...byNode].map(([key, times]) => [
    key.slice(0, key.indexOf("\t")),
    quantile(Float64Array.from(times).sort(), 0.25),
  ]);
}

/** Milliseconds of Adam's update of all weights. */
async function updateTime(): Promise<number> {
  const length = model.definition.trainableVariables.reduce((sum, { size }) => sum + size, 0);
  const kernels = await createKernels(4 * 4 * length + 1024);
  const [p, g, m, v] = Array.from({ length: 4 }, () => kernels.allocate(4 * length)) as [
    number,
    number,
    number,
    number,
  ];
  const optimizer = adam();
  const times = Array.from({ length: 60 }, (_, i) => {
    const begun = performance.now();
    optimizer.update(kernels, { p, g, slots: [m, v], length, l1: 0, l2: 0 }, optimizer.scalarsAt(i, 0.001));
    return performance.now() - begun;
  });
  return quantile(Float64Array.from(times).sort(), 0.25);
}

const nodes = (await nodeTimes()).sort(([, a], [, b]) => b - a);
const total = nodes.reduce((sum, [, ms]) => sum + ms, 0);
const largest = nodes.slice(0, 24);
const rest = total - largest.reduce((sum, [, ms]) => sum + ms, 0);
const rows = [...largest, [`${nodes.length - largest.length} smaller nodes`, rest] as const];
console.log(
  `Forward and backward of ${name}, ${BATCH} images, ${threads} threads: ${total.toFixed(2)} ms in ${nodes.length} nodes`,
);
console.log(
  formatTable(rows.map(([name, ms]) => [ms.toFixed(3), `${((100 * ms) / total).toFixed(0)} %`, name])).join(
    "\n",
  ),
);
console.log(`Adam's update of all weights: ${(await updateTime()).toFixed(2)} ms`);
