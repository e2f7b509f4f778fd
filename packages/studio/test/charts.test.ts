import { describe, expect, it } from "vitest";
import { toldApart } from "../src/page/state/told-apart.js";
import { languages } from "../src/page/texts/index.js";
import { errorSeries } from "../src/page/ui/error-series.js";
import { epochTicks, evenTicks } from "../src/page/ui/ticks.js";
import { finished } from "./engine-of-answers.js";

describe("lines of errors", () => {
  const seeded = (id: number, seed: number) => {
    const run = finished(id, "base");
    return { ...run, settings: { ...run.settings, seed } };
  };
  const runs = toldApart([seeded(1, 1), seeded(2, 2), seeded(3, 3), finished(4, "l2")]);
  const counted = [
    { run: 1, wrong: [10, 40] },
    { run: 2, wrong: [20, 60] },
    { run: 3, wrong: [30, 20] },
    { run: 4, wrong: [50, 70] },
  ];
  const { series, bands, groups } = errorSeries(counted, {
    runs,
    x: [0, 4],
    digits: 100,
    texts: languages.en,
  });

  it("of several seeds are their mean, in a band from the best to the worst at each amount", () => {
    const rounded = (y: readonly number[]) => y.map((share) => Number(share.toFixed(6)));
    expect(series.map(({ y }) => rounded(y))).toEqual([
      [0.2, 0.4],
      [0.5, 0.7],
    ]);
    expect(bands.map(({ low, high }) => [low, high])).toEqual([
      [
        [0.1, 0.2],
        [0.3, 0.6],
      ],
    ]);
    expect(bands[0]?.color).toBe(series[0]?.color);
  });

  it("have one name for all seeds", () => {
    expect(groups.map(({ name, runs: repeated }) => [name, repeated.length])).toEqual([
      ["Base", 3],
      ["L2", 1],
    ]);
  });
});

describe("ticks", () => {
  it("of epochs are whole, and not too many", () => {
    expect(epochTicks(0, 1)).toEqual([0, 1]);
    expect(epochTicks(0, 5)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(epochTicks(0, 15)).toEqual([0, 2, 4, 6, 8, 10, 12, 14]);
    expect(epochTicks(0, 50)).toHaveLength(11);
  });

  it("of other values are round, and within the axis", () => {
    const rounded = (least: number, most: number) =>
      evenTicks(least, most).map((tick) => Number(tick.toFixed(6)));
    expect(rounded(0, 0.87)).toEqual([0, 0.2, 0.4, 0.6, 0.8]);
    expect(rounded(0, 3)).toEqual([0, 1, 2, 3]);
    expect(rounded(0.7, 1.3)).toEqual([0.8, 1, 1.2]);
    expect(evenTicks(2, 2)).toEqual([2]);
  });
});
