import { expect, it } from "vitest";
import { layers, loadModel, nodeRuntime, optimizers, sequential } from "../../src/index.js";
import { endings, reopened } from "../contract/reopened.js";
import {
  kerasFixture,
  largestDeviation,
  readKerasFixture,
  type StoredTensor,
  stored,
} from "../fixtures/keras/keras-fixtures.js";
import { oneHot } from "../model/tiny.js";

interface Files {
  readonly x: StoredTensor;
  readonly predictions: Readonly<Record<string, StoredTensor>>;
}

const runtime = nodeRuntime({ threads: 1 });
const { x, predictions } = readKerasFixture<Files>("classes/channels-first.json");

it.each(Object.keys(predictions))(
  "%s, whose images have their channels first, predicts, trains and is saved",
  async (file) => {
    const model = await loadModel(kerasFixture(`classes/${file}`), { runtime });
    const wanted = predictions[file]?.data ?? [];
    expect(model.inputShape).toEqual([2, 8, 7]);
    expect(largestDeviation((await model.predict(stored(x))).data, wanted)).toBeLessThan(1e-5);
    for (const ending of endings) {
      const again = await reopened(model, ending, { runtime });
      expect(largestDeviation((await again.predict(stored(x))).data, wanted)).toBeLessThan(1e-5);
      await again.dispose();
    }
    model.compile({ optimizer: optimizers.adam({ learningRate: 0.01 }), loss: "mse" });
    const { history } = await model.fit(stored(x), oneHot([0, 1, 0], 2), { epochs: 15, verbose: 0 });
    // Half of the channels are dropped at random, so that single epochs may be worse.
    const [first = 0, ...later] = history.loss ?? [];
    expect(Math.min(...later)).toBeLessThan(first / 2);
    await model.dispose();
  },
);

it("models that are built here have their channels last", () => {
  const options = { filters: 1, kernelSize: 1, dataFormat: "channels_first" } as const;
  expect(() => sequential([layers.conv2d({ ...options, inputShape: [1, 4, 4] } as never)])).toThrow(
    /Conv2D has no option "dataFormat"/,
  );
});
