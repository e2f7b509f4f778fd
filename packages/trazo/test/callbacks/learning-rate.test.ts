import { describe, expect, it } from "vitest";
import {
  learningRateScheduler,
  type ReduceLROnPlateauOptions,
  reduceLROnPlateau,
} from "../../src/callbacks/index.js";
import { layers, optimizers, type Sequential, schedules, sequential } from "../../src/index.js";
import { smallData } from "../model/tiny.js";
import { epochsOf, play, ScriptedModel } from "./drive.js";

const reduced = (options: ReduceLROnPlateauOptions, values: readonly number[], key = "val_loss") =>
  play([reduceLROnPlateau(options)], { epochs: epochsOf(key, values) });

describe("reduceLROnPlateau", () => {
  it("lowers the rate after patience epochs without improvement, in Keras's words and float32", async () => {
    const { text, rates, model, logs } = await reduced(
      { factor: 0.2, patience: 2, minLr: 0.00001, verbose: 1 },
      [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
    );
    expect(text).toBe(
      "\nEpoch 3: ReduceLROnPlateau reducing learning rate to 0.00020000000949949026.\n" +
        "\nEpoch 5: ReduceLROnPlateau reducing learning rate to 4.0000001899898055e-05.\n" +
        "\nEpoch 7: ReduceLROnPlateau reducing learning rate to 1e-05.\n",
    );
    expect(rates.map((rate) => Number(rate.toPrecision(5)))).toEqual([
      0.001, 0.001, 0.001, 0.0002, 0.0002, 0.00004, 0.00004, 0.00001, 0.00001, 0.00001, 0.00001,
    ]);
    expect(model.optimizer.learningRate).toBe(0.00001);
    // The rate in force during the epoch, as float32.
    expect(logs[2]?.lr).toBe(Math.fround(0.001));
    expect(logs[3]?.lr).toBe(Math.fround(Math.fround(0.001) * 0.2));
  });

  it("lets the count start again at an improvement above minDelta", async () => {
    expect((await reduced({ patience: 2 }, [1, 1.1, 0.9, 1, 0.8])).model.optimizer.learningRate).toBe(0.001);
    // Steps of less than the default 1e-4 are none.
    expect((await reduced({ patience: 2 }, [1, 0.99995, 0.9999])).model.optimizer.learningRate).toBeCloseTo(
      1e-4,
      9,
    );
    const small = { patience: 2, minDelta: 0 };
    expect((await reduced(small, [1, 0.99995, 0.9999])).model.optimizer.learningRate).toBe(0.001);
  });

  it("waits through a cooldown after each reduction", async () => {
    const values = [1, 1, 1, 1, 1, 1, 1, 1];
    const halved = async (cooldown: number) =>
      (await reduced({ factor: 0.5, patience: 1, cooldown }, values)).rates.map((rate) =>
        Math.round(Math.log2(0.001 / rate)),
      );
    expect(await halved(0)).toEqual([0, 0, 1, 2, 3, 4, 5, 6]);
    // Keras counts the epoch in which the cooldown reaches 0 again.
    expect(await halved(2)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  });

  it("takes larger accuracies for better", async () => {
    const options = { monitor: "val_accuracy", patience: 2 };
    expect((await reduced(options, [0.1, 0.2, 0.3, 0.4], "val_accuracy")).model.optimizer.learningRate).toBe(
      0.001,
    );
  });

  it("waits ten epochs and divides by ten by default", async () => {
    const { rates, model } = await reduced(
      {},
      Array.from({ length: 11 }, () => 1),
    );
    expect(new Set(rates)).toEqual(new Set([0.001]));
    expect(model.optimizer.learningRate).toBeCloseTo(0.0001, 10);
  });

  it("starts afresh with every training", async () => {
    const callback = reduceLROnPlateau({ patience: 2 });
    const model = new ScriptedModel();
    await play([callback], { epochs: epochsOf("val_loss", [0.1, 0.1]) }, model);
    await play([callback], { epochs: epochsOf("val_loss", [0.9, 0.9]) }, model);
    expect(model.optimizer.learningRate).toBe(0.001);
  });

  it("warns when what it watches is not there", async () => {
    const { text, logs } = await reduced({}, [1], "loss");
    expect(text).toMatch(/ReduceLROnPlateau watches "val_loss", which is not available. Available: loss, lr/);
    expect(logs[0]?.lr).toBe(Math.fround(0.001));
  });

  it.each([
    [{ factor: 1 }, /^ReduceLROnPlateau factor must be a finite number above 0 and below 1, but got 1/],
    [{ factor: Number.NaN }, /factor .* got NaN/],
    [{ patience: Number.NaN }, /^ReduceLROnPlateau patience must be an integer of at least 0, but got NaN/],
    [{ cooldown: -1 }, /^ReduceLROnPlateau cooldown .* got -1/],
    [{ minDelta: Number.NaN }, /^ReduceLROnPlateau minDelta must be a number, but got NaN/],
    [{ minLr: Number.NaN }, /^ReduceLROnPlateau minLr must be a number, but got NaN/],
  ])("refuses %o", (options, message) => {
    expect(() => reduceLROnPlateau(options)).toThrow(message);
  });
});

describe("a learning rate that a schedule decides", () => {
  const [x, y] = smallData(8);
  const scheduled = (): Sequential => {
    const model = sequential([
      layers.input({ shape: x.shape.slice(1) }),
      layers.flatten(),
      layers.dense({ units: y.shape[1] as number, activation: "softmax" }),
    ]);
    const learningRate = schedules.exponentialDecay({
      initialLearningRate: 0.1,
      decaySteps: 10,
      decayRate: 0.9,
    });
    model.compile({ optimizer: optimizers.adam({ learningRate }), loss: "categoricalCrossentropy" });
    return model;
  };

  it.each([
    ["ReduceLROnPlateau", reduceLROnPlateau()],
    ["LearningRateScheduler", learningRateScheduler({ schedule: () => 0.1 })],
  ])("is refused with %s before anything is written or trained", async (name, callback) => {
    const model = scheduled();
    const weights = model.getWeights();
    const called: string[] = [];
    const first = { onTrainBegin: () => void called.push("begin") };
    const attempt = model.fit(x, y, { epochs: 9, verbose: 0, callbacks: [first, callback] });
    await expect(attempt).rejects.toThrow(
      `${name} sets the learning rate, but the optimizer's schedule ExponentialDecay already decides it`,
    );
    expect(called).toEqual([]);
    expect(model.getWeights()).toEqual(weights);
    // They have nothing to set there.
    await model.evaluate(x, y, { callbacks: [callback] });
  });
});

describe("learningRateScheduler", () => {
  it("sets the rate at every epoch's beginning, given the one in force as Keras's float32", async () => {
    const asked: [number, number][] = [];
    const scheduler = learningRateScheduler({
      schedule(epoch, rate) {
        asked.push([epoch, rate]);
        return epoch === 2 ? rate : 0.0005;
      },
      verbose: 1,
    });
    const { rates, logs, text } = await play([scheduler], { epochs: [{}, {}, {}], initialEpoch: 2 });
    expect(asked).toEqual([
      [2, 0.0010000000474974513],
      [3, 0.0010000000474974513],
      [4, Math.fround(0.0005)],
    ]);
    expect(rates).toEqual([0.0010000000474974513, 0.0005, 0.0005]);
    expect(logs.map(({ lr }) => lr)).toEqual([0.001, 0.0005, 0.0005].map(Math.fround));
    expect(text).toBe(
      "\nEpoch 3: LearningRateScheduler setting learning rate to 0.0010000000474974513.\n" +
        "\nEpoch 4: LearningRateScheduler setting learning rate to 0.0005.\n" +
        "\nEpoch 5: LearningRateScheduler setting learning rate to 0.0005.\n",
    );
  });

  it.each([
    ["0.00001", 0.00001, "1e-05"],
    ["1", 1, "1.0"],
    ["0.1", 0.1, "0.1"],
  ])("writes %s as Python does", async (_, rate, written) => {
    const { text } = await play([learningRateScheduler({ schedule: () => rate, verbose: 1 })], {
      epochs: [{}],
    });
    expect(text).toBe(`\nEpoch 1: LearningRateScheduler setting learning rate to ${written}.\n`);
  });

  it("refuses what is no rate, naming the epoch", async () => {
    const scheduler = learningRateScheduler({ schedule: (epoch) => (epoch === 1 ? Number.NaN : 0.1) });
    await expect(play([scheduler], { epochs: [{}, {}] })).rejects.toThrow(
      /LearningRateScheduler: the schedule gave NaN for epoch 1/,
    );
  });
});
