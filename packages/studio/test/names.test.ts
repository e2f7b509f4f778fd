import { expect, it } from "vitest";
import { toldApart } from "../src/page/state/told-apart.js";
import { languages } from "../src/page/texts/index.js";
import { nameOf, repeatedRuns } from "../src/page/ui/names.js";
import type { RunRecord } from "../src/protocol/messages.js";
import { baseSettings, knobDefaults, type RunSettings } from "../src/protocol/settings.js";

const run = (id: number, settings: Partial<RunSettings> = {}, offset = 0): RunRecord => ({
  id,
  settings: { ...baseSettings, ...settings },
  offset,
  status: "done",
  step: 0,
  stepsPerEpoch: 1,
  points: [],
  checks: [],
  epochs: [],
  moments: [],
  rate: 0,
});
const names = (runs: readonly RunRecord[], code: keyof typeof languages = "en"): readonly string[] =>
  [...toldApart(runs).values()].map((told) => nameOf(told, languages[code]));

it("calls a network by its technique alone where nothing else has that name", () => {
  expect(names([run(1), run(2, { l2: knobDefaults.l2 }), run(3, { seed: 2 })])).toEqual([
    "Base",
    "L2",
    "Base · seed 2",
  ]);
});

it("says the epochs of networks that differ in them", () => {
  const runs = [run(1), run(2, { epochs: 1 }), run(3, { epochs: 20, seed: 2 }), run(4, { batchNorm: true })];
  expect(names(runs)).toEqual([
    "Base · 5 epochs",
    "Base · 1 epoch",
    "Base · 20 epochs · seed 2",
    "Batch normalization",
  ]);
  expect(names(runs, "es").slice(0, 2)).toEqual(["Base · 5 épocas", "Base · 1 época"]);
});

it("counts networks that are trained alike again", () => {
  expect(names([run(1), run(2), run(3, { seed: 2 }), run(4), run(5, {}, 300)])).toEqual([
    "Base",
    "Base (2)",
    "Base · seed 2",
    "Base (3)",
    "Base · from step 300",
  ]);
});

it("counts networks whose names do not say how far images were varied", () => {
  const varied = (rotation: number): Partial<RunSettings> => ({
    augmentation: { ...knobDefaults.augmentation, rotation },
  });
  expect(new Set(names([run(1, varied(5)), run(2, varied(10))])).size).toBe(2);
});

it("takes the first of networks that are trained alike again, or the one that got further", () => {
  const found = (runs: readonly RunRecord[]): readonly number[][] =>
    repeatedRuns([...toldApart(runs).values()], languages.en).map((group) => group.runs.map(({ id }) => id));
  expect(found([run(1), run(2), run(3, { seed: 2 })])).toEqual([[1, 3]]);
  expect(found([run(1), { ...run(2), step: 10 }])).toEqual([[2]]);
});
