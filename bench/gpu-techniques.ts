/**
 * Trains every technique of the practice for 20 steps on WebGPU and on the processor, and writes bench/gpu-techniques.md: how far the
 * losses are apart, beside how far the processor's are when one weight differs in its last bit. Without a GPU it takes one in
 * software (Linux, x64), on which a step takes seconds:
 *
 *     npx tsx bench/gpu-techniques.ts [base|l2|dropout|batchnorm|augmentation ...]
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { augmentation } from "../packages/practice/src/techniques/augmentation.js";
import { base } from "../packages/practice/src/techniques/base.js";
import { batchnorm } from "../packages/practice/src/techniques/batchnorm.js";
import { dropout } from "../packages/practice/src/techniques/dropout.js";
import { l2 } from "../packages/practice/src/techniques/l2.js";
import {
  divide,
  loadMnist,
  nodeRuntime,
  type Runtime,
  type Sequential,
  type SequentialOptions,
  sliceRows,
  toCategorical,
} from "../packages/trazo/src/index.js";
import { softwareGpu } from "../packages/trazo/test/device/software-gpu.js";

const techniques = { base, l2, dropout, batchnorm, augmentation };
const [steps, batchSize] = [20, 16];
const wanted = process.argv.slice(2);

const gpu = await nodeRuntime({ device: "webgpu" }).catch(() => undefined);
if (gpu)
  await compare(gpu, process.env.TRAZO_SOFTWARE_GPU ? "SwiftShader (software)" : "a GPU of this machine");
else if (process.env.TRAZO_SOFTWARE_GPU) throw new Error("There is no GPU, in software either.");
else {
  const env = { ...(await softwareGpu()), TRAZO_SOFTWARE_GPU: "1" };
  const program = [...process.execArgv, fileURLToPath(import.meta.url), ...wanted];
  process.exitCode = spawnSync(process.execPath, program, { env, stdio: "inherit" }).status ?? 1;
}

interface Technique {
  network(options: SequentialOptions): Sequential;
  augmentation?: typeof augmentation.augmentation;
}

async function compare(device: Runtime, name: string): Promise<void> {
  const processor = await nodeRuntime({ threads: 1, engine: "graph" });
  const rows: string[] = [];
  for (const [key, technique] of Object.entries(techniques)) {
    if (wanted.length > 0 && !wanted.includes(key)) continue;
    const expected = await losses(technique, processor);
    const found = await losses(technique, device);
    const nudged = await losses(technique, processor, true);
    const [first, all] = [apart(found, expected, 3), apart(found, expected)];
    rows.push(`| ${key} | ${first} | ${all} | ${apart(nudged, expected)} |`);
    console.log(rows.at(-1));
    writeFileSync(new URL("gpu-techniques.md", import.meta.url), table(rows, device.name, name));
  }
}

/** The mean loss so far, after each step. */
async function losses(technique: Technique, runtime: Runtime, nudge = false): Promise<number[]> {
  const model = technique.network({ seed: 1, runtime });
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  if (nudge) nudgeWeight(model);
  const { train } = await loadMnist();
  const count = steps * batchSize;
  const x = divide(sliceRows(train.images, 0, count), 255);
  const y = toCategorical(sliceRows(train.labels, 0, count), 10);
  const seen: number[] = [];
  const watch = {
    logsOnly: true,
    onTrainBatchEnd: (_: number, logs: Record<string, number>) => void seen.push(logs.loss as number),
  };
  const options = { verbose: 0, callbacks: [watch] } as const;
  const generator = technique.augmentation?.();
  if (generator) await model.fit(generator.flow(x, y, { batchSize }), options);
  else await model.fit(x, y, { batchSize, ...options });
  await model.dispose();
  return seen;
}

function nudgeWeight(model: Sequential): void {
  const weights = model.getWeights();
  const [first] = weights;
  if (!first) return;
  const bits = new Uint32Array(first.buffer, first.byteOffset, first.length);
  bits[0] = (bits[0] as number) + 1;
  model.setWeights(weights);
}

function apart(a: readonly number[], b: readonly number[], count = a.length): string {
  return Math.max(...a.slice(0, count).map((loss, i) => Math.abs(loss / (b[i] as number) - 1))).toExponential(
    1,
  );
}

function table(rows: readonly string[], runtime: string, name: string): string {
  return [
    "# Techniques on WebGPU against the processor",
    "",
    `${runtime}, ${name}, on ${cpus()[0]?.model.trim()}. Made by \`npx tsx bench/gpu-techniques.ts\`: ${steps} steps with ${batchSize} images each. Largest relative`,
    "difference of the mean loss so far; the last column is the processor's own when one weight differs in its last bit.",
    "",
    `| technique | first 3 steps | ${steps} steps | ${steps} steps on the processor, one last bit changed |`,
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
