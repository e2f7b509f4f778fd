import { TrazoError } from "../errors.js";
import { sizeOf, type Tensor, tensor } from "../tensor.js";
import { byCodePoints } from "./code-points.js";

/** What one array can hold. */
const maxValues = 2 ** 31;

/**
 * One-hot rows from class numbers (Keras `to_categorical`; float32 as in Keras 2).
 *
 * As in Keras, fractions are cut off, a last dimension of length 1 is dropped, and a negative label counts from the
 * last class backwards.
 *
 * @param labels class numbers of any shape, e.g. [n] or [n, 1]
 * @param numClasses length of a row; default the largest label + 1
 * @returns shape [...labels.shape, numClasses], e.g. [n, 10]
 * @throws TrazoError for a label outside the classes, naming its position
 * @example
 * ```ts
 * toCategorical([1, 0, 2]); // rows [0, 1, 0], [1, 0, 0] and [0, 0, 1]
 * ```
 */
export function toCategorical(labels: Tensor | ArrayLike<number>, numClasses?: number): Tensor<"float32">;
/**
 * One-hot rows from names of classes.
 *
 * @param classNames in the order of the columns. Default: the names in Python's order of strings
 * @throws TrazoError for a name that is none of `classNames`
 * @example
 * ```ts
 * const rows = toCategorical(["dog", "cat"]); // [[0, 1], [1, 0]]
 * ```
 */
export function toCategorical(names: readonly string[], classNames?: readonly string[]): Tensor<"float32">;
export function toCategorical(
  labels: Tensor | ArrayLike<number> | readonly string[],
  classes?: number | readonly string[],
): Tensor<"float32"> {
  if (Array.isArray(classes) || isNames(labels)) {
    return ofNames(labels as readonly string[], classes as readonly string[] | undefined);
  }
  return ofNumbers(labels as Tensor | ArrayLike<number>, classes as number | undefined);
}

const isNames = (labels: Tensor | ArrayLike<number | string>): boolean =>
  Array.isArray(labels) && labels.length > 0 && labels.every((label) => typeof label === "string");

function ofNames(names: readonly string[], classNames: readonly string[] | undefined): Tensor<"float32"> {
  const classes = classNames ?? [...new Set(names)].sort(byCodePoints);
  const numbers = new Map(classes.map((name, i) => [name, i]));
  const labels = names.map((name, i) => {
    const number = numbers.get(name);
    if (number !== undefined) return number;
    throw new TrazoError(
      `toCategorical: "${name}" at index ${i} is none of the classes ${classes.join(", ")}.`,
    );
  });
  return ofNumbers(labels, classes.length);
}

function ofNumbers(labels: Tensor | ArrayLike<number>, numClasses?: number): Tensor<"float32"> {
  const { values, shape } = asLabels(labels);
  const classes = numClasses ?? values.reduce((largest, label) => Math.max(largest, label), 0) + 1;
  if (numClasses === undefined && values.length === 0) {
    throw new TrazoError("toCategorical cannot tell the number of classes from no labels; pass numClasses.");
  }
  if (!Number.isInteger(classes) || classes < 1) {
    throw new TrazoError(
      `toCategorical: the number of classes must be a positive integer, but got ${classes}.`,
    );
  }
  if (values.length * classes > maxValues) {
    throw new TrazoError(
      `toCategorical: ${values.length} labels of ${classes} classes are too many values for one array.`,
    );
  }
  const data = new Float32Array(values.length * classes);
  for (const [i, label] of values.entries()) {
    if (!(label >= -classes && label < classes)) {
      throw new TrazoError(
        `toCategorical: label ${label} at index ${i} does not fit ${classes} classes (0 to ${classes - 1}).`,
      );
    }
    data[i * classes + (label < 0 ? label + classes : label)] = 1;
  }
  return tensor("float32", [...shape, classes], data);
}

function asLabels(labels: Tensor | ArrayLike<number>): { values: number[]; shape: readonly number[] } {
  if (!("data" in labels)) {
    return { values: Array.from(labels, Math.trunc), shape: [labels.length] };
  }
  if ((labels.divisor ?? 1) !== 1) {
    throw new TrazoError(
      `toCategorical needs class numbers, but the tensor is divided by ${labels.divisor}.`,
    );
  }
  const { shape, data } = labels;
  const dropped = shape.length > 1 && shape.at(-1) === 1 ? shape.slice(0, -1) : shape;
  return {
    values: Array.from({ length: sizeOf(shape) }, (_, i) => Math.trunc(Number(data[i]))),
    shape: dropped,
  };
}
