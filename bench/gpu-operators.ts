/**
 * Compares every operator of training steps on WebGPU with the processor, each in every form in which it occurs, and writes
 * bench/gpu-operators.md. Without a GPU it takes one in software (Linux, x64):
 *
 *     npx tsx bench/gpu-operators.ts
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { nodeRuntime } from "../packages/trazo/src/index.js";
import { softwareGpu } from "../packages/trazo/test/device/software-gpu.js";
import { type Compared, compareNodes } from "./gpu/compare.js";
import { runsOnGpu } from "./gpu/placement.js";
import { stepModels } from "./gpu/step-models.js";
import { type UpstreamFault, upstreamFaults } from "./gpu/upstream.js";

const gpu = await nodeRuntime({ device: "webgpu" }).catch(() => undefined);
if (gpu)
  await compare(gpu, process.env.TRAZO_SOFTWARE_GPU ? "SwiftShader (software)" : "a GPU of this machine");
else if (process.env.TRAZO_SOFTWARE_GPU) throw new Error("There is no GPU, in software either.");
else {
  const env = { ...(await softwareGpu()), TRAZO_SOFTWARE_GPU: "1" };
  const program = fileURLToPath(import.meta.url);
  const { status } = spawnSync(process.execPath, [...process.execArgv, program], { env, stdio: "inherit" });
  process.exitCode = status ?? 1;
}

async function compare(device: NonNullable<typeof gpu>, name: string): Promise<void> {
  const processor = await nodeRuntime({ threads: 1, engine: "graph" });
  const steps = await stepModels();
  const seen = new Set<string>();
  const compared: Compared[] = [];
  for (const [i, step] of steps.entries()) {
    compared.push(...(await compareNodes(step, processor, device, seen)));
    if (i % 20 === 0)
      console.log(`${i} of ${steps.length} graphs: ${compared.length} forms of operators so far`);
  }
  const partly = steps.filter(({ model }) => !runsOnGpu(model));
  const text = report(compared, await upstreamFaults(), [
    `${device.name}, ${name}, on ${cpus()[0]?.model.trim()}. Made by \`npx tsx bench/gpu-operators.ts\`.`,
    `${steps.length} graphs, node by node, each fed with what the processor gives it: training steps of the practice's networks, with augmentation`,
    "too, and of two with many kinds of layers; of every layer, loss, metric, optimizer and constraint that there is; and of every operator that",
    "one of your own may use, with its gradient. The difference is relative to the result's largest value.",
    "",
    `${steps.length - partly.length} of the graphs run on the GPU as a whole. Those of these operators need the processor: ` +
      `${[...new Set(partly.map((step) => step.name))].join(", ")}. A single node may, too, where it computes with shapes (int64): with a batch`,
    "of known size these are constants, which ONNX Runtime computes beforehand.",
  ]);
  writeFileSync(new URL("gpu-operators.md", import.meta.url), text);
}

function report(
  compared: readonly Compared[],
  faults: readonly UpstreamFault[],
  introduction: readonly string[],
): string {
  const operators = [...new Set(compared.map(({ operator }) => operator))].sort();
  return [
    "# Operators on WebGPU against the processor's",
    "",
    ...introduction,
    "",
    "| operator | forms | worst difference | where | forms on the processor | refused |",
    "| --- | --- | --- | --- | --- | --- |",
    ...operators.map((operator) => row(compared.filter((one) => one.operator === operator))),
    "",
    "## What ONNX Runtime lacks or does wrongly there",
    "",
    "| what | found | what is done |",
    "| --- | --- | --- |",
    ...faults.map(({ what, found, instead }) => `| ${what} | ${found} | ${instead} |`),
    "",
  ].join("\n");
}

/** Of an operator's forms. */
function row(forms: readonly Compared[]): string {
  const failed = forms.filter(({ difference }) => difference === undefined);
  const worst = forms
    .filter(({ difference }) => difference !== undefined)
    .sort((a, b) => (b.difference as number) - (a.difference as number))[0];
  const difference = worst?.difference ?? 0;
  const refused = failed.length > 0 ? `${failed.length}: ${withoutPlace(failed[0]?.reason ?? "")}` : "";
  const elsewhere = forms.filter(({ isOnDevice }) => !isOnDevice).length;
  const cells = [
    forms[0]?.operator,
    forms.length,
    worst ? difference.toExponential(1) : "",
    difference > 0 ? `\`${worst?.form}\`` : "",
    elsewhere || "",
    refused,
  ];
  return `| ${cells.join(" | ")} |`;
}

/** What ONNX Runtime says, without which node it was and the place in its sources. */
function withoutPlace(message: string): string {
  return message
    .replace(/^.*Status Message: /s, "")
    .replace(/^\S+\.cc:\d+ \S+ /, "")
    .trim();
}
