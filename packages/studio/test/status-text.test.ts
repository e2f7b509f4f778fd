import { afterEach, describe, expect, it } from "vitest";
import { language } from "../src/page/texts/index.js";
import { statusText } from "../src/page/ui/status-text.js";
import type { RunRecord } from "../src/protocol/messages.js";
import { finished } from "./engine-of-answers.js";

afterEach(() => {
  language.value = "en";
});
const told = { isPlaying: true, test: 10_000 };
const running = (run: Partial<RunRecord>): RunRecord => ({
  ...finished(1, "batchnorm"),
  status: "running",
  step: 150,
  ...run,
});
const check = (accuracy: number, own?: number) => ({
  step: 150,
  loss: 0,
  accuracy,
  ...(own !== undefined && { own: { loss: 0, accuracy: own } }),
});

describe("the status line", () => {
  it("says how a network reads by now, and of what epoch", () => {
    const text = statusText(running({ checks: [check(0.934)] }), told);
    expect(text).toBe(
      "Batch normalization: epoch 2 of 5. It now reads 93 of every 100 digits that it has not seen.",
    );
  });

  it("does not take what moving averages spoil for what has been learned", () => {
    const run = running({ checks: [check(0.21, 0.96)] });
    expect(statusText(run, told)).toMatch(/learned to read 96 of every 100.*averages.* reads 21\.$/);
    language.value = "es";
    expect(statusText(run, told)).toMatch(
      /aprendido a leer 96 de cada 100.*medias acumuladas.* acierta 21\.$/,
    );
    expect(statusText(running({ checks: [check(0.95, 0.96)] }), told)).toMatch(/Ahora acierta 95/);
  });

  it("begins, pauses, checks, and ends", () => {
    expect(statusText(undefined, told)).toMatch(/^This network knows nothing yet/);
    expect(statusText(running({ step: 0 }), told)).toMatch(/starting to learn/);
    expect(statusText(running({ step: 1234 }), { ...told, isPlaying: false })).toBe(
      "Batch normalization: paused at step 1,234.",
    );
    const epoch = { epoch: 1, step: 100, loss: 0, accuracy: 1, valLoss: 0, valAccuracy: 1 };
    const trained = running({ epochs: Array.from({ length: 5 }, () => epoch) });
    expect(statusText(trained, told)).toMatch(/checked on the test digits/);
    const done = { ...finished(1, "base"), test: { loss: 0, accuracy: 0.9723 } };
    expect(statusText(done, told)).toBe(
      "Base: finished. It misreads 277 of the 10,000 test digits (97.23% correct).",
    );
    expect(statusText({ ...done, status: "failed", failure: { kind: "full" } }, told)).toBe(
      "Base: could not finish. The disk is full: make room and start over.",
    );
  });
});
