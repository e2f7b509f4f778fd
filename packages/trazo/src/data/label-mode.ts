import { TrazoError } from "../errors.js";
import { type Tensor, tensor } from "../tensor.js";
import { toCategorical } from "./categorical.js";

/**
 * How labels are given: `"int"` as class numbers, int32 [n]; `"categorical"` as one-hot rows, float32 [n, classes]; `"binary"`, for
 * two classes, as 0 or 1, float32 [n, 1].
 */
export type LabelMode = "int" | "categorical" | "binary";

/** @throws TrazoError for another mode, and for `"binary"` where there are not two classes */
export function requireLabelMode(mode: LabelMode, classNames: readonly string[], what: string): void {
  if (!["int", "categorical", "binary"].includes(mode)) {
    throw new TrazoError(
      `${what}: labelMode must be "int", "categorical" or "binary", but got ${JSON.stringify(mode)}.`,
    );
  }
  if (mode === "binary" && classNames.length !== 2) {
    throw new TrazoError(
      `${what}: labelMode "binary" is for two classes, but there are ${classNames.length}: ${classNames.join(", ")}.`,
    );
  }
}

/** The targets of samples with these class numbers. */
export function labelsIn(
  mode: LabelMode,
  labels: readonly number[],
  classes: number,
): Tensor<"int32" | "float32"> {
  if (mode === "categorical") return toCategorical(labels, classes);
  if (mode === "binary") return tensor("float32", [labels.length, 1], Float32Array.from(labels));
  return tensor("int32", [labels.length], Int32Array.from(labels));
}
