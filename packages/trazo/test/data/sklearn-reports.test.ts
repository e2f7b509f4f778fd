import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { classWeights, kFold, metrics, TrazoError, tensor } from "../../src/index.js";

interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly "f1-score": number;
  readonly support: number;
}

const fixture = JSON.parse(
  readFileSync(new URL("../fixtures/sklearn-reports.json", import.meta.url), "utf8"),
) as {
  folds: {
    n: number;
    splits: number;
    randomState: number | null;
    stratify: number[] | null;
    folds: { train: number[]; test: number[] }[];
  }[];
  reports: {
    truth: number[];
    found: number[];
    names: string[];
    scores: Record<string, Scores>;
    text: string;
    weights: Record<string, number>;
  }[];
  curves: {
    truth: number[];
    scores: number[];
    false: number[];
    true: number[];
    thresholds: number[];
    auc: number;
  }[];
};

const labels = (values: readonly number[]) => tensor("int32", [values.length], Int32Array.from(values));

const expectClose = (found: ArrayLike<number>, wanted: readonly number[]): void => {
  expect(found.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries()) expect(found[i]).toBeCloseTo(value, 12);
};

describe("kFold", () => {
  it.each(fixture.folds)("makes scikit-learn's folds: $n samples, $splits folds", (given) => {
    const { n, splits, randomState, stratify, folds } = given;
    const shuffled = randomState === null ? {} : { shuffle: true, randomState };
    const made = kFold(n, { splits, ...shuffled, ...(stratify && { stratify: labels(stratify) }) });
    expect(made.map(({ train, test }) => ({ train: [...train], test: [...test] }))).toEqual(folds);
  });

  it.each([
    [() => kFold(5, { splits: 1 }), /splits must be an integer of at least 2/],
    [() => kFold(3, { splits: 4 }), /4 folds of 3 samples/],
    [() => kFold(4, { splits: 2, randomState: 1 }), /randomState has no effect without shuffle/],
    [() => kFold(4, { splits: 3, stratify: [0, 0, 1, 1] }), /no class has as many as 3/],
    [() => kFold(4, { splits: 2, stratify: [0] }), /stratify has 1 entries, but there are 4/],
  ])("refuses what cannot be divided %#", (make, message) => {
    expect(make).toThrow(TrazoError);
    expect(make).toThrow(message);
  });
});

describe("classificationReport", () => {
  it.each(fixture.reports.map((report, i) => [i, report] as const))("is scikit-learn's %i", (_, given) => {
    const { truth, found, names, scores, text } = given;
    const report = metrics.classificationReport(labels(truth), labels(found), { classNames: names });
    const wanted = [...names.map((name) => scores[name]), scores["macro avg"], scores["weighted avg"]];
    const made = [...report.classes, report.macroAverage, report.weightedAverage];
    for (const [i, score] of (wanted as Scores[]).entries()) {
      const one = made[i] as (typeof made)[number];
      expectClose(
        [one.precision, one.recall, one.f1Score, one.support],
        [score.precision, score.recall, score["f1-score"], score.support],
      );
    }
    expect(report.accuracy).toBeCloseTo(
      truth.filter((label, i) => label === found[i]).length / truth.length,
      12,
    );
    expect(metrics.formatClassificationReport(report).replaceAll(/ +/g, " ").trim()).toBe(
      text.replaceAll(/ +/g, " ").trim(),
    );
  });
});

it.each(fixture.reports.map((report, i) => [i, report] as const))(
  "classWeights are scikit-learn's balanced ones %i",
  (_, { truth, weights }) => {
    const found = classWeights(labels(truth));
    expect(Object.keys(found)).toEqual(Object.keys(weights));
    expectClose(Object.values(found), Object.values(weights));
  },
);

describe("rocCurve", () => {
  it.each(fixture.curves.map((curve, i) => [i, curve] as const))("is scikit-learn's %i", (_, given) => {
    const curve = metrics.rocCurve(labels(given.truth), given.scores);
    expectClose(curve.falsePositiveRate, given.false);
    expectClose(curve.truePositiveRate, given.true);
    expect(curve.thresholds[0]).toBe(Number.POSITIVE_INFINITY);
    expectClose(curve.thresholds.subarray(1), given.thresholds);
    expect(curve.auc).toBeCloseTo(given.auc, 12);
  });

  it("refuses other targets than 0 and 1, and one class alone", () => {
    expect(() => metrics.rocCurve([0, 2], [0.1, 0.2])).toThrow(/targets of 0 and 1, but got 2/);
    expect(() => metrics.rocCurve([1, 1], [0.1, 0.2])).toThrow(/both classes/);
    expect(() => metrics.rocCurve([1], [0.1, 0.2])).toThrow(/1 targets but 2 scores/);
  });
});
