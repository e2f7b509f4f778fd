/**
 * Reads the Keras Applications that make_application_files.py wrote: predictions, and the losses of fine-tuning, are to be Keras's.
 * The fine-tuned models are written for check_applications.py.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadModel } from "trazo";
import {
  deviation,
  fineTune,
  floats,
  imagesFor,
  type SavedApplication,
  withHead,
} from "../../packages/trazo/test/fixtures/keras/applications.js";

const [folder = "."] = process.argv.slice(2);
const entries = JSON.parse(readFileSync(join(folder, "applications.json"), "utf8")) as SavedApplication[];

/**
 * A step moves the losses of the fine-tuning by up to 5, to 11.6 (ResNet50). Keras has the betas of Adam in float32, so that its first
 * step is 6e-6 shorter than Trazo's, which corrects the bias in float64: 1.2e-4 of such a loss, 1e-5 of its size. Keras in
 * float64 with the exact betas gives Trazo's losses to 2e-5.
 */
const lossesApart = (ours: readonly number[], theirs: readonly number[]): number =>
  Math.max(...theirs.map((loss, i) => Math.abs((ours[i] as number) - loss) / Math.max(1, Math.abs(loss))));

let failures = 0;
const written: Record<string, { name: string; predictions: number[] }> = {};
for (const entry of entries) {
  for (const file of entry.files) {
    const net = await loadModel(join(folder, file), { seed: 1 });
    const images = imagesFor(entry.name);
    const apart = deviation((await net.predict(images)).data, floats(entry.predictions)) / entry.largest;
    let line = `${file.padEnd(28)} ${net.definition.layers.length} layers, predictions ${apart.toExponential(1)}`;
    let agrees = apart < 1e-4 && net.definition.layers.length === entry.layers;
    if (entry.losses) {
      const whole = withHead(net);
      const losses = await fineTune(whole, images);
      const steps = lossesApart(
        [...(losses.frozen ?? []), ...(losses.unfrozen ?? [])],
        [...entry.losses.frozen, ...entry.losses.unfrozen],
      );
      line += `, losses ${steps.toExponential(1)}`;
      agrees &&= steps < 1e-4;
      const ours = `ours-${file}`;
      await whole.save(join(folder, ours));
      written[ours] = { name: entry.name, predictions: [...(await whole.predict(images)).data] };
      await whole.dispose();
    }
    if (!agrees) failures++;
    console.log(`${line}  ${agrees ? "agrees" : "DIFFERS"}`);
    await net.dispose();
  }
}
writeFileSync(join(folder, "ours.json"), JSON.stringify(written));
process.exitCode = failures > 0 ? 1 : 0;
