/** Saves the catalogue's models for check_catalogue.py: `npx tsx interop/keras/write_catalogue.ts FOLDER`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tensor } from "trazo";
import { catalogue } from "./catalogue.js";

const folder = process.argv[2];
if (!folder) throw new Error("usage: npx tsx interop/keras/write_catalogue.ts FOLDER");
const described: Record<string, { shape: readonly number[]; predictions: number[]; files: string[] }> = {};
for (const { name, make, inKeras2 } of catalogue) {
  const model = make();
  const files = inKeras2 ? [`${name}.keras`, `${name}.h5`] : [`${name}.keras`];
  for (const file of files) await model.save(join(folder, file));
  const shape = [3, ...model.inputShape];
  const size = shape.reduce((a, b) => a * b);
  const x = tensor(
    "float32",
    shape,
    Float32Array.from({ length: size }, (_, i) => Math.sin(i)),
  );
  described[name] = { shape, predictions: [...(await model.predict(x)).data], files };
  await model.dispose();
}
writeFileSync(join(folder, "catalogue.json"), JSON.stringify(described));
