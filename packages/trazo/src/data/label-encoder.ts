import { inWords, TrazoError } from "../errors.js";
import { type Tensor, tensor } from "../tensor.js";
import { byCodePoints } from "./code-points.js";

/** Class numbers for names, and back. */
export interface LabelEncoder {
  /** The names by their numbers. */
  readonly classes: readonly string[];
  /** The number of each name: int32 [n]. @throws TrazoError for a name that is not a class */
  encode(names: ArrayLike<string>): Tensor<"int32">;
  /** The name of each number. @throws TrazoError for a number that is not a class */
  decode(labels: Tensor | ArrayLike<number>): string[];
}

/**
 * Numbers the different names among `names` in Python's order of strings, as scikit-learn's `LabelEncoder` does.
 *
 * @example
 * ```ts
 * const encoder = labelEncoder(["dog", "cat", "dog"]);
 * encoder.encode(["dog", "cat"]); // int32 [1, 0]
 * encoder.decode(argMax(await model.predict(xTest)));
 * ```
 */
export function labelEncoder(names: ArrayLike<string>): LabelEncoder {
  const classes = [...new Set(Array.from(names))].sort(byCodePoints);
  const numbers = new Map(classes.map((name, i) => [name, i]));
  return {
    classes,
    encode(names) {
      const data = Int32Array.from({ length: names.length }, (_, i) => {
        const number = numbers.get(names[i] as string);
        if (number !== undefined) return number;
        throw new TrazoError(
          `labelEncoder: ${inWords(names[i])} at index ${i} is none of the classes ${listed(classes)}.`,
        );
      });
      return tensor("int32", [data.length], data);
    },
    decode(labels) {
      const values: ArrayLike<number | bigint> = "data" in labels ? labels.data : labels;
      return Array.from({ length: values.length }, (_, i) => {
        const name = classes[Number(values[i])];
        if (name !== undefined) return name;
        throw new TrazoError(
          `labelEncoder: ${String(values[i])} at index ${i} is not the number of a class (0 to ${classes.length - 1}).`,
        );
      });
    },
  };
}

const listed = (names: readonly string[]): string =>
  names.length <= 10 ? names.join(", ") : `${names.slice(0, 10).join(", ")} and ${names.length - 10} more`;
