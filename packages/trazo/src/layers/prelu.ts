import { constraint } from "../constraints/registry.js";
import { TrazoError } from "../errors.js";
import { mul, neg, relu, sub } from "../graph/ops.js";
import { formatShape, staticShape } from "../graph/shape.js";
import type { Shape, Value } from "../graph/value.js";
import { initializer } from "../initializers/registry.js";
import { regularizer } from "../regularizers/registry.js";
import type { OptionsOf } from "../schema/define.js";
import { option, optional, withDefault } from "../schema/option.js";
import { isPositiveInteger } from "../schema/options.js";
import { defineLayer } from "./define-layer.js";

const axes = option<readonly number[]>({
  expected: "a list of axes, counted from 1 (the batch is axis 0)",
  accept: (value) => (Array.isArray(value) && value.every(isPositiveInteger) ? [...value] : undefined),
  toKeras: (list) => [...list],
  fromKeras: (json) => (typeof json === "number" ? [json] : json),
});

export type PreluOptions = OptionsOf<typeof prelu>;

/**
 * `x` where it is positive, else `alpha * x` with a slope that is learned, one per value of a sample (He et al. 2015), as Keras's
 * `PReLU`. Any shape. After a convolution `sharedAxes: [1, 2]` learns one slope per channel.
 *
 * Weight: `alpha` of the shape of a sample, with size 1 along shared axes.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * layers.prelu({ sharedAxes: [1, 2] });
 * ```
 */
export const prelu = defineLayer({
  className: "PReLU",
  options: {
    /** Default `zeros`. */
    alphaInitializer: withDefault(initializer(), "zeros"),
    /** A penalty on the slopes. Default none. */
    alphaRegularizer: optional(regularizer()),
    /** What the slopes must be after every step, e.g. `constraints.nonNeg()`. Default anything. */
    alphaConstraint: constraint(),
    /** Axes along which one slope serves all, counted from 1. Default none. */
    sharedAxes: optional(axes),
  },
  create: ({ alphaInitializer, alphaRegularizer, alphaConstraint, sharedAxes = [], trainable }) => ({
    build(inputShape) {
      requireAxes(sharedAxes, inputShape);
      const sample = staticShape(inputShape.slice(1), "PReLU");
      const shape = sample.map((size, i) => (sharedAxes.includes(i + 1) ? 1 : size));
      const alpha = {
        name: "alpha",
        shape,
        initializer: alphaInitializer,
        regularizer: alphaRegularizer,
        constraint: alphaConstraint,
        trainable,
      };
      return { outputShape: inputShape, weights: [alpha] };
    },
    call: (x, { alpha }) => sub(relu(x), mul(relu(neg(x)), alpha as Value)),
  }),
});

function requireAxes(axes: readonly number[], inputShape: Shape): void {
  const wrong = axes.find((axis) => axis >= inputShape.length);
  if (wrong === undefined) return;
  throw new TrazoError(`PReLU: sharedAxes names axis ${wrong}, but the input is ${formatShape(inputShape)}.`);
}
