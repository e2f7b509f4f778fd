import { TrazoError } from "../errors.js";
import { mul } from "../graph/ops.js";
import { formatShape } from "../graph/shape.js";
import type { Shape } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { option, optional } from "../schema/option.js";
import { discarded, number } from "../schema/options.js";
import { defineLayer } from "./define-layer.js";

/** Keras's seed selects its own generator's stream, which ours cannot reproduce. */
export const kerasSeed = () => discarded(number());

const noiseSides = () =>
  option<readonly (number | null)[]>({
    expected: "a list of a positive integer or null for each axis, e.g. [null, 1, 1, 1]",
    accept: (value) => {
      const isSides =
        Array.isArray(value) &&
        value.length > 0 &&
        value.every((side) => side === null || (Number.isSafeInteger(side) && side > 0));
      return isSides ? (value as (number | null)[]) : undefined;
    },
  });

export type DropoutOptions = OptionsOf<typeof dropout>;

/**
 * Sets values to 0 at random while training and scales the others by 1/(1-rate); the identity
 * otherwise (Srivastava et al. 2014; Keras's `Dropout`). The masks follow from the model's seed.
 *
 * @throws TrazoError for a rate outside [0, 1]
 * @example
 * ```ts
 * layers.dropout({ rate: 0.5 });
 * ```
 */
export const dropout = defineLayer({
  className: "Dropout",
  options: {
    /** Fraction of the values set to 0 while training, from 0 to 1. */
    rate: number({ min: 0, max: 1 }),
    /**
     * The shape of the masks, the batch first: along a side of 1 all values are dropped or kept together, and null stands for the
     * input's own, e.g. `[null, 1, 1, 1]` for whole samples. Default: that of the input.
     */
    noiseShape: optional(noiseSides()),
    seed: kerasSeed(),
  },
  create: ({ rate, noiseShape }) => ({
    build(inputShape) {
      maskShape(inputShape, noiseShape);
      return { outputShape: inputShape, weights: [] };
    },
    call: (x, _weights, context) =>
      context.training && rate > 0 ? mul(x, context.dropoutMask(rate, maskShape(x.shape, noiseShape))) : x,
  }),
});

function maskShape(shape: Shape, noiseShape: readonly (number | null)[] | undefined): Shape {
  if (!noiseShape) return shape;
  const fits =
    noiseShape.length === shape.length &&
    noiseShape.every((side, axis) => side === null || side === 1 || side === shape[axis]);
  if (fits) return shape.map((dim, axis) => (noiseShape[axis] === 1 ? 1 : dim));
  throw new TrazoError(
    `Dropout: noiseShape [${noiseShape.map(String).join(", ")}] does not go with an input of shape ${formatShape(shape)}: ` +
      "each side must be 1, or null for the input's own.",
  );
}
