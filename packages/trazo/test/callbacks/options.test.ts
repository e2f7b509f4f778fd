import { describe, expect, it } from "vitest";
import { callbacks, TrazoError } from "../../src/index.js";

/** As a caller without types may pass them. */
const untyped = callbacks as unknown as Readonly<Record<string, (options?: object) => callbacks.Callback>>;

describe("options of callbacks", () => {
  it.each([
    ["learningRateScheduler", {}, "LearningRateScheduler schedule must be a function, but got nothing"],
    [
      "learningRateScheduler",
      { schedule: 0.1 },
      "LearningRateScheduler schedule must be a function, but got 0.1",
    ],
    ["earlyStopping", { monitor: 3 }, "EarlyStopping monitor must be a text, but got 3"],
    ["earlyStopping", { verbose: "loud" }, 'EarlyStopping verbose must be 0 or 1, but got "loud"'],
    ["earlyStopping", { restoreBestWeights: 1 }, "restoreBestWeights must be true or false, but got 1"],
    [
      "reduceLROnPlateau",
      { factor: "0.1" },
      'ReduceLROnPlateau factor must be a finite number above 0 and below 1, but got "0.1"',
    ],
    ["reduceLROnPlateau", { minLR: 0.1 }, "Did you mean minLr?"],
    ["modelCheckpoint", {}, "ModelCheckpoint filepath must be a path or a file: URL, but got nothing"],
    [
      "modelCheckpoint",
      { filepath: "m.h5", saveFreq: "batch" },
      'saveFreq must be "epoch" or a positive integer, but got "batch"',
    ],
    ["csvLogger", {}, "CSVLogger filename must be a path or a file: URL, but got nothing"],
    [
      "csvLogger",
      { filename: "log.csv", append: "yes" },
      'CSVLogger append must be true or false, but got "yes"',
    ],
    ["jsonLinesLogger", { filename: "" }, "jsonLinesLogger filename must be a path, but is empty"],
    ["tensorBoard", { logDir: 1 }, "TensorBoard logDir must be a path or a file: URL, but got 1"],
    ["progress", { now: 0 }, "progress now must be a function, but got 0"],
  ])("%s refuses %o", (name, options, message) => {
    const make = () => untyped[name]?.(options);
    expect(make).toThrow(TrazoError);
    expect(make).toThrow(message);
  });

  it("takes null as left out, and any verbosity of Keras", () => {
    expect(() => untyped.earlyStopping?.({ baseline: null, mode: null, verbose: true })).not.toThrow();
    expect(() => untyped.reduceLROnPlateau?.({ verbose: 2 })).not.toThrow();
  });
});

describe("the saved state of callbacks that watch for a plateau", () => {
  it("is the one that earlier versions wrote", () => {
    const stopping = callbacks.earlyStopping();
    const before = { best: 0.5, bestEpoch: 3, wait: 2, stoppedEpoch: 0, bestWeights: null };
    stopping.setState?.(before);
    expect(stopping.getState?.()).toEqual(before);
    const reducing = callbacks.reduceLROnPlateau();
    reducing.setState?.({ best: 0.25, wait: 1, coolingDown: 4 });
    expect(reducing.getState?.()).toEqual({ best: 0.25, wait: 1, coolingDown: 4 });
  });
});
