import { TrazoError } from "../errors.js";
import { add, batchNormalization as batchNormalizationOf, mul, normalization } from "../graph/ops.js";
import { formatShape, normalizeAxis } from "../graph/shape.js";
import { bounds, flush, flushPositive } from "../graph/subnormals.js";
import type { Shape, Value } from "../graph/value.js";
import type { Initializer } from "../initializers/initializer.js";
import { initializer } from "../initializers/registry.js";
import { type OptionsOf, withShared } from "../schema/define.js";
import { type HiddenOption, keyed, option, withDefault } from "../schema/option.js";
import { boolean, discarded, number, only } from "../schema/options.js";
import { axisMoved } from "./channels-first.js";
import { defineLayer } from "./define-layer.js";
import type { WeightSpec } from "./layer.js";
import { learnedScale, learnedScaleOptions } from "./learned-scale.js";

/** The last axis. Files may name another one, where images have their channels first. */
const axisInFiles: HiddenOption<-1, number> = {
  ...option<-1, number>({
    expected: "a single axis (nothing else can be normalized)",
    accept: (value) => (Number.isSafeInteger(value) ? (value as number) : undefined),
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
      axis: axisInFiles,
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
        const width = inputShape[channelAxis(axis, inputShape)];
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
        const [at, last] = [channelAxis(axis, x.shape), x.shape.length - 1];
        const values = axisMoved(x, at, last);
        if (!context.training || !context.trainable)
          return axisMoved(normalization(values, moving.mean, moving.variance, options), last, at);
        const { output, mean, variance } = batchNormalizationOf(values, options);
        const average = (past: Value, now: Value): Value => add(mul(past, momentum), mul(now, 1 - momentum));
        // Of a channel that has died both shrink forever.
        context.updateWeight("moving_mean", flush(average(moving.mean, mean), bounds.weight));
        const nextVariance = average(moving.variance, variance);
        context.updateWeight("moving_variance", flushPositive(nextVariance, bounds.square));
        return axisMoved(output, last, at);
      },
    };
  },
});

/** Counted from 0. Keras 2 writes the resolved axis ([3] after a convolution, [1] after a dense layer), Keras 3 what was given. */
function channelAxis(axis: number, inputShape: Shape): number {
  const at = normalizeAxis(axis, inputShape.length);
  if (at > 0) return at;
  throw new TrazoError(`BatchNormalization cannot run over the batch, axis 0 of ${formatShape(inputShape)}.`);
}
