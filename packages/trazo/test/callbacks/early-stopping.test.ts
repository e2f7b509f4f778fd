import { describe, expect, it } from "vitest";
import { type EarlyStoppingOptions, earlyStopping } from "../../src/callbacks/index.js";
import { epochsOf, play } from "./drive.js";

const stopped = async (options: EarlyStoppingOptions, values: readonly number[], key = "val_loss") => {
  const callback = earlyStopping(options);
  const { logs, model, text } = await play([callback], { epochs: epochsOf(key, values) });
  return { ran: logs.length, weight: model.weight, text, callback };
};

describe("earlyStopping", () => {
  it("ends training after patience epochs without a better value", async () => {
    const { ran, callback } = await stopped({ patience: 2 }, [1, 0.9, 0.95, 0.9, 0.5, 0.4]);
    expect(ran).toBe(4);
    expect(callback.stoppedEpoch).toBe(3);
    expect(callback.bestEpoch).toBe(1);
  });

  it("ends at the first setback with patience 0 or 1", async () => {
    expect((await stopped({}, [1, 0.9, 0.9, 0.1])).ran).toBe(3);
    expect((await stopped({ patience: 1 }, [1, 0.9, 0.9, 0.1])).ran).toBe(3);
  });

  it("never ends after the first epoch, as in Keras", async () => {
    expect((await stopped({}, [Number.NaN, Number.NaN, 1])).ran).toBe(2);
  });

  it("goes to the end where there is no reason to stop", async () => {
    const { ran, callback, text } = await stopped({ patience: 1, verbose: 1 }, [3, 2, 1]);
    expect(ran).toBe(3);
    expect(callback.stoppedEpoch).toBe(0);
    expect(text).toBe("");
  });

  it("counts only changes above minDelta, whatever its sign", async () => {
    const values = [1, 0.95, 0.85, 0.8, 0.7];
    expect((await stopped({ minDelta: 0.1, patience: 2 }, values)).ran).toBe(5);
    expect((await stopped({ minDelta: -0.3, patience: 2 }, values)).ran).toBe(3);
  });

  it("rounds a change of exactly minDelta as Keras does", async () => {
    // 0.3 + 0.1 is 0.4, which is no improvement; 0.4 - 0.1 is a little more than 0.3.
    expect((await stopped({ minDelta: 0.1, patience: 1 }, [0.4, 0.3, 0.1])).ran).toBe(2);
  });

  it("takes larger accuracies for better", async () => {
    expect(
      (await stopped({ monitor: "val_accuracy", patience: 1 }, [0.5, 0.6, 0.55, 0.9], "val_accuracy")).ran,
    ).toBe(3);
    const lower = { monitor: "val_accuracy", patience: 1, mode: "min" } as const;
    expect((await stopped(lower, [0.5, 0.6, 0.55, 0.9], "val_accuracy")).ran).toBe(2);
  });

  it("starts counting again only for values that beat the baseline", async () => {
    // All improve, but not below 0.5: Keras only stops at one that does not improve.
    expect((await stopped({ baseline: 0.5, patience: 2 }, [0.9, 0.8, 0.85, 0.1])).ran).toBe(3);
    expect((await stopped({ baseline: 0.85, patience: 2 }, [0.9, 0.8, 0.85, 0.1])).ran).toBe(4);
  });

  it("looks at nothing before startFromEpoch", async () => {
    const { ran, callback } = await stopped(
      { startFromEpoch: 3, patience: 1 },
      [0.1, 0.5, 0.6, 0.7, 0.65, 0.66, 0.1],
    );
    expect(ran).toBe(6);
    expect(callback.bestEpoch).toBe(4);
  });

  it("puts the best weights back when it stops, in Keras's words", async () => {
    const { weight, text } = await stopped(
      { patience: 2, restoreBestWeights: true, verbose: 1 },
      [3, 1, 2, 2, 0],
    );
    expect(weight).toBe(1);
    expect(text).toBe(
      "Epoch 4: early stopping\nRestoring model weights from the end of the best epoch: 2.\n",
    );
  });

  it("puts them back at the last epoch too, as Keras 3 does, and keeps the last ones unless asked", async () => {
    expect((await stopped({ patience: 9, restoreBestWeights: true }, [3, 1, 2])).weight).toBe(1);
    expect((await stopped({ patience: 9 }, [3, 1, 2])).weight).toBe(2);
  });

  it("takes the first watched epoch for the best where none improves, as Keras 3 does", async () => {
    const never = Array.from({ length: 6 }, () => Number.NaN);
    const { weight, text, callback } = await stopped(
      { startFromEpoch: 3, patience: 2, restoreBestWeights: true, verbose: 1 },
      never,
    );
    expect(weight).toBe(3);
    expect(callback.bestEpoch).toBe(3);
    expect(text).toContain("Restoring model weights from the end of the best epoch: 4.\n");
  });

  it("starts afresh with every training", async () => {
    const callback = earlyStopping({ patience: 1 });
    await play([callback], { epochs: epochsOf("val_loss", [0.1, 0.2]) });
    const { logs } = await play([callback], { epochs: epochsOf("val_loss", [0.9, 0.8, 0.85]) });
    expect(logs).toHaveLength(3);
    expect(callback.bestEpoch).toBe(1);
  });

  it("warns when what it watches is not there, and lets training go on", async () => {
    const { logs, text } = await play([earlyStopping()], { epochs: epochsOf("loss", [1, 2, 3]) });
    expect(logs).toHaveLength(3);
    expect(
      text.match(/EarlyStopping watches "val_loss", which is not available. Available: loss\./g),
    ).toHaveLength(3);
  });

  it.each([
    [{ patience: Number.NaN }, /^EarlyStopping patience must be an integer of at least 0, but got NaN/],
    [{ patience: -1 }, /^EarlyStopping patience .* got -1/],
    [{ minDelta: Number.NaN }, /^EarlyStopping minDelta must be a number, but got NaN/],
    [{ baseline: Number.NaN }, /^EarlyStopping baseline must be a number, but got NaN/],
    [{ startFromEpoch: 0.5 }, /^EarlyStopping startFromEpoch .* got 0.5/],
    [{ mode: "best" as "min" }, /^EarlyStopping mode must be one of auto, min, max, but got "best"/],
  ])("refuses %o", (options, message) => {
    expect(() => earlyStopping(options)).toThrow(message);
  });
});
