import { TrazoError } from "../errors.js";
import {
  add,
  div,
  mul,
  groupNormalization as normalizeGroups,
  reduceMean,
  reshape,
  sqrt,
  square,
  sub,
} from "../graph/ops.js";
import { formatShape, normalizeAxis, staticDim } from "../graph/shape.js";
import type { Shape, Value } from "../graph/value.js";
import { type OptionsOf, withShared } from "../schema/define.js";
import { option, withDefault } from "../schema/option.js";
import { integer, number } from "../schema/options.js";
import { defineLayer } from "./define-layer.js";
import { learnedScale, learnedScaleOptions } from "./learned-scale.js";

const groupCount = option<number>({
  expected: "a positive integer, or -1 for as many groups as there are channels",
  accept: (value) =>
    Number.isSafeInteger(value) && (value === -1 || (value as number) > 0) ? (value as number) : undefined,
});

export type GroupNormalizationOptions = OptionsOf<typeof groupNormalization>;

/**
 * Normalization of each sample in groups of channels (Wu & He 2018), as Keras's `GroupNormalization`:
 * `gamma * (x - mean) / sqrt(variance + epsilon) + beta` with the mean and biased variance of a group, over all its places, in
 * training and outside of it. It does not depend on the batch, so it serves where batches are small.
 *
 * Any input `[batch, ..., n]`. Weights gamma and beta, each `[n]`.
 *
 * @throws TrazoError for a wrong option, and, once built, where the groups do not divide the channels
 * @example
 * ```ts
 * layers.groupNormalization({ groups: 8 });
 * ```
 */
export const groupNormalization = defineLayer({
  className: "GroupNormalization",
  options: withShared(
    {
      /** Into how many groups the channels are divided; -1 for one each (instance normalization). Default 32. */
      groups: withDefault(groupCount, 32),
      /** The axis of the channels, counted with the batch as axis 0, or from the end. Default -1, the last. */
      axis: withDefault(integer(), -1),
      /** Added to the variance, at least 0. Default 1e-3. */
      epsilon: withDefault(number({ min: 0 }), 1e-3),
    },
    learnedScaleOptions,
  ),
  create: ({ groups, axis, epsilon, trainable, ...settings }) => ({
    build(inputShape) {
      const at = channelAxis(axis, inputShape);
      const channels = staticDim(inputShape, at, "GroupNormalization");
      const count = groups === -1 ? channels : groups;
      if (channels % count !== 0) {
        throw new TrazoError(
          `GroupNormalization: ${channels} channels cannot be divided into ${count} groups of equal size. ` +
            "Set groups to a divisor of the channels.",
        );
      }
      return { outputShape: inputShape, weights: learnedScale(settings, [channels], trainable) };
    },
    call(x, { gamma, beta }) {
      const at = channelAxis(axis, x.shape);
      const channels = staticDim(x.shape, at, "GroupNormalization");
      const count = groups === -1 ? channels : groups;
      if (at === x.shape.length - 1) {
        const places = x.shape.slice(1, at).reduce<number>((size, dim) => size * Number(dim), 1);
        return normalizeGroups(x, { gamma, beta, epsilon, places, groups: count, each: channels / count });
      }
      const grouped = reshape(x, [
        ...x.shape.slice(0, at),
        count,
        channels / count,
        ...x.shape.slice(at + 1),
      ]);
      const within = grouped.shape.map((_, i) => i).filter((i) => i !== 0 && i !== at);
      const options = { axes: within, keepDims: true };
      const centered = sub(grouped, reduceMean(grouped, options));
      const variance = reduceMean(square(centered), options);
      const normal = reshape(div(centered, sqrt(add(variance, epsilon))), x.shape);
      const perChannel = (weight: Value): Value =>
        reshape(
          weight,
          x.shape.map((_, i) => (i === at ? channels : 1)),
        );
      const scaled = gamma ? mul(normal, perChannel(gamma)) : normal;
      return beta ? add(scaled, perChannel(beta)) : scaled;
    },
  }),
});

/** Counted from 0. */
function channelAxis(axis: number, shape: Shape): number {
  const at = normalizeAxis(axis, shape.length);
  if (at > 0) return at;
  throw new TrazoError(`GroupNormalization cannot run over the batch, axis 0 of ${formatShape(shape)}.`);
}
