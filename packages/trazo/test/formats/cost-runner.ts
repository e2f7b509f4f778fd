/**
 * Opens files one after the other in this process, and says of each in a line what it cost.
 *
 * usage: node --import tsx cost-runner.ts FILE...
 */
import { openClassifier } from "../../src/classifier/open-classifier.js";
import { loadModel, nodeRuntime, readDigitImage, readIdx } from "../../src/index.js";
import { readBytes } from "../../src/node/files/read-bytes.js";
import { readOnnx } from "../../src/onnx/read.js";
import { summarizeOnnx } from "../../src/onnx/summary.js";

/** What the parent reads, a line for each file. */
export interface Cost {
  readonly file: string;
  readonly seconds: number;
  readonly megabytes: number;
  /** Undefined: it was read. */
  readonly refusal?: string;
}

const runtime = nodeRuntime({ threads: 1 });

async function open(file: string): Promise<void> {
  if (file.endsWith(".gz")) await readIdx(file);
  else if (file.endsWith(".png")) await readDigitImage(file);
  else if (file.endsWith(".onnx")) {
    summarizeOnnx(readOnnx(await readBytes(file), file));
    await (await openClassifier(file, { runtime })).dispose();
  } else (await loadModel(file, { compile: false, runtime })).summary({ print: () => {} });
}

// What is loaded once for all is no file's fault.
await runtime;
await import("sharp");
const before = process.resourceUsage().maxRSS;
for (const file of process.argv.slice(2)) {
  const begin = process.cpuUsage();
  const refusal = await open(file).then(
    () => undefined,
    (error: unknown) => String(error),
  );
  const { user, system } = process.cpuUsage(begin);
  const megabytes = (process.resourceUsage().maxRSS - before) / 1024;
  const cost: Cost = { file, seconds: (user + system) / 1e6, megabytes, ...(refusal && { refusal }) };
  process.stdout.write(`${JSON.stringify(cost)}\n`);
}
