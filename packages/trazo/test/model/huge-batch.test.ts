import { describe, expect, it } from "vitest";
import { imageDataGenerator, layers, type Sequential, sequential } from "../../src/index.js";
import { withBatchesOf } from "../../src/model/out-of-memory.js";
import { smallData } from "./tiny.js";

const [x, y] = smallData(20);
const huge = 1_000_000_000;

function network(): Sequential {
  const model = sequential(
    [
      layers.input({ shape: x.shape.slice(1) }),
      layers.flatten(),
      layers.dropout({ rate: 0.5 }),
      layers.dense({ units: y.shape[1] as number, activation: "softmax" }),
    ],
    { seed: 1 },
  );
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
  return model;
}

describe("a batch size beyond the number of samples", () => {
  it("trains, evaluates and predicts as one batch of them all", async () => {
    const [all, more] = [network(), network()];
    await all.fit(x, y, { batchSize: 20, epochs: 2, verbose: 0, validationData: [x, y] });
    await more.fit(x, y, { batchSize: huge, epochs: 2, verbose: 0, validationData: [x, y] });
    expect(more.getWeights()).toEqual(all.getWeights());
    expect(await more.evaluate(x, y, { batchSize: huge })).toEqual(
      await all.evaluate(x, y, { batchSize: 20 }),
    );
    expect(await more.predict(x, { batchSize: huge })).toEqual(await all.predict(x, { batchSize: 20 }));
  });

  it("trains with varied images, too", async () => {
    const flow = imageDataGenerator({ rotationRange: 10 }).flow(x, y, { batchSize: huge });
    const { history } = await network().fit(flow, { verbose: 0 });
    expect(history.loss).toHaveLength(1);
  });
});

describe("memory that is not enough", () => {
  it.each([
    new RangeError("Array buffer allocation failed"),
    new RangeError("Invalid typed array length: 784000000000"),
    new Error(
      "Non-zero status code returned while running Conv node. Failed to allocate memory for requested buffer of size 9",
    ),
    new Error("std::bad_alloc"),
  ])("is said in words: %s", async (cause) => {
    await expect(withBatchesOf(48_000, () => Promise.reject(cause))).rejects.toThrow(
      "There is not enough memory for batches of 48,000 samples. Choose a smaller batch size.",
    );
  });

  it("does not hide other errors", async () => {
    const other = new RangeError("Maximum call stack size exceeded");
    await expect(withBatchesOf(1, () => Promise.reject(other))).rejects.toBe(other);
  });
});
