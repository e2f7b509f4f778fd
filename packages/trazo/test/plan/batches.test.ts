import { describe, expect, it } from "vitest";
import { layers, nodeRuntime, optimizers, Sequential, takeRows, tensor } from "../../src/index.js";
import { noise, oneHot } from "../model/tiny.js";

const [side, whole, part] = [28, 32, 8];
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const x = tensor("float32", [whole + part, side, side, 1], noise((whole + part) * side * side));
const y = oneHot(
  range(0, whole + part).map((i) => i % 3),
  3,
);
async function network(threads: number): Promise<Sequential> {
  const model = new Sequential(
    [
      layers.input({ shape: [side, side, 1] }),
      layers.conv2d({ filters: 6, kernelSize: 5, activation: "relu" }),
      layers.averagePooling2d(),
      layers.conv2d({ filters: 16, kernelSize: 5, activation: "relu" }),
      layers.averagePooling2d(),
      layers.flatten(),
      layers.dense({ units: 64, activation: "relu" }),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
    { seed: 4, runtime: await nodeRuntime({ threads, engine: "plan" }) },
  );
  model.compile({ optimizer: optimizers.sgd({ learningRate: 0.1 }), loss: "categoricalCrossentropy" });
  return model;
}

/** So that a resumed training, whose first batch may be the last of an epoch, ends with the bytes of one that ran through. */
describe.each([1, 2])("a partial batch, %i threads", (threads) => {
  it("trains to the same bytes whether or not a whole one came before", async () => {
    const [both, first, second] = [await network(threads), await network(threads), await network(threads)];
    const fit = (model: Sequential, rows: number[]) =>
      model.fit(takeRows(x, rows), takeRows(y, rows), { batchSize: whole, verbose: 0, shuffle: false });
    await fit(both, range(0, whole + part));
    await fit(first, range(0, whole));
    second.setWeights(first.getWeights());
    await fit(second, range(whole, whole + part));
    expect(second.getWeights()).toEqual(both.getWeights());
  });

  it("is predicted to the same bytes whatever sizes came before", async () => {
    const [alone, after] = [await network(threads), await network(threads)];
    const predict = async (model: Sequential, rows: number) =>
      (await model.predict(takeRows(x, range(0, rows)))).data;
    const expected = await predict(alone, part);
    for (const rows of [32, 16, 20, 12, 24, 4]) await predict(after, rows);
    expect(await predict(after, part)).toEqual(expected);
  });
});
