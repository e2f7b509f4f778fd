import { add, div, reduceSum, sqrt, square } from "../graph/ops.js";
import type { Value } from "../graph/value.js";
import { type OptionalOption, option, withDefault } from "../schema/option.js";

/** One axis, or several. */
export type NormAxis = number | readonly number[];

/**
 * Along which axes norms are taken: a dense kernel `[inputs, units]` has one a unit along 0, a convolution's kernel
 * `[height, width, channels, filters]` one a filter along `[0, 1, 2]`.
 */
export const normAxis = (): OptionalOption<NormAxis, NormAxis> =>
  withDefault(
    option<NormAxis>({
      expected: "an axis of the weight, or a list of axes, counted from 0, or from the end",
      accept(value) {
        if (Number.isSafeInteger(value)) return value as number;
        const fits = Array.isArray(value) && value.length > 0 && value.every(Number.isSafeInteger);
        return fits ? [...value] : undefined;
      },
      toKeras: (axis) => (typeof axis === "number" ? axis : [...axis]),
    }),
    0,
  );

/** The L2 norms of a weight along axes, which stay, with size 1. */
export const normsOf = (weight: Value, axis: NormAxis): Value =>
  sqrt(reduceSum(square(weight), { axes: typeof axis === "number" ? [axis] : axis, keepDims: true }));

/** What norms are divided by, as Keras has it: never 0. */
export const safely = (norms: Value): Value => add(norms, 1e-7);

/** The factors that bring norms to others. */
export const factorsTo = (wanted: Value, norms: Value): Value => div(wanted, safely(norms));
