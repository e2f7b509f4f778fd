import { add, clip, mul, reduceMean, reshape, sub } from "../graph/ops.js";
import type { Dim } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { option } from "../schema/option.js";
import { defineLayer } from "./define-layer.js";
import type { FactorOption } from "./factor.js";
import { imagesInTraining, withinRanges } from "./images-in-training.js";
import { randomOptions } from "./random-options.js";
import { valueRange } from "./value-range.js";

/** How far the contrast may fall and rise. */
const reach = option<FactorOption, readonly [down: number, up: number]>({
  expected: "a number from 0 to 1, or a pair of them for less and for more contrast",
  accept(value) {
    const [down, up, ...others] = Array.isArray(value) ? value : [value, value];
    return isShare(down) && isShare(up) && others.length === 0 ? [down, up] : undefined;
  },
  toKeras: (pair) => [...pair],
});

const isShare = (value: unknown): value is number => typeof value === "number" && value >= 0 && value <= 1;

export type RandomContrastOptions = OptionsOf<typeof randomContrast>;

/**
 * Brings the pixels of every image nearer to the mean of their channel, or farther from it, while training; the identity
 * otherwise (Keras's `RandomContrast`): `(x - mean) * c + mean` with `c` from `1 - down` to `1 + up`, one for an image. What leaves
 * the range of values is cut off. The numbers follow from the model's seed.
 *
 * One number means both ways, as Keras documents it and Keras 2 does; Keras 3.15 then only adds contrast.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * layers.randomContrast({ factor: 0.2, valueRange: [0, 1] });
 * ```
 */
export const randomContrast = defineLayer({
  className: "RandomContrast",
  options: {
    /** From 0 to 1: 0.2 for factors from 0.8 to 1.2; a pair says how far down and how far up. */
    factor: reach,
    /** The least and the greatest value of pixels. Default `[0, 255]`: for pixels from 0 to 1 say `[0, 1]`. */
    valueRange: valueRange(),
    ...randomOptions,
  },
  create: ({ factor: [down, up], valueRange: [low, high] }) =>
    imagesInTraining("RandomContrast", (x, { uniformNoise }) => {
      const batch = x.shape[0] as Dim;
      const factors = withinRanges(uniformNoise([batch, 1]), [[1 - down, 1 + up]]);
      const mean = reduceMean(x, { axes: [1, 2], keepDims: true });
      return clip(add(mul(sub(x, mean), reshape(factors, [batch, 1, 1, 1])), mean), low, high);
    }),
});
