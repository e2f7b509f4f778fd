import { describe, expect, it } from "vitest";
import { fromKeras, loadModel } from "../../src/index.js";
import {
  deviation,
  fineTune,
  floats,
  imagesFor,
  type SavedApplication,
  withHead,
} from "../fixtures/keras/applications.js";
import { kerasFixture, readKerasFixture } from "../fixtures/keras/keras-fixtures.js";
import { runtime } from "../model/tiny.js";

const saved = readKerasFixture<SavedApplication[]>("applications/applications.json");

/** The layers of the real ones, with 1/32 or 1/64 of their channels; the whole ones are checked in interop/keras/run.sh. */
describe.each(saved.map((one) => [one.name, one] as const))("%s of Keras Applications", (_, entry) => {
  it("predicts as Keras, is fine-tuned with Keras's losses, and is saved", async () => {
    const net = await loadModel(kerasFixture(`applications/${entry.files[0]}`), { seed: 1, runtime });
    expect(net.definition.layers).toHaveLength(entry.layers);
    const images = imagesFor(entry.name);
    const features = await net.predict(images);
    expect(features.shape).toEqual(entry.shape);
    expect(deviation(features.data, floats(entry.predictions)) / entry.largest).toBeLessThan(1e-4);
    const whole = withHead(net, await runtime);
    const losses = await fineTune(whole, images);
    for (const phase of ["frozen", "unfrozen"] as const) {
      expect(deviation(losses[phase] as number[], entry.losses?.[phase] as number[])).toBeLessThan(1e-4);
    }
    const wanted = await whole.predict(images);
    for (const bytes of [await whole.toKeras(), await whole.toH5()]) {
      const again = await fromKeras(bytes, { runtime });
      expect(await again.predict(images)).toEqual(wanted);
      expect(again.optimizer.iterations).toBe(3);
      await again.dispose();
    }
    await whole.dispose();
    await net.dispose();
  });
});
