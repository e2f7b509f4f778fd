import { describe, expect, it } from "vitest";
import type { CallbackParams } from "../../src/callbacks/index.js";
import { epochLine, type ProgressState, progress, progressLine } from "../../src/callbacks/progress.js";

const state = (some: Partial<ProgressState>): ProgressState => ({
  step: 375,
  steps: 375,
  elapsed: 9000,
  sinceFirst: 8976,
  samplesPerStep: 128,
  logs: {},
  ...some,
});

describe("the progress line", () => {
  it("is Keras 2's, with images a second", () => {
    const logs = {
      loss: 0.20931,
      accuracy: 0.93486,
      val_loss: 0.07022,
      val_accuracy: 0.979,
      lr: Math.fround(0.001),
    };
    expect(progressLine(state({ logs }))).toBe(
      "375/375 [==============================] - 9s 24ms/step - 5,333 images/s" +
        " - loss: 0.2093 - accuracy: 0.9349 - val_loss: 0.0702 - val_accuracy: 0.9790 - lr: 0.0010",
    );
  });

  it("fills the bar with a head that goes ahead, and says how long it will take", () => {
    const line = (step: number) =>
      progressLine(state({ step, elapsed: step * 24, sinceFirst: (step - 1) * 24 }));
    expect(line(0)).toBe(`  0/375 [${".".repeat(30)}] - ETA: 0s`);
    expect(line(12)).toMatch(/^ 12\/375 \[\.{30}\] - ETA: 8s/);
    expect(line(13)).toMatch(/^ 13\/375 \[>\.{29}\]/);
    expect(line(200)).toMatch(/^200\/375 \[={15}>\.{14}\] - ETA: 4s/);
    expect(line(374)).toMatch(/^374\/375 \[={28}>\.\]/);
    expect(line(375)).toMatch(/^375\/375 \[={30}\] - 9s 24ms\/step/);
  });

  it("writes times as Keras does", () => {
    const eta = (seconds: number) =>
      progressLine(state({ step: 2, steps: 3, sinceFirst: seconds * 1000 })).match(/ETA: (\S+)/)?.[1];
    expect([1, 60, 61, 3599, 3661].map(eta)).toEqual(["1s", "60s", "1:01", "59:59", "1:01:01"]);
    const perStep = (ms: number) =>
      progressLine(state({ step: 2, steps: 2, sinceFirst: ms })).match(/(\S+\/step)/)?.[1];
    expect([2000, 1000, 33.3, 1, 0.25].map(perStep)).toEqual([
      "2s/step",
      "1s/step",
      "33ms/step",
      "1ms/step",
      "250us/step",
    ]);
  });

  it("leaves the first step out of the time a step takes, once there is a second", () => {
    expect(progressLine(state({ step: 1, steps: 1, elapsed: 700, sinceFirst: 0 }))).toContain("700ms/step");
    expect(progressLine(state({ step: 2, steps: 2, elapsed: 710, sinceFirst: 10 }))).toContain("10ms/step");
  });

  it("writes small and odd numbers as Python does", () => {
    const logs = { a: 0.0002, b: -0.5, c: 0, d: Number.NaN, e: Number.POSITIVE_INFINITY, f: 0.03125 };
    expect(progressLine(state({ logs }))).toContain(
      " - a: 2.0000e-04 - b: -0.5000 - c: 0.0000e+00 - d: nan - e: inf - f: 0.0312",
    );
  });

  it("for verbose 2 is one line an epoch", () => {
    expect(epochLine(state({ logs: { loss: 0.5 } }))).toBe(
      "375/375 - 9s - 5,333 images/s - loss: 0.5000 - 24ms/step",
    );
  });
});

describe("progress", () => {
  /** Two epochs of four batches of 10 ms; the clock is the test's. */
  function show(verbose: 0 | 1 | 2, terminal: boolean, columns = 200, batchMs = 10): string[] {
    const printed: string[] = [];
    let clock = 0;
    const callback = progress({ now: () => clock, terminal, columns: () => columns });
    const params: CallbackParams = {
      epochs: 2,
      steps: 4,
      batchSize: 8,
      samples: 32,
      verbose,
      print: (text) => void printed.push(text),
    };
    callback.setParams?.(params);
    for (let epoch = 0; epoch < 2; epoch++) {
      callback.onEpochBegin?.(epoch, {});
      for (let batch = 0; batch < 4; batch++) {
        clock += batchMs;
        callback.onTrainBatchEnd?.(batch, { loss: 1 / (batch + 1) });
      }
      clock += 5;
      callback.onEpochEnd?.(epoch, { loss: 0.25, val_loss: 0.5 });
    }
    return printed;
  }

  it("redraws one line on a terminal, and ends it with the epoch", () => {
    const printed = show(1, true);
    const epoch = printed.slice(0, printed.indexOf("\n") + 1);
    expect(epoch[0]).toBe("Epoch 1/2\n");
    expect(epoch.slice(1, -1).every((text) => text.startsWith("\r") && text.endsWith("\u001b[K"))).toBe(true);
    expect(epoch[1]).toContain("1/4 [======>");
    expect(epoch.at(-2)).toContain("4/4 [==============================] - 0s");
    expect(epoch.at(-2)).toContain(" - loss: 0.2500 - val_loss: 0.5000");
    expect(printed).toContain("Epoch 2/2\n");
  });

  it("draws no more often than the eye can see", () => {
    const draws = (batchMs: number) =>
      show(1, true, 200, batchMs).filter((text) => text.startsWith("\r")).length;
    // The first batch and the end of each epoch, and between them only what lies 50 ms apart.
    expect(draws(10)).toBe(4);
    expect(draws(60)).toBe(10);
  });

  it("stays within the terminal's width while it is drawn over", () => {
    const printed = show(1, true, 40, 60);
    const drawnOver = printed.filter((text, i) => text.startsWith("\r") && printed[i + 1] !== "\n");
    expect(drawnOver).toHaveLength(8);
    for (const line of drawnOver) {
      expect(line.replace("\r", "").replace("\u001b[K", "").length).toBeLessThan(40);
    }
  });

  it("prints a line an epoch where there is no terminal, and with verbose 2", () => {
    const lines = [
      expect.stringMatching(/^Epoch 1\/2 - 4\/4 - 0s .* - loss: 0.2500 - val_loss: 0.5000 - \d+ms\/step\n$/),
      expect.stringMatching(/^Epoch 2\/2 - 4\/4 - 0s .*\n$/),
    ];
    expect(show(1, false)).toEqual(lines);
    expect(show(2, true)).toEqual(lines);
  });

  it("is silent with verbose 0", () => {
    expect(show(0, true)).toEqual([]);
  });
});
