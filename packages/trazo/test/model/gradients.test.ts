import { describe, expect, it } from "vitest";
import {
  apply,
  gradCam,
  layers,
  type Model,
  model,
  saliency,
  sequential,
  type Tensor,
  tensor,
} from "../../src/index.js";
import { noise, runtime, smallData } from "./tiny.js";

function net(): Model {
  const x = layers.input({ shape: [4, 4, 2] });
  const conv = layers.conv2d({
    filters: 3,
    kernelSize: 3,
    padding: "same",
    activation: "tanh",
    name: "maps",
  });
  const flat = apply(layers.flatten(), apply(conv, x));
  return model({
    inputs: x,
    outputs: apply(layers.dense({ units: 3, name: "scores" }), flat),
    seed: 4,
    runtime,
  });
}
const x = tensor("float32", [2, 4, 4, 2], noise(64, 9));

describe("gradients", () => {
  it("of a score at the inputs are those of finite differences", async () => {
    const made = net();
    const { shape, data } = await made.gradients(x, { of: 1 });
    expect(shape).toEqual([2, 4, 4, 2]);
    const score = async (values: Float32Array, sample: number): Promise<number> =>
      (await made.predict(tensor("float32", [2, 4, 4, 2], values))).data[3 * sample + 1] as number;
    for (const i of [0, 7, 31, 32, 50, 63]) {
      const [up, down] = [x.data.slice(), x.data.slice()];
      up[i] = (up[i] as number) + 1e-2;
      down[i] = (down[i] as number) - 1e-2;
      const sample = Math.floor(i / 32);
      const slope = ((await score(up, sample)) - (await score(down, sample))) / 2e-2;
      expect(data[i]).toBeCloseTo(slope, 3);
    }
  });

  it("at a layer before a dense one are its kernel's column, and by default of the highest score", async () => {
    const made = net();
    const kernel = made.getLayer("scores").getWeights()[0] as Float32Array;
    const column = (of: number): number[] =>
      Array.from({ length: 48 }, (_, i) => kernel[3 * i + of] as number);
    const asked = await made.gradients(x, { of: 2, at: "maps" });
    expect([...asked.data.slice(48)]).toEqual(column(2));
    const { data: scores } = await made.predict(x);
    const best = [0, 1, 2].reduce((a, b) => ((scores[b] as number) > (scores[a] as number) ? b : a));
    expect([...(await made.gradients(x, { at: "maps" })).data.slice(0, 48)]).toEqual(column(best));
  });

  it("names a layer and a class that there is not", async () => {
    await expect(net().gradients(x, { at: "other" })).rejects.toThrow(/no layer "other".*maps/);
    await expect(net().gradients(x, { of: 3 })).rejects.toThrow(
      /of must be the number of an output, 0 to 2, but is 3/,
    );
  });
});

describe("gradCam and saliency", () => {
  /** With so large weights that it is sure: its probabilities are 1 and 0. */
  function sure(activation: "softmax" | "linear"): Model {
    const made = sequential(
      [
        layers.input({ shape: [4, 4, 2] }),
        layers.conv2d({ filters: 3, kernelSize: 3, padding: "same", activation: "relu", name: "maps" }),
        layers.flatten(),
        layers.dense({ units: 3, activation, name: "scores" }),
      ],
      { seed: 4, runtime },
    );
    const [kernel = new Float32Array(0), bias = new Float32Array(0)] = made.getLayer("scores").getWeights();
    made.getLayer("scores").setWeights([kernel.map((weight) => 200 * weight), bias]);
    return made;
  }

  it("ask for the score before a softmax, which says nothing more once a model is sure", async () => {
    const [softmax, linear] = [sure("softmax"), sure("linear")];
    const { data: probabilities } = await softmax.predict(x);
    expect(Math.max(...probabilities)).toBe(1);
    for (const show of [gradCam, saliency]) {
      const expected = await show(linear, x);
      expect(Math.max(...expected.data)).toBe(1);
      expect(await show(softmax, x)).toEqual(expected);
    }
  });

  it("weigh the maps of a layer as by hand", async () => {
    const made = sure("softmax");
    const { data: maps } = await made.upTo("maps").predict(x);
    const [kernel = new Float32Array(0)] = made.getLayer("scores").getWeights();
    const { data: heat } = await gradCam(made, x, { of: 1, at: "maps" });
    const share = [0, 1, 2].map((map) =>
      Array.from({ length: 16 }, (_, place) => kernel[3 * (3 * place + map) + 1] as number).reduce(
        (sum, weight) => sum + weight / 16,
        0,
      ),
    );
    const byHand = Array.from({ length: 16 }, (_, place) =>
      Math.max(
        0,
        share.reduce((sum, weight, map) => sum + weight * (maps[3 * place + map] as number), 0),
      ),
    );
    const most = Math.max(...byHand);
    expect(most).toBeGreaterThan(0);
    for (const [place, value] of byHand.entries()) expect(heat[place]).toBeCloseTo(value / most, 4);
  });

  /** The score of class 0 is the sum of the upper left quarter of the pictures. */
  function corner(): Model {
    const made = sequential(
      [
        layers.input({ shape: [4, 4, 1] }),
        layers.conv2d({ filters: 1, kernelSize: 1, useBias: false }),
        layers.flatten(),
        layers.dense({ units: 2, useBias: false }),
      ],
      { seed: 1, runtime },
    );
    const weights = new Float32Array(32);
    for (const i of [0, 1, 4, 5]) weights[2 * i] = 1;
    made.setWeights([Float32Array.of(1), weights]);
    return made;
  }
  const ones: Tensor = tensor("float32", [1, 4, 4, 1], new Float32Array(16).fill(1));

  it("show the pixels on which a score depends", async () => {
    const { shape, data } = await saliency(corner(), ones, { of: 0 });
    expect(shape).toEqual([1, 4, 4]);
    expect([...data]).toEqual([1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it("weighs feature maps by the mean of their gradients, and shows what speaks for the class", async () => {
    const bright = tensor(
      "float32",
      [1, 4, 4, 1],
      Float32Array.from({ length: 16 }, (_, i) => i - 4),
    );
    const { shape, data } = await gradCam(corner(), bright, { of: 0 });
    expect(shape).toEqual([1, 4, 4]);
    for (let i = 0; i < 16; i++) expect(data[i]).toBeCloseTo(Math.max(0, i - 4) / 11, 6);
    expect([...(await gradCam(corner(), bright, { of: 1 })).data]).toEqual(new Array(16).fill(0));
  });
});

describe("gradients of a model of several inputs and outputs", () => {
  const [pixels, size] = [
    layers.input({ shape: [4, 4, 2], name: "pixels" }),
    layers.input({ shape: [3], name: "size" }),
  ];
  const maps = apply(layers.conv2d({ filters: 3, kernelSize: 3, activation: "tanh", name: "maps" }), pixels);
  const both = apply(layers.concatenate(), [apply(layers.flatten(), maps), size]);
  const scores = apply(layers.dense({ units: 2, name: "scores" }), both);
  const other = apply(layers.dense({ units: 4, name: "other" }), both);
  const made = model({ inputs: [pixels, size], outputs: [scores, other], seed: 4, runtime });
  const sizes = tensor("float32", [2, 3], noise(6, 4));

  it("are those at any input, of a score of any output", async () => {
    for (const [output, units] of [
      ["scores", 2],
      ["other", 4],
    ] as const) {
      const kernel = made.getLayer(output).getWeights()[0] as Float32Array;
      const column = [12, 13, 14].map((row) => kernel[units * row + 1]);
      const slopes = await made.gradients([x, sizes], { of: 1, at: "size", output });
      expect([...slopes.data]).toEqual([...column, ...column]);
    }
    const { shape } = await made.gradients({ pixels: x, size: sizes }, { of: 3, output: "other" });
    expect(shape).toEqual([2, 4, 4, 2]);
    await expect(made.gradients([x, sizes], { output: "third" })).rejects.toThrow(
      /no output "third". Its outputs are scores, other/,
    );
    await expect(made.gradients(x)).rejects.toThrow(/gradients: the model has 2 inputs, pixels, size/);
  });

  it("show where a model looks", async () => {
    expect((await gradCam(made, [x, sizes], { of: 0, output: "other" })).shape).toEqual([2, 2, 2]);
    expect((await saliency(made, [x, sizes], { of: 0 })).shape).toEqual([2, 4, 4]);
    await expect(saliency(made, [x, sizes], { at: "size" })).rejects.toThrow(/saliency takes pictures/);
  });
});

describe("steps of one's own", () => {
  const make = () => {
    const made = sequential(
      [layers.flatten({ inputShape: [4, 4, 1] }), layers.dense({ units: 3, activation: "softmax" })],
      {
        seed: 1,
        runtime,
      },
    );
    made.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
    return made;
  };

  it("are those of fit", async () => {
    const [images, targets] = smallData(12);
    const [steps, whole] = [make(), make()];
    const logs = [];
    for (let i = 0; i < 3; i++) logs.push(await steps.trainOnBatch(images, targets));
    const { history } = await whole.fit(images, targets, {
      batchSize: 12,
      epochs: 3,
      shuffle: false,
      verbose: 0,
    });
    expect(logs.map(({ loss }) => loss)).toEqual(history.loss);
    expect(logs.map(({ accuracy }) => accuracy)).toEqual(history.accuracy);
    expect(steps.getWeights()).toEqual(whole.getWeights());
    expect(steps.optimizer.iterations).toBe(3);
    expect(await steps.testOnBatch(images, targets)).toEqual(
      await whole.evaluate(images, targets, { batchSize: 12 }),
    );
    expect(await steps.predictOnBatch(images)).toEqual(await whole.predict(images));
  });
});
