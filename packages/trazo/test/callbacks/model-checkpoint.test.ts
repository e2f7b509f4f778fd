import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type ModelCheckpointOptions, modelCheckpoint } from "../../src/callbacks/index.js";
import { loadModel, optimizers, TrazoError } from "../../src/index.js";
import { smallData, smallNet } from "../model/tiny.js";
import { epochsOf, play, ScriptedModel } from "./drive.js";

const best = (options: Partial<ModelCheckpointOptions> = {}) =>
  modelCheckpoint({
    filepath: "best_model.h5",
    monitor: "val_accuracy",
    saveBestOnly: true,
    verbose: 1,
    ...options,
  });

describe("modelCheckpoint", () => {
  it("keeps the best only, and says so in Keras's words", async () => {
    const checkpoint = best();
    const { model, text } = await play([checkpoint], {
      epochs: epochsOf("val_accuracy", [0.9715, 0.98892, 0.98892, 0.989]),
    });
    expect(text).toBe(
      "\nEpoch 1: val_accuracy improved from -inf to 0.97150, saving model to best_model.h5\n" +
        "\nEpoch 2: val_accuracy improved from 0.97150 to 0.98892, saving model to best_model.h5\n" +
        "\nEpoch 3: val_accuracy did not improve from 0.98892\n" +
        "\nEpoch 4: val_accuracy improved from 0.98892 to 0.98900, saving model to best_model.h5\n",
    );
    expect(model.saved).toHaveLength(3);
    expect(checkpoint.best).toBe(0.989);
    expect(checkpoint.saved).toEqual({ epoch: 3, path: "best_model.h5" });
  });

  it("rounds as Python does: halves to the even digit", async () => {
    // 61/64 = 0.953125 and 63/64 = 0.984375 lie exactly between two numbers of five digits.
    const { text } = await play([best()], { epochs: epochsOf("val_accuracy", [61 / 64, 63 / 64]) });
    expect(text).toContain("from -inf to 0.95312,");
    expect(text).toContain("from 0.95312 to 0.98438,");
  });

  it.each([
    ["val_loss", [0.5, 0.6, 0.4], [1, 3], "inf"],
    ["val_accuracy", [0.5, 0.6, 0.4], [1, 2], "-inf"],
    ["acc", [0.5, 0.6, 0.4], [1, 2], "-inf"],
  ] as const)("by itself knows what is better for %s", async (monitor, values, savedAfter, start) => {
    const { model, text } = await play([best({ monitor, filepath: "{epoch}.h5" })], {
      epochs: epochsOf(monitor, values),
    });
    expect(model.saved).toEqual(savedAfter.map((epoch) => `${epoch}.h5`));
    expect(text).toContain(`improved from ${start} to 0.50000`);
  });

  it("does what mode says, whatever the name", async () => {
    const epochs = epochsOf("val_accuracy", [0.5, 0.6, 0.4]);
    const { model } = await play([best({ mode: "min", filepath: "{epoch}.h5" })], { epochs });
    expect(model.saved).toEqual(["1.h5", "3.h5"]);
  });

  it("watches val_loss and saves after every epoch by default, silently", async () => {
    const { model, text } = await play([modelCheckpoint({ filepath: "m.h5" })], {
      epochs: epochsOf("val_loss", [1, 2, 3]),
    });
    expect(model.saved).toEqual(["m.h5", "m.h5", "m.h5"]);
    expect(text).toBe("");
  });

  it("without saveBestOnly says what it saves", async () => {
    const { text } = await play([modelCheckpoint({ filepath: "m.h5", verbose: 1 })], { epochs: [{}] });
    expect(text).toBe("\nEpoch 1: saving model to m.h5\n");
  });

  it("fills the path with the epoch from 1 and the logs, in Python's formats", async () => {
    const filepath = "e{epoch:03d}-{val_loss:.2f}-{loss:.1e}.h5";
    const { model } = await play([modelCheckpoint({ filepath })], {
      epochs: [{ loss: 0.00123, val_loss: 0.456 }],
      initialEpoch: 11,
    });
    expect(model.saved).toEqual(["e012-0.46-1.2e-03.h5"]);
  });

  it("writes values in a path as Python does: floats by default, halves to the even digit", async () => {
    const filepath = "{epoch}-{val_accuracy}-{loss}-{loss:8}-{half:.1e}-{half:.2f}.h5";
    const { model } = await play([modelCheckpoint({ filepath })], {
      epochs: [
        { val_accuracy: 1, loss: 0.00001, half: 0.125 },
        { val_accuracy: 0.5, loss: 2, half: -0.375 },
        { val_accuracy: 0.5, loss: Number.NaN, half: 1.25 },
      ],
    });
    expect(model.saved).toEqual([
      "1-1.0-1e-05-   1e-05-1.2e-01-0.12.h5",
      "2-0.5-2.0-     2.0--3.8e-01--0.38.h5",
      "3-0.5-nan-     nan-1.2e+00-1.25.h5",
    ]);
  });

  it("saves the weights alone with saveWeightsOnly", async () => {
    const checkpoint = modelCheckpoint({ filepath: "m.weights.h5", saveWeightsOnly: true });
    expect((await play([checkpoint], { epochs: [{}] })).model.saved).toEqual(["weights: m.weights.h5"]);
  });

  it("with a number as saveFreq counts batches, across epochs", async () => {
    const batches = [{ loss: 3 }, { loss: 2 }, { loss: 1 }];
    const checkpoint = modelCheckpoint({ filepath: "{epoch}-{batch}-{loss}.h5", saveFreq: 2 });
    const { model } = await play([checkpoint], { epochs: [{}, {}], batches });
    expect(model.saved).toEqual(["1-2-2.0.h5", "2-1-3.0.h5", "2-3-1.0.h5"]);
  });

  it("saves only what beats initialValueThreshold", async () => {
    const { text, model } = await play([best({ initialValueThreshold: 0.9 })], {
      epochs: epochsOf("val_accuracy", [0.9, 0.95]),
    });
    expect(text).toMatch(/^\nEpoch 1: val_accuracy did not improve from 0.90000\n/);
    expect(model.saved).toHaveLength(1);
  });

  it("remembers the best over the end of a training, as Keras does", async () => {
    const checkpoint = best();
    const model = new ScriptedModel();
    await play([checkpoint], { epochs: epochsOf("val_accuracy", [0.9]) }, model);
    await play([checkpoint], { epochs: epochsOf("val_accuracy", [0.8, 0.95]) }, model);
    expect(model.saved).toHaveLength(2);
  });

  it("never takes NaN for better", async () => {
    const { model } = await play([best()], {
      epochs: epochsOf("val_accuracy", [Number.NaN, 0.5, Number.NaN]),
    });
    expect(model.saved).toHaveLength(1);
  });

  it("warns and skips when what it watches is not there", async () => {
    const { model, text } = await play([best()], { epochs: [{ loss: 1, accuracy: 0.5 }] });
    expect(model.saved).toEqual([]);
    expect(text).toMatch(
      /ModelCheckpoint watches "val_accuracy", which is not available. Available: loss, accuracy/,
    );
  });

  it("knows a suffix in upper case, as saving does", async () => {
    const written = async (options: ModelCheckpointOptions): Promise<readonly string[]> =>
      (await play([modelCheckpoint(options)], { epochs: [{}] })).model.saved;
    expect(await written({ filepath: "M.H5" })).toEqual(["M.H5"]);
    expect(await written({ filepath: "M.Weights.H5", saveWeightsOnly: true })).toEqual([
      "weights: M.Weights.H5",
    ]);
    expect(() => modelCheckpoint({ filepath: "M.WEIGHTS.H5" })).toThrow(/must end in \.keras or \.h5/);
  });

  it.each([
    [
      "another suffix",
      () => modelCheckpoint({ filepath: "model.json" }),
      /must end in \.keras or \.h5, but got "model.json"/,
    ],
    [
      "a weights file for the whole model",
      () => modelCheckpoint({ filepath: "m.weights.h5" }),
      /must end in \.keras or \.h5, but got/,
    ],
    [
      "a model file for the weights",
      () => modelCheckpoint({ filepath: "m.h5", saveWeightsOnly: true }),
      /must end in \.weights\.h5 \(saveWeightsOnly is set\)/,
    ],
    [
      "another mode",
      () => best({ mode: "maximum" as "max" }),
      /^ModelCheckpoint mode must be one of auto, min, max, but got "maximum"/,
    ],
    [
      "a frequency of NaN",
      () => best({ saveFreq: Number.NaN }),
      /^ModelCheckpoint saveFreq must be "epoch" or a positive integer, but got NaN/,
    ],
    ["a threshold of NaN", () => best({ initialValueThreshold: Number.NaN }), /initialValueThreshold .* NaN/],
  ])("refuses %s", (_, make, message) => {
    expect(make).toThrow(TrazoError);
    expect(make).toThrow(message);
  });

  it.each([
    ["a name that the logs lack", "{val_acc}.h5", /asks for \{val_acc\}, .* Available: val_loss, epoch/],
    ["a format that Python has and this has not", "{epoch:>5}.h5", /a format ":>5" that is not understood/],
    [
      "a whole number's format for a fraction",
      "{val_loss:d}.h5",
      /a format ":d" for 0.5, which is not an integer/,
    ],
    ["more digits than any number has", "{val_loss:.200f}.h5", /a format ":.200f" that is not understood/],
    ["significant digits", "{val_loss:.3}.h5", /a format ":.3" that is not understood/],
  ])("refuses in a path %s", async (_, filepath, message) => {
    const run = play([modelCheckpoint({ filepath })], { epochs: epochsOf("val_loss", [0.5]) });
    await expect(run).rejects.toThrow(message);
  });

  it("puts the zeros of a negative number after its sign", async () => {
    const { model } = await play([modelCheckpoint({ filepath: "{val_loss:07.2f}.h5" })], {
      epochs: epochsOf("val_loss", [-1.5]),
    });
    expect(model.saved).toEqual(["-001.50.h5"]);
  });

  it("in a real training leaves the file of the best epoch, whole", async () => {
    const folder = mkdtempSync(join(tmpdir(), "trazo-checkpoint-"));
    try {
      const path = join(folder, "new", "best.h5");
      const [x, y] = smallData(12);
      const [xVal, yVal] = smallData(9, 5);
      const model = smallNet();
      model.compile({ optimizer: optimizers.adam({ learningRate: 0.1 }), loss: "categoricalCrossentropy" });
      const checkpoint = modelCheckpoint({ filepath: path, saveBestOnly: true });
      const { history } = await model.fit(x, y, {
        epochs: 6,
        validationData: [xVal, yVal],
        callbacks: [checkpoint],
        verbose: 0,
      });
      const lowest = Math.min(...(history.val_loss as number[]));
      expect(checkpoint.best).toBe(lowest);
      expect(readdirSync(join(folder, "new"))).toEqual(["best.h5"]);
      const loaded = await loadModel(path);
      expect((await loaded.evaluate(xVal, yVal)).loss).toBeCloseTo(lowest, 6);
      expect(loaded.optimizer.iterations).toBe((checkpoint.saved?.epoch as number) + 1);
      expect(existsSync(path)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
