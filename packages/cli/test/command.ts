import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { layers, loadModel, sequential } from "trazo";

const program = fileURLToPath(new URL("../dist/main.js", import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built command line in a process of its own. `watch` sees its output as it comes, from nothing on, and may send signals. */
export function trazo(
  args: readonly string[],
  watch: (stdout: string, kill: (signal: NodeJS.Signals) => void) => void = () => {},
  environment: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  // In English, whatever the machine speaks.
  const env = { ...process.env, LC_ALL: "C", ...environment };
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"], env });
  let [stdout, stderr] = ["", ""];
  const kill = (signal: NodeJS.Signals): void => void child.kill(signal);
  watch("", kill);
  child.stdout.on("data", (data) => {
    stdout += data;
    watch(stdout, kill);
  });
  child.stderr.on("data", (data) => {
    stderr += data;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** A digest of a saved model's weights: comparing millions of bytes one by one takes a test longer than training them. */
export async function weightsDigest(file: string): Promise<string> {
  const digest = createHash("sha256");
  for (const { buffer, byteOffset, byteLength } of (await loadModel(file)).getWeights()) {
    digest.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return digest.digest("hex");
}

/** What a configuration says of a short run on a few digits. */
export const shortRun = (epochs: number): string => `data: { train: 200, test: 100 }
network:
  - { type: averagePooling2d, poolSize: 4 }
  - flatten
  - { type: dense, units: 10, activation: softmax }
optimizer: { type: sgd, learningRate: 0.1 }
epochs: ${epochs}
batchSize: 32
`;

/** A compiled network for MNIST of 500 weights, which trains and is saved much faster than the base network with its 1.3 million. */
export async function saveSmallNetwork(file: string): Promise<void> {
  const model = sequential(
    [
      layers.averagePooling2d({ poolSize: 4, inputShape: [28, 28, 1] }),
      layers.flatten(),
      layers.dense({ units: 10, activation: "softmax", name: "dense" }),
    ],
    { seed: 1 },
  );
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  await model.save(file);
}
