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
import { stepModels } from "./gpu/step-models.js";

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
  const seen = new Set<string>();
  const compared: Compared[] = [];
  for (const step of await stepModels()) {
    compared.push(...(await compareNodes(step, processor, device, seen)));
    console.log(`${step.name}: ${compared.length} forms of operators so far`);
    writeFileSync(new URL("gpu-operators.md", import.meta.url), table(compared, device.name, name));
  }
}

function table(compared: readonly Compared[], runtime: string, name: string): string {
  const operators = [...new Set(compared.map(({ operator }) => operator))].sort();
  const rows = operators.map((operator) => {
    const forms = compared.filter((one) => one.operator === operator);
    const failed = forms.filter(({ difference }) => difference === undefined);
    const worst = forms
      .filter(({ difference }) => difference !== undefined)
      .sort((a, b) => (b.difference as number) - (a.difference as number))[0];
    const text = worst ? (worst.difference as number).toExponential(1) : "";
    const refused = failed.length > 0 ? `${failed.length}: ${failed[0]?.reason}` : "";
    const form = worst && (worst.difference as number) > 0 ? `\`${worst.form}\`` : "";
    return `| ${operator} | ${forms.length} | ${text} | ${form} | ${refused} |`;
  });
  return [
    "# Operators on WebGPU against the processor's",
    "",
    `${runtime}, ${name}, on ${cpus()[0]?.model.trim()}. Made by \`npx tsx bench/gpu-operators.ts\`: the training steps of the practice's networks and`,
    "of two with more kinds of layers, node by node, each fed with what the processor gives it. The difference is relative to the result's",
    "largest value.",
    "",
    "| operator | forms | worst difference | where | refused |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
