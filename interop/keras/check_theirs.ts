/**
 * Opens what make_saved_fixtures.py left of the real networks, and compares predictions and three further steps:
 * `npx tsx interop/keras/check_theirs.ts FOLDER`. Ends with status 1 when they differ.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadModel, type Model, optimizers } from "trazo";
import { batchLosses, mnist, practiceModels } from "./practice_models.js";

interface Saved {
  readonly files: readonly string[];
  readonly loss: number;
  readonly predictions: string;
  readonly losses?: readonly number[];
}

const folder = process.argv[2];
if (!folder) throw new Error("usage: npx tsx interop/keras/check_theirs.ts FOLDER");
const [x, y] = mnist("test", 1000);
let failures = 0;

async function open(file: string, name: string): Promise<Model> {
  const path = join(folder as string, file);
  if (!file.includes("weights")) return await loadModel(path);
  const model = (practiceModels[name] as () => Model)();
  const optimizer = optimizers.adam({ learningRate: 0.002 });
  model.compile({ optimizer, loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  await model.loadWeights(path);
  return model;
}

const furthest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((worst, value, i) => Math.max(worst, Math.abs(value - (b[i] as number))), 0);

async function check(file: string, name: string, saved: Saved): Promise<void> {
  const model = await open(file, name);
  const bytes = Buffer.from(saved.predictions, "base64");
  const wanted = new Float32Array(Uint8Array.from(bytes).buffer);
  const predictions = furthest((await model.predict(x, { batchSize: 128 })).data, wanted);
  const { loss } = await model.evaluate(x, y, { batchSize: 128 });
  let agrees = predictions <= 1e-5 && Math.abs((loss as number) - saved.loss) <= 1e-5;
  let steps = "not trained on";
  // The legacy layout has no place for an optimizer's state.
  if (saved.losses && !file.includes("legacy-weights")) {
    const apart = furthest(await batchLosses(model, [x, y], 3), saved.losses);
    agrees &&= apart <= 1e-4;
    steps = apart.toExponential(1);
  }
  if (!agrees) failures++;
  const verdict = agrees ? "agrees" : "DIFFERS";
  process.stdout.write(`${file.padEnd(34)} ${predictions.toExponential(1)}  ${verdict}  ${steps}\n`);
  await model.dispose();
}

process.stdout.write(
  "They write, we read. Largest difference of 1,000 predictions; of the losses of three further steps.\n",
);
for (const peer of ["tf_keras", "keras3"]) {
  const models = JSON.parse(readFileSync(join(folder, `${peer}.json`), "utf8")) as Record<string, Saved>;
  for (const [name, saved] of Object.entries(models)) {
    for (const file of saved.files) await check(file, name, saved);
  }
}
process.exitCode = failures > 0 ? 1 : 0;
