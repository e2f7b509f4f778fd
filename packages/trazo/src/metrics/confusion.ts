import { displayed } from "../display/displayed.js";
import { TrazoError } from "../errors.js";
import type { Tensor } from "../tensor.js";
import { classNumbers } from "./class-numbers.js";

/** How often each true class (row) was taken for each class (column). */
export interface ConfusionMatrix {
  readonly numClasses: number;
  /** Row-major: `counts[true * numClasses + predicted]`. */
  readonly counts: Int32Array;
  /** Of each true class's samples, the share predicted as it; NaN where the class has no samples. */
  readonly recall: Float64Array;
  /** Of the samples predicted as each class, the share that is of it; NaN where it was never predicted. */
  readonly precision: Float64Array;
}

/**
 * Counts true against predicted classes.
 *
 * @param truth class numbers `[n]` or one-hot rows `[n, classes]`
 * @param predictions class numbers or probabilities, likewise; among equal ones the first counts
 * @param numClasses default: the largest class number + 1
 * @throws TrazoError when the lengths differ, or a class number is not whole or not below `numClasses`
 * @example
 * ```ts
 * const { counts, recall } = metrics.confusionMatrix(yTest, await model.predict(xTest));
 * ```
 */
export function confusionMatrix(truth: Tensor, predictions: Tensor, numClasses?: number): ConfusionMatrix {
  const [rows, columns] = [classNumbers(truth), classNumbers(predictions)];
  if (rows.length !== columns.length) {
    throw new TrazoError(`There are ${rows.length} true classes but ${columns.length} predictions.`);
  }
  const largest = (labels: Float64Array): number => labels.reduce((a, b) => Math.max(a, b), -1);
  const count = numClasses ?? Math.max(largest(rows), largest(columns)) + 1;
  const counts = new Int32Array(count * count);
  for (const [i, row] of rows.entries()) {
    const column = columns[i] as number;
    for (const label of [row, column]) {
      if (label >= count) throw new TrazoError(`Sample ${i} has class ${label}, but there are ${count}.`);
    }
    counts[row * count + column] = (counts[row * count + column] as number) + 1;
  }
  const share = (cell: (other: number, label: number) => number) =>
    Float64Array.from({ length: count }, (_, label) => {
      let sum = 0;
      for (let other = 0; other < count; other++) sum += counts[cell(other, label)] as number;
      return sum === 0 ? Number.NaN : (counts[label * count + label] as number) / sum;
    });
  const matrix: ConfusionMatrix = {
    numClasses: count,
    counts,
    recall: share((other, label) => label * count + other),
    precision: share((other, label) => other * count + label),
  };
  return displayed(matrix, async (shown) =>
    (await import("../display/confusion-display.js")).confusionBundle(shown, formatConfusionMatrix(shown)),
  );
}

/**
 * The matrix as an aligned table: true classes down, predicted across, each class's recall at the end of its row and its
 * precision below its column, in percent.
 *
 * @example
 * ```ts
 * console.log(metrics.formatConfusionMatrix(metrics.confusionMatrix(yTest, await model.predict(xTest))));
 * ```
 */
export function formatConfusionMatrix({ numClasses, counts, recall, precision }: ConfusionMatrix): string {
  const labels = Array.from({ length: numClasses }, (_, label) => label);
  const width = Math.max(7, String(counts.reduce((a, b) => Math.max(a, b), 0)).length + 1);
  const cell = (value: string | number): string => String(value).padStart(width);
  const percent = (value: number): string => (Number.isNaN(value) ? "-" : (100 * value).toFixed(1));
  const line = (head: string, cells: readonly (string | number)[]): string =>
    head.padStart(10) + cells.map(cell).join("");
  return [
    line("true\\pred", [...labels, "recall"]),
    ...labels.map((row) =>
      line(String(row), [
        ...counts.subarray(row * numClasses, (row + 1) * numClasses),
        percent(recall[row] as number),
      ]),
    ),
    line("precision", [...precision].map(percent)),
  ].join("\n");
}
