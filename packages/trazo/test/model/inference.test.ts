import { describe, expect, it } from "vitest";
import { type Callback, divide, layers, losses, sequential, tensor } from "../../src/index.js";
import { column, noise, oneHot, runtime, smallData, smallNet } from "./tiny.js";

const [x, y] = smallData(11);

function compiled() {
  const model = smallNet();
  model.compile({ loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  return model;
}

describe("predict", () => {
  it("gives the same whatever the batch size, in the order of the samples", async () => {
    const model = smallNet();
    const whole = await model.predict(x, { batchSize: 11 });
    expect(whole.shape).toEqual([11, 3]);
    for (const batchSize of [1, 4, 32]) {
      const { data } = await model.predict(x, { batchSize });
      for (const [i, value] of data.entries()) expect(value).toBeCloseTo(whole.data[i] as number, 6);
    }
    for (let row = 0; row < 11; row++) {
      expect(whole.data.slice(row * 3, row * 3 + 3).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    }
  });

  it("needs no compile, and takes no samples at all", async () => {
    const none = await smallNet().predict(tensor("float32", [0, 4, 4, 1], new Float32Array(0)));
    expect(none.shape).toEqual([0, 3]);
  });

  it("takes bytes with a divisor for the floats that they stand for", async () => {
    const bytes = Uint8Array.from({ length: 32 }, (_, i) => i * 8);
    const floats = tensor(
      "float32",
      [2, 4, 4, 1],
      Float32Array.from(bytes, (byte) => byte / 255),
    );
    const model = smallNet();
    const fromBytes = await model.predict(divide(tensor("uint8", [2, 4, 4, 1], bytes), 255));
    expect([...fromBytes.data]).toEqual([...(await model.predict(floats)).data]);
  });

  it("tells its callbacks of every batch", async () => {
    const told: string[] = [];
    const spy: Callback = {
      onPredictBegin: () => void told.push("begin"),
      onPredictBatchBegin: (batch) => void told.push(`batch ${batch}`),
      onPredictBatchEnd: (batch) => void told.push(`end of ${batch}`),
      onPredictEnd: () => void told.push("end"),
      setParams: ({ steps, samples, batchSize }) => void told.push(`${samples} by ${batchSize} in ${steps}`),
    };
    await smallNet().predict(x, { batchSize: 6, callbacks: [spy] });
    expect(told).toEqual(["11 by 6 in 2", "begin", "batch 0", "end of 0", "batch 1", "end of 1", "end"]);
  });
});

describe("evaluate", () => {
  it("gives the loss and accuracy of the predictions, whatever the batch size", async () => {
    const model = compiled();
    const { data } = await model.predict(x);
    let loss = 0;
    let right = 0;
    for (let row = 0; row < 11; row++) {
      const label = y.data.slice(row * 3, row * 3 + 3).indexOf(1);
      const p = [...data.slice(row * 3, row * 3 + 3)];
      loss -= Math.log(p[label] as number);
      if (p.indexOf(Math.max(...p)) === label) right++;
    }
    for (const batchSize of [1, 4, 11, 32]) {
      const scores = await model.evaluate(x, y, { batchSize });
      expect(Object.keys(scores)).toEqual(["loss", "accuracy"]);
      expect(scores.loss).toBeCloseTo(loss / 11, 5);
      expect(scores.accuracy).toBeCloseTo(right / 11, 10);
    }
  });

  it("changes neither the weights nor the optimizer", async () => {
    const model = compiled();
    const before = model.getWeights();
    await model.evaluate(x, y);
    expect(model.getWeights()).toEqual(before);
    expect(model.optimizer.iterations).toBe(0);
  });

  it("stops after so many steps", async () => {
    const model = compiled();
    const first = await model.evaluate(x, y, { batchSize: 4, steps: 1 });
    const four = [
      tensor("float32", [4, 4, 4, 1], x.data.slice(0, 64)),
      tensor("float32", [4, 3], y.data.slice(0, 12)),
    ] as const;
    expect(first).toEqual(await model.evaluate(...four));
  });

  it("agrees for one-hot targets and class numbers of every type", async () => {
    const labels = [0, 2, 1, 1, 2];
    const images = tensor("float32", [5, 4, 4, 1], noise(80));
    const model = compiled();
    const wanted = await model.evaluate(images, oneHot(labels, 3));
    model.compile({ loss: losses.sparseCategoricalCrossentropy(), metrics: ["accuracy"] });
    const forms = [
      tensor("uint8", [5], Uint8Array.from(labels)),
      tensor("int32", [5, 1], Int32Array.from(labels)),
      tensor("int64", [5], BigInt64Array.from(labels, BigInt)),
      tensor("float32", [5], Float32Array.from(labels)),
    ];
    for (const form of forms) {
      const scores = await model.evaluate(images, form);
      expect(scores.loss).toBeCloseTo(wanted.loss as number, 6);
      expect(scores.accuracy).toBe(wanted.accuracy);
    }
  });

  it("takes [n] for the [n, 1] of a single output, as Keras does", async () => {
    const model = sequential([layers.dense({ units: 1, activation: "sigmoid", inputShape: [1] })], {
      seed: 1,
      runtime,
    });
    model.compile({ loss: "binaryCrossentropy", metrics: ["accuracy"] });
    const inputs = column([-1, 0.5, 2]);
    const flat = tensor("uint8", [3], Uint8Array.of(0, 1, 1));
    expect(await model.evaluate(inputs, flat)).toEqual(await model.evaluate(inputs, column([0, 1, 1])));
  });
});
