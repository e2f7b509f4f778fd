import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ChangesState, isWithoutBase } from "../src/page/state/changes.js";
import { changesSentence } from "../src/page/ui/change-text.js";
import type { RunMeasures, RunRecord } from "../src/protocol/messages.js";
import { knobDefaults, type RunSettings } from "../src/protocol/settings.js";
import { finished, stateBeside } from "./engine-of-answers.js";

type Measured = Partial<Omit<RunMeasures, "run">>;

/** A page beside an engine with these runs, of which it knows these measures. */
function pageWith(runs: readonly RunRecord[], measured: Map<number, Measured>) {
  const { studio, ...page } = stateBeside(runs, {
    measures: ({ runs: asked }) => ({
      runs: asked.map((run) => ({
        run,
        nearZero: 0,
        silent: 0,
        misread: { still: 0, moved: 0 },
        ...measured.get(run),
      })),
    }),
  });
  const { changes, measuring } = new ChangesState(studio);
  const shown = () => changes.value.map(({ technique, base, own }) => ({ technique, base, own }));
  return { ...page, studio, changes, shown, measuring: () => [...measuring.value] };
}

/** The same with a base network and one with L2, and their shares of weights near zero. */
function pageWithL2(base: number, l2: number) {
  const measured = new Map<number, Measured>([
    [1, { nearZero: base }],
    [2, { nearZero: l2 }],
  ]);
  return { ...pageWith([finished(1, "base"), finished(2, "l2")], measured), measured };
}

/** A run that reads 95% of its training digits after some steps. */
const learnedAfter = (step: number, run: RunRecord): RunRecord => ({
  ...run,
  points: [
    { step: step - 1, loss: 1, accuracy: 0.9 },
    { step, loss: 1, accuracy: 0.96 },
  ],
});
const changed = (run: RunRecord, settings: Partial<RunSettings>): RunRecord => ({
  ...run,
  settings: { ...run.settings, ...settings },
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const later = (): Promise<unknown> => vi.advanceTimersByTimeAsync(3000);

it("says what a technique has changed after one question about all networks, and asks nothing more", async () => {
  const page = pageWithL2(0.1, 0.9);
  page.open();
  // Its page can say that the figures are still to come.
  await vi.waitFor(() => expect(page.measuring()).toEqual([1, 2]));
  await later();
  expect(page.measuring()).toEqual([]);
  expect(page.shown()).toEqual([{ technique: "l2", base: 0.1, own: 0.9 }]);
  const asked = page.asked.map(({ command }) => command);
  expect(asked.filter((command) => command === "measures")).toHaveLength(1);
  expect(asked).not.toContain("inside");
});

it("forgets what it knew of runs when the engine is started again with others of the same numbers", async () => {
  const page = pageWithL2(0.1, 0.9);
  page.open();
  await later();
  page.measured.set(1, { nearZero: 0.2 }).set(2, { nearZero: 0.7 });
  page.open();
  await later();
  expect(page.shown()).toEqual([{ technique: "l2", base: 0.2, own: 0.7 }]);
});

describe("while the moving averages of batch normalization lag", () => {
  const lagging: Measured = { misread: { still: 0.62, moved: 0.8 }, own: { still: 0.024, moved: 0.105 } };

  it("says why it misreads so many although it has learned in fewer steps", async () => {
    const runs = [learnedAfter(161, finished(1, "base")), learnedAfter(69, finished(2, "batchnorm"))];
    const page = pageWith(runs, new Map([[2, lagging]]));
    page.open();
    await later();
    const said = changesSentence(page.changes.value, 2);
    expect(said).toMatch(/fewer steps: it reads 95% of its digits after 69 steps; Base after 161\./);
    expect(said).toMatch(/with the moving averages .* it misreads 62%; with the averages of .* 2%/);
  });

  it("measures augmentation without them, and says so", async () => {
    const runs = [finished(1, "base"), finished(2, "augmentation")];
    const page = pageWith(
      runs,
      new Map<number, Measured>([
        [1, { misread: { still: 0.04, moved: 0.6 } }],
        [2, lagging],
      ]),
    );
    page.open();
    await later();
    expect(page.shown()).toEqual([{ technique: "augmentation", base: 0.6, own: 0.105 }]);
    expect(changesSentence(page.changes.value, 2)).toMatch(/with averages of their own.* misreads 62%/);
  });

  it("says nothing of them once they have caught up", async () => {
    const caughtUp: Measured = {
      misread: { still: 0.02, moved: 0.4 },
      own: { still: 0.021, moved: 0.39 },
    };
    const runs = [learnedAfter(161, finished(1, "base")), learnedAfter(69, finished(2, "batchnorm"))];
    const page = pageWith(runs, new Map([[2, caughtUp]]));
    page.open();
    await later();
    expect(changesSentence(page.changes.value, 2)).not.toMatch(/average/);
  });
});

it("tells each technique of a network that has several, whatever their values", async () => {
  const both = changed(finished(2, "dropout"), { l2: 0.003 });
  const shifted = changed(finished(3, "base"), { augmentation: knobDefaults.augmentation });
  const page = pageWith(
    [finished(1, "base"), both, shifted],
    new Map<number, Measured>([
      [1, { nearZero: 0.1, silent: 200, misread: { still: 0, moved: 0.6 } }],
      [2, { nearZero: 0.5, silent: 30 }],
      [3, { misread: { still: 0, moved: 0.1 } }],
    ]),
  );
  page.open();
  await later();
  expect(page.shown()).toEqual([
    { technique: "l2", base: 0.1, own: 0.5 },
    { technique: "dropout", base: 200, own: 30 },
    { technique: "augmentation", base: 0.6, own: 0.1 },
  ]);
});

describe("the base network beside a run", () => {
  it("is one with as many epochs, of the same seed if there is one", async () => {
    const of = (id: number, settings: Partial<RunSettings>) => changed(finished(id, "base"), settings);
    const runs = [of(1, { seed: 2 }), of(2, { seed: 3 }), of(3, { epochs: 1 })];
    const page = pageWith([...runs, changed(finished(4, "l2"), { seed: 2 })], new Map());
    page.open();
    await later();
    expect(page.changes.value.map(({ baseRun }) => baseRun)).toEqual([1]);
  });

  it("is wanting where none has as many epochs, and is under way or there", async () => {
    const short = changed(finished(2, "l2"), { epochs: 1 });
    const page = pageWith([finished(1, "base"), short], new Map());
    page.open();
    await later();
    expect(page.shown()).toEqual([]);
    expect(isWithoutBase(short, page.studio.runs.value)).toBe(true);
    const waiting: RunRecord = { ...changed(finished(3, "base"), { epochs: 1 }), status: "waiting" };
    page.tell({ type: "run", run: waiting });
    await later();
    expect(isWithoutBase(short, page.studio.runs.value)).toBe(false);
  });
});

describe("a technique that is switched", () => {
  const settingsOfRun = (run: RunRecord): RunSettings => run.settings;

  it("trains nothing where the network is there already", async () => {
    const [base, l2] = [finished(1, "base"), finished(2, "l2")];
    const page = pageWith([base, l2], new Map());
    page.open();
    await later();
    await page.studio.change(settingsOfRun(base));
    expect(page.studio.settings.value).toEqual(base.settings);
    expect(page.asked.some(({ command }) => command === "start")).toBe(false);
  });

  it("begins a training where it is not, or where another one is under way", async () => {
    const base = finished(1, "base");
    const page = pageWith([base, { ...finished(2, "l2"), status: "running" }], new Map());
    page.open();
    await later();
    await page.studio.change(settingsOfRun(base));
    expect(page.asked).toContainEqual(expect.objectContaining({ command: "start", settings: base.settings }));
  });
});
