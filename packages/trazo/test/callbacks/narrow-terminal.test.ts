import { describe, expect, it } from "vitest";
import type { Callback } from "../../src/callbacks/callback.js";
import type { ProgressState } from "../../src/callbacks/epoch-clock.js";
import { progress, progressLine } from "../../src/callbacks/progress.js";
import { play } from "./drive.js";

const state: ProgressState = {
  step: 100,
  steps: 375,
  finished: false,
  elapsed: 2000,
  pace: { steps: 100, samples: 12_800, trainingMs: 2000, ms: 2000 },
  logs: { loss: 0.25, accuracy: 0.5 },
};

describe("the progress line in a narrow terminal", () => {
  it.each([80, 60, 50, 42])("keeps loss and accuracy in %i columns", (columns) => {
    const line = progressLine(state, columns);
    expect(line).toMatch(/^100\/375.* - loss: 0\.2500 - accuracy: 0\.5000$/);
    expect(line.length).toBeLessThanOrEqual(columns);
  });

  it("is ended before other text follows, once", async () => {
    let clock = 0;
    const shown = progress({ terminal: true, now: () => clock++ * 100, columns: () => 80 });
    let text = "";
    const failing = {
      onTrainBatchEnd: () => {
        throw new Error("interrupted");
      },
    };
    const collecting: Callback = {
      ...shown,
      setParams: (params) => {
        const print = (more: string): void => {
          text += more;
        };
        shown.setParams?.({ ...params, print });
      },
    };
    const played = play([collecting, failing], {
      epochs: [{ loss: 1 }],
      batches: [{ loss: 1 }, { loss: 1 }],
    });
    await expect(played).rejects.toThrow("interrupted");
    shown.endLine();
    shown.endLine();
    expect(text.endsWith("loss: 1.0000\u001b[K\n")).toBe(true);
  });
});
