/**
 * Trains and saves the practice's networks for check_practice.py, with what Trazo itself says of them:
 * `npx tsx interop/keras/write_practice.ts FOLDER`.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { augmentation } from "@trazo/practice";
import { optimizers } from "trazo";
import { batchLosses, mnist, practiceModels } from "./practice_models.js";

const folder = process.argv[2];
if (!folder) throw new Error("usage: npx tsx interop/keras/write_practice.ts FOLDER");
const compile = (make: () => ReturnType<(typeof practiceModels)[string]>) => {
  const model = make();
  const optimizer = optimizers.adam({ learningRate: 0.002 });
  model.compile({ optimizer, loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  return model;
};

const [x, y] = mnist("test", 1000);
for (const [name, make] of Object.entries(practiceModels)) {
  const model = compile(make);
  const [images, targets] = mnist("train", 192);
  const flow = augmentation.augmentation?.().flow(images, targets, { batchSize: 32, seed: 1 });
  if (name === "augmentation" && flow) await model.fit(flow, { verbose: 0 });
  else await batchLosses(model, [images, targets], 6);
  for (const ending of ["h5", "keras"]) await model.save(join(folder, `${name}.${ending}`));
  await model.saveWeights(join(folder, `${name}.weights.h5`));
  const { data } = await model.predict(x, { batchSize: 128 });
  writeFileSync(join(folder, `${name}.predictions`), data);
  const { loss, accuracy } = await model.evaluate(x, y, { batchSize: 128 });
  const fresh = make();
  await fresh.loadWeights(join(folder, `${name}.weights.h5`));
  // Adam's first step depends on the signs of gradients only, and so on the rounding of those near 0.
  fresh.compile({
    optimizer: optimizers.sgd({ learningRate: 0.01 }),
    loss: "categoricalCrossentropy",
    metrics: ["accuracy"],
  });
  const described = {
    loss,
    accuracy,
    losses: await batchLosses(model, [x, y], 3),
    freshLosses: await batchLosses(fresh, [x, y], 3),
  };
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(described));
  await model.dispose();
  await fresh.dispose();
}
