import { TrazoError } from "../errors.js";
import { add, batchNormalization as batchNormalizationOf, mul, normalization } from "../graph/ops.js";
import { formatShape } from "../graph/shape.js";
import { bounds, flush, flushPositive } from "../graph/subnormals.js";
import type { Shape, Value } from "../graph/value.js";
import type { Initializer } from "../initializers/initializer.js";
import { initializer } from "../initializers/registry.js";
import { type OptionsOf, withShared } from "../schema/define.js";
import { type HiddenOption, keyed, option, withDefault } from "../schema/option.js";
import { boolean, discarded, number, only } from "../schema/options.js";
import { defineLayer } from "./define-layer.js";
import type { WeightSpec } from "./layer.js";
import { learnedScale, learnedScaleOptions } from "./learned-scale.js";

/** The last axis, which files may name by its number (see `requireLastAxis`). */
const lastAxis: HiddenOption<-1, number> = {
  ...option<-1, number>({
    expected: "a single axis (nothing else can be normalized)",
    accept: (value) => (Number.isSafeInteger(value) ? (value as number) : undefined),
    toKeras: () => -1,
    fromKeras: (json) => (Array.isArray(json) && json.length === 1 ? json[0] : json),
  }),
  optional: true,
  neutral: [-1],
  fallback: () => -1,
};

export type BatchNormalizationOptions = OptionsOf<typeof batchNormalization>;

/**
 * Batch normalization over the last axis (Ioffe & Szegedy 2015), as Keras 3's `BatchNormalization`:
 * `gamma * (x - mean) / sqrt(variance + epsilon) + beta`, with the batch's own mean and biased
 * variance while training, and their moving averages otherwise or when the layer is frozen.
 *
 * Any input `[batch, ..., n]`. Weights, each `[n]`: gamma, beta, moving_mean, moving_variance.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * layers.batchNormalization({ momentum: 0.9 });
 * ```
 */
export const batchNormalization = defineLayer({
  className: "BatchNormalization",
  options: withShared(
    {
      axis: lastAxis,
      /** Weight of the past in the moving averages, from 0 to 1. Default 0.99. */
      momentum: withDefault(number({ min: 0, max: 1 }), 0.99),
      /** Added to the variance, at least 0. Default 1e-3. */
      epsilon: withDefault(number({ min: 0 }), 1e-3),
      /** Default `zeros`. */
      movingMeanInitializer: withDefault(initializer(), "zeros"),
      /** Default `ones`. */
      movingVarianceInitializer: withDefault(initializer(), "ones"),
      renorm: keyed(only(false), null, "renorm"),
      renormMomentum: keyed(discarded(number()), null, "renorm_momentum"),
      // Between devices only, and here is one.
      synchronized: keyed(discarded(boolean()), null, "synchronized"),
    },
    learnedScaleOptions,
  ),
  create({
    axis,
    momentum,
    epsilon,
    movingMeanInitializer,
    movingVarianceInitializer,
    trainable,
    ...settings
  }) {
    return {
      build(inputShape) {
        requireLastAxis(axis, inputShape);
        const width = inputShape.at(-1);
        if (inputShape.length < 2 || typeof width !== "number") {
          throw new TrazoError(
            `BatchNormalization needs an input [batch, ..., n] with n known, but got ${formatShape(inputShape)}.`,
          );
        }
        const shape = [width];
        const moving = (name: string, initializer: Initializer): WeightSpec => ({
          name,
          shape,
          initializer,
          trainable: false,
        });
        const weights = [
          ...learnedScale(settings, shape, trainable),
          moving("moving_mean", movingMeanInitializer),
          moving("moving_variance", movingVarianceInitializer),
        ];
        return { outputShape: inputShape, weights };
      },
      call(x, { moving_mean, moving_variance, gamma, beta }, context) {
        const moving = { mean: moving_mean as Value, variance: moving_variance as Value };
        const options = { gamma, beta, epsilon };
        if (!context.training || !context.trainable)
          return normalization(x, moving.mean, moving.variance, options);
        const { output, mean, variance } = batchNormalizationOf(x, options);
        const average = (past: Value, now: Value): Value => add(mul(past, momentum), mul(now, 1 - momentum));
        // Of a channel that has died both shrink forever.
        context.updateWeight("moving_mean", flush(average(moving.mean, mean), bounds.weight));
        const nextVariance = average(moving.variance, variance);
        context.updateWeight("moving_variance", flushPositive(nextVariance, bounds.square));
        return output;
      },
    };
  },
});

/** Keras 2 writes the resolved axis ([3] after a convolution, [1] after a dense layer), Keras 3 what was given. */
function requireLastAxis(axis: number, inputShape: Shape): void {
  const last = inputShape.length - 1;
  if (axis === -1 || axis === last) return;
  throw new TrazoError(
    `BatchNormalization over axis ${axis} is not supported for inputs ${formatShape(inputShape)}, ` +
      `only over their last axis, ${last} or -1 (channels_last).`,
  );
}
