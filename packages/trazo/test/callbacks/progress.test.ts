import { describe, expect, it } from "vitest";
import type { ProgressState } from "../../src/callbacks/epoch-clock.js";
import type { CallbackParams } from "../../src/callbacks/index.js";
import { epochLine, progress, progressLine } from "../../src/callbacks/progress.js";

const state = (some: Partial<ProgressState>): ProgressState => ({
  step: 375,
  steps: 375,
  finished: true,
  elapsed: 9000,
  pace: { steps: 374, samples: 374 * 128, trainingMs: 8976, ms: 8976 },
  logs: {},
  ...some,
});

/** The pace of steps of 128 samples that took so long, all in all. */
const steps = (count: number, ms: number): { pace: ProgressState["pace"] } => ({
  pace: { steps: count, samples: 128 * count, trainingMs: ms, ms },
});

describe("the progress line", () => {
  it("is Keras 2's, with images per second", () => {
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
    const line = (step: number) => progressLine(state({ step, finished: false, ...steps(step, step * 24) }));
    expect(line(0)).toBe(`  0/375 [${".".repeat(30)}] - ETA: 0s`);
    expect(line(12)).toMatch(/^ 12\/375 \[\.{30}\] - ETA: 8s/);
    expect(line(13)).toMatch(/^ 13\/375 \[>\.{29}\]/);
    expect(line(200)).toMatch(/^200\/375 \[={15}>\.{14}\] - ETA: 4s/);
    expect(line(374)).toMatch(/^374\/375 \[={28}>\.\]/);
    // The validation may follow.
    expect(line(375)).toMatch(/^375\/375 \[={30}\] - ETA: 0s/);
  });

  it("writes times as Keras does", () => {
    const eta = (seconds: number) =>
      progressLine(state({ step: 2, steps: 3, finished: false, ...steps(1, seconds * 1000) })).match(
        /ETA: (\S+)/,
      )?.[1];
    expect([1, 60, 60.5, 61, 3599, 3600, 3600.5, 3661].map(eta)).toEqual(
      "1s 60s 1:00 1:01 59:59 60:00 1:00:00 1:01:01".split(" "),
    );
    const perStep = (ms: number) => progressLine(state(steps(1, ms))).match(/(\S+\/step)/)?.[1];
    expect([2000, 1000, 33.3, 2.5, 1, 0.25].map(perStep)).toEqual(
      "2s/step 1s/step 33ms/step 2ms/step 1ms/step 250us/step".split(" "),
    );
    const elapsed = (ms: number) => progressLine(state({ elapsed: ms })).match(/\] - (\d+s)/)?.[1];
    expect([499, 500, 501, 1500].map(elapsed)).toEqual(["0s", "0s", "1s", "2s"]);
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
  interface Course {
    readonly verbose?: 0 | 1 | 2;
    readonly terminal?: boolean;
    readonly columns?: number;
    /** Milliseconds of each batch of an epoch. */
    readonly batches?: readonly number[];
    /** The number of the first batch. */
    readonly from?: number;
    readonly samples?: readonly number[];
    readonly validationMs?: number;
  }

  /** Two epochs, by default of four batches of 10 ms and 8 samples; the clock is the test's. */
  function show(course: Course): string[] {
    const { verbose = 1, terminal = true, columns = 200, batches = [10, 10, 10, 10], from = 0 } = course;
    const printed: string[] = [];
    let clock = 0;
    let samplesDone = 0;
    const callback = progress({ now: () => clock, terminal, columns: () => columns });
    const params: CallbackParams = {
      epochs: 2,
      steps: from + batches.length,
      batchSize: 8,
      samples: 32,
      samplesDone: () => samplesDone,
      verbose,
      print: (text) => void printed.push(text),
    };
    callback.setParams?.(params);
    for (let epoch = 0; epoch < 2; epoch++) {
      callback.onEpochBegin?.(epoch, {});
      for (const [i, ms] of batches.entries()) {
        clock += ms;
        samplesDone += course.samples?.[i] ?? 8;
        callback.onTrainBatchEnd?.(from + i, { loss: 1 / (i + 1) });
      }
      clock += course.validationMs ?? 5;
      callback.onEpochEnd?.(epoch, { loss: 0.25, val_loss: 0.5 });
    }
    return printed;
  }

  it("leaves the first step out of the time a step takes, once there is a second", () => {
    const line = (batches: number[]) => show({ verbose: 2, batches, validationMs: 0 })[0];
    expect(line([700])).toMatch(/ - 11 images\/s .* - 700ms\/step\n$/);
    expect(line([700, 10])).toMatch(/ - 800 images\/s .* - 10ms\/step\n$/);
  });

  it("counts the images that there were, where a batch is not full", () => {
    expect(show({ verbose: 2, batches: [100], samples: [5], validationMs: 0 })[0]).toContain(" 50 images/s");
    const last = show({ verbose: 2, batches: [700, 10, 10], samples: [8, 8, 2], validationMs: 0 })[1];
    expect(last).toContain(" - 500 images/s - ");
  });

  it("counts the validation in the epoch's times, as Keras does, and not in images per second", () => {
    const [line] = show({ verbose: 2, batches: [10, 10, 10], validationMs: 2000 });
    expect(line).toMatch(/ - 2s - 800 images\/s .* - 1s\/step\n$/);
  });

  it("of an epoch that continues after an interruption counts the steps that it has seen", () => {
    const [first, second] = show({ verbose: 2, from: 100, batches: [700, 10, 10], validationMs: 0 });
    expect(first).toMatch(/103\/103 .* - 800 images\/s .* - 10ms\/step\n$/);
    expect(second).toMatch(/ - 800 images\/s .* - 10ms\/step\n$/);
  });

  it("redraws one line on a terminal, and ends it with the epoch", () => {
    const printed = show({});
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
      show({ batches: [batchMs, batchMs, batchMs, batchMs] }).filter((text) => text.startsWith("\r")).length;
    // The first batch and the end of each epoch, and between them only what lies 50 ms apart.
    expect(draws(10)).toBe(4);
    expect(draws(60)).toBe(10);
  });

  it("stays within the terminal's width while it is drawn over", () => {
    const printed = show({ columns: 40, batches: [60, 60, 60, 60] });
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
    expect(show({ terminal: false })).toEqual(lines);
    expect(show({ verbose: 2 })).toEqual(lines);
  });

  it("is silent with verbose 0", () => {
    expect(show({ verbose: 0 })).toEqual([]);
  });
});
