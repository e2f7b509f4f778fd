/**
 * Writes what `toOnnx` and `quantizeOnnx` make of the practice's five networks, and what the networks themselves,
 * or Trazo running a quantized file, make of MNIST's test images, for check_exports.py: `npx tsx interop/onnx/write_exports.ts FOLDER [RUNS]`. RUNS is a folder of runs as
 * `trazo practice` makes it; without it the networks are trained for a moment.
 */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Technique } from "@trazo/practice";
import { practiceTechniques } from "@trazo/practice";
import {
  divide,
  loadMnist,
  loadModel,
  type Model,
  nodeRuntime,
  openClassifier,
  optimizers,
  quantizeOnnx,
  sliceRows,
  type Tensor,
  takeRows,
  toCategorical,
} from "trazo";

const [folder, runs] = process.argv.slice(2);
if (!folder) throw new Error("usage: npx tsx interop/onnx/write_exports.ts FOLDER [RUNS]");

const runtime = await nodeRuntime();
const { train, test } = await loadMnist();
writeFileSync(join(folder, "test-images.bin"), test.images.data);
writeFileSync(join(folder, "test-labels.bin"), test.labels.data);
const calibration = takeRows(
  train.images,
  Array.from({ length: 512 }, (_, i) => Math.floor((i * 60_000) / 512)),
);

for (const technique of practiceTechniques) {
  const model = runs ? await trainedBefore(technique, runs) : await trainedBriefly(technique);
  const floats = model.toOnnx();
  const files = {
    float32: floats,
    uint8: model.toOnnx({ inputDtype: "uint8" }),
    nchw: model.toOnnx({ inputLayout: "NCHW" }),
    dynamic: await quantizeOnnx(floats, { mode: "dynamic" }),
    static: await quantizeOnnx(floats, { mode: "static", calibration, runtime }),
  };
  const own = (await model.predict(divide(test.images, 255), { batchSize: 100 })).data;
  await model.dispose();
  for (const [kind, bytes] of Object.entries(files)) {
    const path = join(folder, `${technique.name}-${kind}.onnx`);
    writeFileSync(path, bytes);
    const isQuantized = kind === "dynamic" || kind === "static";
    writeFileSync(path.replace(".onnx", ".bin"), isQuantized ? await probabilitiesBy(path) : own);
  }
}

async function trainedBefore({ name }: Technique, from: string): Promise<Model> {
  const run = readdirSync(from).find((entry) => entry.startsWith(`${name}-seed`));
  if (!run) throw new Error(`There is no run of ${name} in ${from}.`);
  return await loadModel(join(from, run, "best_model.h5"), { runtime });
}

/** Long enough for weights and moving averages to be no longer what they began as. */
async function trainedBriefly(technique: Technique): Promise<Model> {
  const model = technique.network({ seed: 1, runtime });
  model.compile({ optimizer: optimizers.adam(), loss: "categoricalCrossentropy" });
  const images = divide(sliceRows(train.images, 0, 8192), 255);
  await model.fit(images, toCategorical(sliceRows(train.labels, 0, 8192), 10), {
    batchSize: 128,
    verbose: 0,
  });
  return model;
}

/** All test images, 100 at a time: a dynamically quantized graph scales by what is in its batch. */
async function probabilitiesBy(path: string): Promise<Float32Array> {
  const classifier = await openClassifier(path, { runtime });
  const count = test.images.shape[0] as number;
  const all = new Float32Array(count * 10);
  for (let start = 0; start < count; start += 100) {
    const rows: Tensor<"float32"> = await classifier.classify(sliceRows(test.images, start, start + 100));
    all.set(rows.data, start * 10);
  }
  await classifier.dispose();
  return all;
}
