import { requireKnownOptions } from "../known-options.js";
import type { Tensor } from "../tensor.js";
import { confusionMatrix } from "./confusion.js";

/** How well one class is told from the others. */
export interface ClassScores {
  readonly name: string;
  /** Of the samples predicted as the class, the share that is of it; 0 where it was never predicted. */
  readonly precision: number;
  /** Of the samples of the class, the share predicted as it; 0 where there are none. */
  readonly recall: number;
  /** The harmonic mean of the two. */
  readonly f1Score: number;
  /** How many samples are of the class. */
  readonly support: number;
}

/** What scikit-learn's `classification_report` says. */
export interface ClassificationReport {
  readonly classes: readonly ClassScores[];
  /** The share of samples predicted right. */
  readonly accuracy: number;
  /** The mean over the classes. */
  readonly macroAverage: ClassScores;
  /** The mean over the classes weighted by their numbers of samples. */
  readonly weightedAverage: ClassScores;
}

/** Options of `classificationReport`. */
export interface ReportOptions {
  /** The classes' names by their numbers. Default: the numbers. */
  readonly classNames?: readonly string[] | undefined;
}

/**
 * Precision, recall and F1 score of every class, as scikit-learn's `classification_report`.
 *
 * @param truth class numbers `[n]` or one-hot rows `[n, classes]`
 * @param predictions class numbers or probabilities, likewise
 * @throws TrazoError when the lengths differ, or a class has no name
 * @example
 * ```ts
 * const report = metrics.classificationReport(yTest, await model.predict(xTest));
 * console.log(metrics.formatClassificationReport(report));
 * ```
 */
export function classificationReport(
  truth: Tensor,
  predictions: Tensor,
  options: ReportOptions = {},
): ClassificationReport {
  requireKnownOptions(options, { classNames: true }, "classificationReport");
  const { classNames } = options;
  const { numClasses, counts, precision, recall } = confusionMatrix(truth, predictions, classNames?.length);
  const classes = Array.from({ length: numClasses }, (_, label): ClassScores => {
    const [p, r] = [orZero(precision[label]), orZero(recall[label])];
    const row = counts.subarray(label * numClasses, (label + 1) * numClasses);
    return {
      name: classNames?.[label] ?? String(label),
      precision: p,
      recall: r,
      f1Score: p + r === 0 ? 0 : (2 * p * r) / (p + r),
      support: row.reduce((a, b) => a + b, 0),
    };
  }).filter(({ support }, label) => support > 0 || isPredicted(counts, numClasses, label) || classNames);
  const samples = counts.reduce((a, b) => a + b, 0);
  const right = Array.from({ length: numClasses }, (_, label) => counts[label * (numClasses + 1)] ?? 0);
  const average = (name: string, weightOf: (scores: ClassScores) => number): ClassScores => {
    const mean = (score: "precision" | "recall" | "f1Score"): number =>
      classes.reduce((sum, one) => sum + one[score] * weightOf(one), 0);
    return {
      name,
      precision: mean("precision"),
      recall: mean("recall"),
      f1Score: mean("f1Score"),
      support: samples,
    };
  };
  return {
    classes,
    accuracy: right.reduce((a, b) => a + b, 0) / samples,
    macroAverage: average("macro avg", () => 1 / classes.length),
    weightedAverage: average("weighted avg", ({ support }) => support / samples),
  };
}

const orZero = (value: number | undefined): number => (Number.isNaN(value) ? 0 : (value ?? 0));

const isPredicted = (counts: Int32Array, numClasses: number, label: number): boolean =>
  counts.some((count, i) => i % numClasses === label && count > 0);

/**
 * The report as a table, in scikit-learn's layout.
 *
 * @example
 * ```ts
 * const report = metrics.classificationReport(yTest, await model.predict(xTest), { classNames: ["cat", "dog"] });
 * console.log(metrics.formatClassificationReport(report));
 * ```
 */
export function formatClassificationReport({
  classes,
  accuracy,
  macroAverage,
  weightedAverage,
}: ClassificationReport): string {
  const width = Math.max(...[...classes, weightedAverage].map(({ name }) => name.length));
  const line = (name: string, cells: readonly string[]): string =>
    `${name.padStart(width)} ${cells.map((cell) => cell.padStart(10)).join("")}`.trimEnd();
  const row = ({ name, precision, recall, f1Score, support }: ClassScores): string =>
    line(name, [...[precision, recall, f1Score].map((score) => twoDigits(score)), String(support)]);
  return [
    line("", ["precision", "recall", "f1-score", "support"]),
    "",
    ...classes.map(row),
    "",
    line("accuracy", ["", "", twoDigits(accuracy), String(macroAverage.support)]),
    row(macroAverage),
    row(weightedAverage),
  ].join("\n");
}

/** As Python rounds: of two numbers that are equally near, the even one. */
function twoDigits(score: number): string {
  const hundredths = score * 100;
  // Only eighths have a half in binary exactly.
  const isHalf = Number.isInteger(score * 8) && hundredths % 1 === 0.5;
  return (isHalf ? (2 * Math.round(hundredths / 2)) / 100 : score).toFixed(2);
}
