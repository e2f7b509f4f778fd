/**
 * Opens what check_catalogue.py saved again from Keras, and compares every configuration with the one that was written:
 * `npx tsx interop/keras/check_catalogue.ts FOLDER`. Ends with status 1 when one differs.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadModel, type Model } from "trazo";
import { catalogue } from "./catalogue.js";

const folder = process.argv[2];
if (!folder) throw new Error("usage: npx tsx interop/keras/check_catalogue.ts FOLDER");

/** All that a file is to keep, as text. Keras stores numbers as float32 in some places. */
function configurationOf(model: Model, file: string): string {
  const { compiled } = model.engine;
  const layers = model.definition.layers.map(({ layer, name, inputShape }) => ({
    name,
    className: layer.className,
    trainable: layer.trainable,
    ...layer.getConfig(),
    // Keras 2 counts the last axis from the front.
    ...(layer.getConfig().axis === inputShape.length - 1 && { axis: -1 }),
  }));
  const training = compiled && {
    // Keras 3 takes the optimizer of any .h5 that Keras 2 can read with its default options.
    ...(file !== "keras.h5" && {
      optimizer: [compiled.optimizer.className, { ...compiled.optimizer.getConfig(), name: "" }],
    }),
    loss: compiled.outputs.map(({ loss }) => [loss?.kerasName, loss?.getConfig()]),
    metrics: compiled.outputs.flatMap(({ metrics }) => metrics.map(({ name }) => name)),
  };
  const rounded = (key: string, value: unknown): unknown => {
    if (key === "seed" || (key === "name" && value === "")) return undefined;
    return typeof value === "number" ? Math.fround(value) : value;
  };
  return JSON.stringify({ layers, training }, rounded, 1);
}

let failures = 0;
for (const { name, make, inKeras2 } of catalogue) {
  const files = inKeras2 ? ["keras.keras", "keras.h5", "tf_keras.h5"] : ["keras.keras"];
  for (const file of files.filter((file) => name !== "layers" || file !== "keras.h5")) {
    const wanted = configurationOf(make(), file);
    const path = join(folder, `${name}.by-${file}`);
    const found = existsSync(path)
      ? await loadModel(path).then(
          (model) => configurationOf(model, file),
          (error: Error) => error.message,
        )
      : "it was not saved";
    if (found !== wanted) failures++;
    const difference = (): string => {
      const lines = found.split("\n");
      const at = wanted.split("\n").findIndex((line, i) => line !== lines[i]);
      return `DIFFERS: ${wanted.split("\n")[at]} became ${lines[at]}`;
    };
    process.stdout.write(
      `${`${name}.by-${file}`.padEnd(48)} ${found === wanted ? "agrees" : difference()}\n`,
    );
  }
}
process.exitCode = failures > 0 ? 1 : 0;
