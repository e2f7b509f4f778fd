import { TrazoError } from "../errors.js";
import { add, div, groupNormalization, mul, reduceMean, reshape, sqrt, square, sub } from "../graph/ops.js";
import { formatShape, normalizeAxis, staticDim } from "../graph/shape.js";
import type { Shape, Value } from "../graph/value.js";
import { type OptionsOf, withShared } from "../schema/define.js";
import { keyed, option, withDefault } from "../schema/option.js";
import { number, only } from "../schema/options.js";
import { defineLayer } from "./define-layer.js";
import { learnedScale, learnedScaleOptions } from "./learned-scale.js";

const axes = option<number | readonly number[]>({
  expected: "an axis or a list of axes, counted with the batch as axis 0, or from the end",
  accept(value) {
    if (Number.isSafeInteger(value)) return value as number;
    return Array.isArray(value) && value.length > 0 && value.every(Number.isSafeInteger)
      ? [...value]
      : undefined;
  },
  toKeras: (kept) => (typeof kept === "number" ? kept : [...kept]),
  fromKeras: (json) => (Array.isArray(json) && json.length === 1 ? json[0] : json),
});

export type LayerNormalizationOptions = OptionsOf<typeof layerNormalization>;

/**
 * Normalization of each sample by its own mean and biased variance along some axes (Ba et al. 2016), as Keras's
 * `LayerNormalization`: `gamma * (x - mean) / sqrt(variance + epsilon) + beta`, in training and outside of it.
 *
 * Any input `[batch, ..., n]`. Weights gamma and beta, of the shape of the axes.
 *
 * @throws TrazoError for a wrong option, and, once built, for an axis that a sample does not have
 * @example
 * ```ts
 * layers.layerNormalization({ epsilon: 1e-6 });
 * ```
 */
export const layerNormalization = defineLayer({
  className: "LayerNormalization",
  options: withShared(
    {
      /** Along which axes the mean is taken. Default -1, the last. */
      axis: withDefault(axes, -1),
      /** Added to the variance, at least 0. Default 1e-3. */
      epsilon: withDefault(number({ min: 0 }), 1e-3),
      rmsScaling: keyed(only(false), null, "rms_scaling"),
    },
    learnedScaleOptions,
  ),
  create: ({ axis, epsilon, trainable, ...settings }) => ({
    build(inputShape) {
      const along = axesOf(axis, inputShape);
      const shape = along.map((one) => staticDim(inputShape, one, "LayerNormalization"));
      return { outputShape: inputShape, weights: learnedScale(settings, shape, trainable) };
    },
    call(x, { gamma, beta }) {
      const along = axesOf(axis, x.shape);
      const each = along.reduce((size, one) => size * staticDim(x.shape, one, "LayerNormalization"), 1);
      if (along.every((one, i) => one === x.shape.length - along.length + i))
        return groupNormalization(x, { gamma, beta, epsilon, places: 1, groups: 1, each });
      const options = { axes: along, keepDims: true };
      const centered = sub(x, reduceMean(x, options));
      const variance = reduceMean(square(centered), options);
      const normal = div(centered, sqrt(add(variance, epsilon)));
      const scaled = gamma ? mul(normal, spread(gamma, x.shape, along)) : normal;
      return beta ? add(scaled, spread(beta, x.shape, along)) : scaled;
    },
  }),
});

/** Axes counted from 0, in ascending order. */
function axesOf(axis: number | readonly number[], shape: Shape): number[] {
  const given = typeof axis === "number" ? [axis] : axis;
  const along = given.map((one) => normalizeAxis(one, shape.length)).sort((a, b) => a - b);
  if (!along.includes(0)) return along;
  throw new TrazoError(`LayerNormalization cannot run over the batch, axis 0 of ${formatShape(shape)}.`);
}

/** A weight in the shape that broadcasts over the values that it belongs to. */
const spread = (weight: Value, shape: Shape, along: readonly number[]): Value =>
  reshape(
    weight,
    shape.map((dim, axis) => (along.includes(axis) ? dim : 1)),
  );
