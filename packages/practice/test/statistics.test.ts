import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  compareSettings,
  comparisonsNote,
  comparisonsTable,
  describeSample,
  seedComparisons,
} from "../src/index.js";
import { studentTBelow, studentTQuantile } from "../src/statistics/student-t.js";

// Written by interop/scipy/write_statistics.py.
const scipy = JSON.parse(readFileSync(new URL("./fixtures/statistics.json", import.meta.url), "utf8")) as {
  below: [t: number, freedom: number, share: number][];
  quantiles: [share: number, freedom: number, t: number][];
  pairs: {
    first: number[];
    second: number[];
    deviation: number;
    meanInterval: [number, number];
    p: number;
    difference: number;
    interval: [number, number];
  }[];
  several: { samples: number[][]; comparisons: { p: number; interval: [number, number] }[] };
};

const close = (value: number | undefined, expected: number, tolerance = 1e-11): void =>
  expect(Math.abs((value as number) - expected) / Math.max(1e-300, Math.abs(expected))).toBeLessThan(
    tolerance,
  );

const bySeed = (values: readonly number[]) => new Map(values.map((value, seed) => [seed, value]));

describe("statistics, compared with SciPy's", () => {
  test("Student's t distribution and its quantiles", () => {
    for (const [t, freedom, share] of scipy.below) close(studentTBelow(t, freedom), share);
    for (const [share, freedom, t] of scipy.quantiles) {
      if (share === 0.5) expect(Math.abs(studentTQuantile(share, freedom))).toBeLessThan(1e-9);
      else close(studentTQuantile(share, freedom), t, 1e-9);
    }
  });

  test("a sample, and two settings over the same seeds", () => {
    for (const { first, second, deviation, meanInterval, p, difference, interval } of scipy.pairs) {
      const sample = describeSample(first);
      close(sample.deviation, deviation);
      close(sample.interval?.[0], meanInterval[0]);
      close(sample.interval?.[1], meanInterval[1]);
      const [comparison] = compareSettings([
        { name: "a", bySeed: bySeed(first) },
        { name: "b", bySeed: bySeed(second) },
      ]);
      close(comparison?.p, p, 1e-9);
      close(comparison?.difference, difference);
      close(comparison?.interval?.[0], interval[0], 1e-9);
      close(comparison?.interval?.[1], interval[1], 1e-9);
      expect(comparison).toMatchObject({ first: "a", second: "b", pairs: first.length, isReal: p < 0.05 });
    }
  });

  test("several settings: p-values and intervals hold together, and one never contradicts the other", () => {
    const { samples, comparisons } = scipy.several;
    const settings = samples.map((values, i) => ({ name: String(i), bySeed: bySeed(values) }));
    const found = compareSettings(settings);
    expect(found).toHaveLength(comparisons.length);
    for (const [i, { p, interval }] of comparisons.entries()) {
      close(found[i]?.p, p, 1e-9);
      close(found[i]?.interval?.[0], interval[0], 1e-9);
      close(found[i]?.interval?.[1], interval[1], 1e-9);
      const holdsZero = interval[0] <= 0 && interval[1] >= 0;
      expect(found[i]?.isReal, `${p}`).toBe(!holdsZero);
    }
    // Both verdicts occur, and one that a step-down correction would call real beside an interval with 0.
    expect(new Set(found.map(({ isReal }) => isReal)).size).toBe(2);
  });
});

describe("settings that are compared", () => {
  const clear = { name: "clear", bySeed: bySeed([0.99, 0.991, 0.992]) };
  const noisy = { name: "noisy", bySeed: bySeed([0.95, 0.999, 0.91]) };
  const base = { name: "base", bySeed: bySeed([0.97, 0.9708, 0.9721]) };

  test("each with each, or all with one", () => {
    const each = compareSettings([clear, noisy, base]);
    expect(each.map(({ first, second }) => `${first} - ${second}`)).toEqual([
      "clear - noisy",
      "clear - base",
      "noisy - base",
    ]);
    expect(each.filter(({ isReal }) => isReal).map(({ first, second }) => [first, second])).toEqual([
      ["clear", "base"],
    ]);
    const withBase = compareSettings([clear, noisy, base], "base");
    expect(withBase.map(({ first, second }) => `${first} - ${second}`)).toEqual([
      "clear - base",
      "noisy - base",
    ]);
    // Fewer comparisons, less correction.
    expect(withBase[0]?.p).toBeLessThan(each[1]?.p as number);
  });

  test("are shown with as many digits as it takes to see that an interval leaves out 0", () => {
    const [first, second] = [
      [0.98, 0.99, 0.97, 0.96].map((value, i) => value + 1e-5 * (3 + 0.6 * (i % 2))),
      [0.98, 0.99, 0.97, 0.96],
    ];
    const compared = compareSettings([
      { name: "a", bySeed: bySeed(first as number[]) },
      { name: "b", bySeed: bySeed(second as number[]) },
    ]);
    expect(compared[0]?.isReal).toBe(true);
    expect(comparisonsTable(compared, "en").rows[0]?.slice(2)).toEqual([
      "+0.00003",
      "0.00003 … 0.00004",
      "< 0.001",
      "real",
    ]);
  });

  test("say nothing of one seed, and take only the seeds that both have", () => {
    const [single] = compareSettings([
      { name: "a", bySeed: bySeed([0.9]) },
      { name: "b", bySeed: bySeed([0.8]) },
    ]);
    expect(single).toMatchObject({ pairs: 1, p: undefined, interval: undefined, isReal: false });
    expect(single?.difference).toBeCloseTo(0.1);
    const some = {
      name: "some",
      bySeed: new Map([
        [1, 0.5],
        [7, 0.6],
      ]),
    };
    expect(compareSettings([clear, some])[0]).toMatchObject({ pairs: 1, isReal: false });
  });

  test("are not tested where all seeds differ equally, as coarse measures do", () => {
    const [equal] = compareSettings([
      { name: "a", bySeed: bySeed([0.4, 0.5]) },
      { name: "b", bySeed: bySeed([0.3, 0.4]) },
    ]);
    expect(equal).toMatchObject({ pairs: 2, p: undefined, interval: undefined, isReal: false });
  });

  test("are shown with why they were not tested, where all seeds differ equally", () => {
    const resultsOf = (technique: string, accuracies: readonly number[]) =>
      accuracies.map((accuracy, seed) => ({ technique, seed, accuracy }));
    const base = resultsOf("base", [0.97, 0.98]);
    const equal = seedComparisons([...base, ...resultsOf("batchnorm", [0.98, 0.99])]);
    expect(comparisonsTable(equal, "en", 2).rows).toEqual([
      ["batchnorm − base", "2", "+0.01", "", "", "same for every seed, not tested"],
    ]);
    expect(comparisonsNote(equal, "en")).toMatch(/^Each difference is the same for every seed/);
    const several = seedComparisons([
      ...base,
      ...resultsOf("batchnorm", [0.98, 0.99]),
      ...resultsOf("l2", [0.96, 0.99]),
      ...resultsOf("dropout", [0.99]),
    ]);
    expect(several.map(({ first }) => first)).toEqual(["batchnorm", "l2"]);
    // The one that was tested.
    expect(comparisonsNote(several, "en")).toContain("p is below 0.05");
  });

  test("are not different where no seed differs", () => {
    const [same] = compareSettings([clear, { ...clear, name: "twin" }]);
    expect(same).toMatchObject({ p: 1, isReal: false, difference: 0 });
  });
});
