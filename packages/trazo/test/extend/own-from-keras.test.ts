import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { focalLoss } from "../../../../examples/extend/focal-loss.js";
import { residualBlock } from "../../../../examples/extend/residual-block.js";
import { loadModel, tensor } from "../../src/index.js";

// Written by interop/keras/make_own_fixtures.py.
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/keras/${name}`, import.meta.url));
const said: Record<string, { predictions: number[]; losses: number[] }> = JSON.parse(
  readFileSync(fixture("own-classes.json"), "utf8"),
);

const x = tensor(
  "float32",
  [24, 6, 6, 2],
  Float32Array.from({ length: 24 * 72 }, (_, i) => ((i * 37) % 101) / 50 - 1),
);
const y = tensor(
  "float32",
  [24, 3],
  Float32Array.from({ length: 72 }, (_, i) => ((Math.floor(i / 3) * 7 + 1) % 3 === i % 3 ? 1 : 0)),
);

describe.each(Object.entries(said))("Keras's file of one's own layer and loss, %s", (file, keras) => {
  const open = () =>
    loadModel(fixture(file), { customObjects: { layers: [residualBlock], losses: [focalLoss] } });

  it("predicts what it predicts in Keras", async () => {
    const { data } = await (await open()).predict(x);
    for (const [i, value] of data.entries()) expect(value).toBeCloseTo(keras.predictions[i] ?? Number.NaN, 5);
  });

  it("goes through Keras's next steps, with the optimizer's state and the options of the loss", async () => {
    const model = await open();
    const { history } = await model.fit(x, y, { batchSize: 24, epochs: 3, verbose: 0 });
    expect(history.loss).toHaveLength(3);
    for (const [i, loss] of (history.loss ?? []).entries()) expect(loss).toBeCloseTo(keras.losses[i] ?? 0, 4);
  });
});
