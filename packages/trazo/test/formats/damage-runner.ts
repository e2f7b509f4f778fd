/**
 * Opens damaged copies of a file one after the other in this process, and says of each in a line what came of it.
 *
 * usage: node --import tsx damage-runner.ts KIND FILE COUNT FOLDER
 */
import { readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { openClassifier } from "../../src/classifier/open-classifier.js";
import {
  loadModel,
  type Model,
  nodeRuntime,
  readDigitImage,
  readIdx,
  TrazoError,
  tensor,
} from "../../src/index.js";
import { sizeOf } from "../../src/tensor.js";
import { type Damaged, damage } from "./damage.js";
import { damageGraph } from "./onnx-damage.js";
import { practiceNetwork } from "./practice-network.js";

/** What the parent reads, a line each. */
export interface Outcome {
  readonly seed: number;
  readonly how: string;
  readonly milliseconds: number;
  /** `refused`: a clear error. `loaded`: as before, but for the values that were hit. Everything else is a failure. */
  readonly outcome: "refused" | "loaded" | "wrong result" | "unclear error";
  readonly message?: string;
  readonly maxRssMegabytes: number;
}

type Values = ArrayLike<number>;

const runtime = nodeRuntime({ threads: 1 });

/** What a file says, as lists of numbers. */
const openers: Readonly<Record<string, (path: string) => Promise<Values[]>>> = {
  async model(path) {
    const model = await loadModel(path, { seed: 1, runtime });
    return await using(model, model.engine.slots.flat());
  },
  async weights(path) {
    const model = practiceNetwork("base", 1, runtime);
    await model.loadWeights(path);
    return await using(model, []);
  },
  /** Weights that were hit change what is seen, but it must still be probabilities of the same classes. */
  async classifier(path) {
    const classifier = await openClassifier(path, { runtime });
    const { imageShape, classes } = classifier;
    const pixels = Uint8Array.from({ length: 3 * sizeOf(imageShape) }, (_, i) => (i * 31) % 256);
    const { data } = await classifier.classify(tensor("uint8", [3, ...imageShape], pixels));
    await classifier.dispose();
    const sums = [0, 1, 2].map((row) =>
      data.subarray(row * classes.length, (row + 1) * classes.length).reduce((a, b) => a + b, 0),
    );
    return [imageShape, [classes.length, data.length], sums.map((sum) => Math.round(100 * sum))];
  },
  /** A graph that was rewired may be sound and tell other classes apart. */
  graph: async (path) => [(await openers.classifier?.(path))?.at(-1) as Values],
  async idx(path) {
    const { shape, data } = await readIdx(path);
    return [shape, Float64Array.from(data as ArrayLike<number>)];
  },
  async picture(path) {
    return [(await readDigitImage(path)).data];
  },
};

/** A model must not only load, but work. */
async function using(model: Model, state: readonly Values[]): Promise<Values[]> {
  const weights = model.getWeights();
  await model.predict(tensor("float32", [1, ...model.inputShape], new Float32Array(784)));
  await model.dispose();
  return [...weights, ...state];
}

const [kind = "", file = "", count = "", folder = ""] = process.argv.slice(2);
const open = openers[kind] as (path: string) => Promise<Values[]>;
const whole = readFileSync(file);
const original = await open(file);
const path = join(folder, `damaged-${kind}${extname(file)}`);
const isClear = (error: unknown): boolean =>
  error instanceof TrazoError && error.message.includes(path) && error.message.length < 2000;

/** No checksum guards an HDF5 or IDX file's values, so those that were hit may differ; all others must not. */
function judge(values: readonly Values[], { bytes, changed }: Damaged): Outcome["outcome"] {
  const isGuarded = bytes[0] !== 0x89 || bytes[1] !== 0x48;
  const allowed = isGuarded && kind !== "idx" ? 0 : Math.min(changed, bytes.length);
  const sameShape =
    values.length === original.length && values.every((list, i) => list.length === original[i]?.length);
  if (!sameShape) return "wrong result";
  const different = values.reduce((sum, list, i) => sum + differences(list, original[i] as Values), 0);
  return different <= (Number.isFinite(changed) ? allowed : 0) ? "loaded" : "wrong result";
}

function differences(a: Values, b: Values): number {
  let count = 0;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) count++;
  return count;
}

for (let seed = 0; seed < Number(count); seed++) {
  const damaged = (kind === "graph" ? damageGraph : damage)(whole, seed);
  writeFileSync(path, damaged.bytes);
  const begin = performance.now();
  const found = await open(path).then(
    (values) => ({ outcome: judge(values, damaged) }) as const,
    (error: unknown) =>
      ({ outcome: isClear(error) ? "refused" : "unclear error", message: String(error) }) as const,
  );
  const milliseconds = performance.now() - begin;
  const maxRssMegabytes = process.resourceUsage().maxRSS / 1024;
  const outcome: Outcome = { seed, how: damaged.how, milliseconds, maxRssMegabytes, ...found };
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}
