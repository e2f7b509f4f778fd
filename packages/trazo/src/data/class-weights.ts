import { classNumbers } from "../metrics/class-numbers.js";
import type { Tensor } from "../tensor.js";

/**
 * Weights that make every class count the same in the loss, however many samples it has:
 * `samples / (classes * samples of the class)`, scikit-learn's `compute_class_weight("balanced")`.
 *
 * @param labels class numbers `[n]`, or one-hot rows `[n, classes]`
 * @returns the weight of each class that occurs, for `fit`'s `classWeight`
 * @throws TrazoError for labels that are not class numbers
 * @example
 * ```ts
 * await model.fit(xTrain, yTrain, { classWeight: classWeights(yTrain) });
 * ```
 */
export function classWeights(labels: Tensor): Record<number, number> {
  const counts = new Map<number, number>();
  const numbers = classNumbers(labels);
  for (const label of numbers) counts.set(label, (counts.get(label) ?? 0) + 1);
  const each = numbers.length / counts.size;
  return Object.fromEntries(
    [...counts].sort(([a], [b]) => a - b).map(([label, count]) => [label, each / count]),
  );
}
