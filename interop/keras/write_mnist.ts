/** Writes MNIST as plain bytes for the scripts in Python: `npx tsx interop/keras/write_mnist.ts FOLDER`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadMnist } from "trazo";

const folder = process.argv[2];
if (!folder) throw new Error("usage: npx tsx interop/keras/write_mnist.ts FOLDER");
const { train, test } = await loadMnist();
for (const [part, { images, labels }] of Object.entries({ train, test })) {
  writeFileSync(join(folder, `${part}-images.bin`), images.data);
  writeFileSync(join(folder, `${part}-labels.bin`), labels.data);
}
