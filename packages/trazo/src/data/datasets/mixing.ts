import { inWords, TrazoError } from "../../errors.js";
import type { DType } from "../../tensor.js";
import type { Dataset } from "./dataset.js";

/** @throws TrazoError where targets cannot be mixed: class numbers have nothing between them */
export function requireMixableTargets(
  dataset: Dataset,
  what: string,
): asserts dataset is Dataset<DType, "float32"> {
  if (dataset.y?.dtype === "float32") return;
  throw new TrazoError(
    `${what} mixes targets, which have to be float32, such as one-hot rows (labelMode: "categorical", toCategorical), but they are ` +
      `${dataset.y?.dtype ?? "absent"}.`,
  );
}

/** @throws TrazoError unless it is a positive finite number */
export function requirePositive(value: number, what: string): void {
  if (typeof value === "number" && value > 0 && Number.isFinite(value)) return;
  throw new TrazoError(`${what} must be a positive number, but got ${inWords(value)}.`);
}

/** Row `row` of values becomes `share` of itself and the rest of row `partner` of `before`. */
export function mixRow(
  values: Float32Array,
  before: Float32Array,
  row: number,
  partner: number,
  size: number,
  share: number,
): void {
  for (let i = 0; i < size; i++) {
    values[row * size + i] =
      share * (before[row * size + i] as number) + (1 - share) * (before[partner * size + i] as number);
  }
}
