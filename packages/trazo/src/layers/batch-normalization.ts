import { TrazoError } from "../errors.js";
import { add, div, mul, reduceMean, sqrt, square, sub } from "../graph/ops.js";
import { formatShape } from "../graph/shape.js";
import { bounds, flush, flushPositive } from "../graph/subnormals.js";
import type { Shape, Value } from "../graph/value.js";
import type { Initializer } from "../initializers/initializer.js";
import { type InitializerName, initializer } from "../initializers/registry.js";
import { requireKnownOptions } from "../known-options.js";
import { regularizer } from "../regularizers/registry.js";
import type { Regularizer } from "../regularizers/regularizer.js";
import { optional } from "../schema/option.js";
import type { ConfigReader } from "./config-reader.js";
import { type Layer, type LayerOptions, layerBase, layerOptionNames, type WeightSpec } from "./layer.js";

const penalty = optional(regularizer());

export interface BatchNormalizationOptions extends LayerOptions {
  /** Weight of the past in the moving averages. Default 0.99. */
  readonly momentum?: number | undefined;
  /** Added to the variance. Default 1e-3. */
  readonly epsilon?: number | undefined;
  /** Learn an offset `beta`. Default true. */
  readonly center?: boolean | undefined;
  /** Learn a factor `gamma`. Default true. */
  readonly scale?: boolean | undefined;
  /** Default `zeros`. */
  readonly betaInitializer?: InitializerName | Initializer | (string & {}) | undefined;
  /** Default `ones`. */
  readonly gammaInitializer?: InitializerName | Initializer | (string & {}) | undefined;
  /** Default `zeros`. */
  readonly movingMeanInitializer?: InitializerName | Initializer | (string & {}) | undefined;
  /** Default `ones`. */
  readonly movingVarianceInitializer?: InitializerName | Initializer | (string & {}) | undefined;
  /** A penalty on `beta`. Default none. */
  readonly betaRegularizer?: string | Regularizer | undefined;
  /** A penalty on `gamma`. Default none. */
  readonly gammaRegularizer?: string | Regularizer | undefined;
}

const batchNormalizationOptions = {
  ...layerOptionNames,
  momentum: true,
  epsilon: true,
  center: true,
  scale: true,
  betaInitializer: true,
  gammaInitializer: true,
  movingMeanInitializer: true,
  movingVarianceInitializer: true,
  betaRegularizer: true,
  gammaRegularizer: true,
} as const;

/**
 * Batch normalisation over the last axis (Ioffe & Szegedy 2015), as Keras 3's `BatchNormalization`:
 * `gamma * (x - mean) / sqrt(variance + epsilon) + beta`, with the batch's own mean and biased
 * variance while training, and their moving averages otherwise or when the layer is frozen.
 *
 * Any input `[batch, ..., n]`. Weights, each `[n]`: gamma, beta, moving_mean, moving_variance.
 */
export function batchNormalization(options: BatchNormalizationOptions = {}): Layer {
  requireKnownOptions(options, batchNormalizationOptions, "BatchNormalization");
  const { momentum = 0.99, epsilon = 1e-3, center = true, scale = true } = options;
  if (!(momentum >= 0 && momentum <= 1)) {
    throw new TrazoError(`BatchNormalization momentum must be from 0 to 1, but got ${momentum}.`);
  }
  if (!(epsilon >= 0 && Number.isFinite(epsilon))) {
    throw new TrazoError(`BatchNormalization epsilon must be a finite number from 0 up, but got ${epsilon}.`);
  }
  const initializers = {
    beta: initializer().parse(options.betaInitializer ?? "zeros", "betaInitializer"),
    gamma: initializer().parse(options.gammaInitializer ?? "ones", "gammaInitializer"),
    moving_mean: initializer().parse(options.movingMeanInitializer ?? "zeros", "movingMeanInitializer"),
    moving_variance: initializer().parse(
      options.movingVarianceInitializer ?? "ones",
      "movingVarianceInitializer",
    ),
  };
  const regularizers = {
    beta: penalty.parse(options.betaRegularizer, "betaRegularizer"),
    gamma: penalty.parse(options.gammaRegularizer, "gammaRegularizer"),
  };
  const base = layerBase(options);
  return {
    ...base,
    className: "BatchNormalization",
    build(inputShape) {
      const width = inputShape.at(-1);
      if (inputShape.length < 2 || typeof width !== "number") {
        throw new TrazoError(
          `BatchNormalization needs an input [batch, ..., n] with n known, but got ${formatShape(inputShape)}.`,
        );
      }
      const shape = [width];
      const learned = (name: "gamma" | "beta"): WeightSpec => ({
        name,
        shape,
        initializer: initializers[name],
        regularizer: regularizers[name],
        trainable: base.trainable,
      });
      const moving = (name: "moving_mean" | "moving_variance"): WeightSpec => ({
        name,
        shape,
        initializer: initializers[name],
        trainable: false,
      });
      const weights = [
        ...(scale ? [learned("gamma")] : []),
        ...(center ? [learned("beta")] : []),
        moving("moving_mean"),
        moving("moving_variance"),
      ];
      return { outputShape: inputShape, weights };
    },
    call(x, weights, context) {
      const moving = { mean: weights.moving_mean as Value, variance: weights.moving_variance as Value };
      if (!context.training || !base.trainable)
        return normalize(sub(x, moving.mean), moving.variance, weights);
      const axes = x.shape.slice(0, -1).map((_, axis) => axis);
      const mean = reduceMean(x, { axes });
      const centered = sub(x, mean);
      const variance = reduceMean(square(centered), { axes });
      const average = (past: Value, now: Value): Value => add(mul(past, momentum), mul(now, 1 - momentum));
      // Of a channel that has died both shrink forever.
      context.updateWeight("moving_mean", flush(average(moving.mean, mean), bounds.weight));
      const nextVariance = average(moving.variance, variance);
      context.updateWeight("moving_variance", flushPositive(nextVariance, bounds.square));
      return normalize(centered, variance, weights);
    },
    getConfig: () => ({
      axis: -1,
      momentum,
      epsilon,
      center,
      scale,
      beta_initializer: initializer().toKeras(initializers.beta),
      gamma_initializer: initializer().toKeras(initializers.gamma),
      moving_mean_initializer: initializer().toKeras(initializers.moving_mean),
      moving_variance_initializer: initializer().toKeras(initializers.moving_variance),
      beta_regularizer: penalty.toKeras(regularizers.beta),
      gamma_regularizer: penalty.toKeras(regularizers.gamma),
      beta_constraint: null,
      gamma_constraint: null,
    }),
  };

  function normalize(
    centered: Value,
    variance: Value,
    { gamma, beta }: Readonly<Record<string, Value>>,
  ): Value {
    const deviation = sqrt(add(variance, epsilon));
    const factor = gamma ? div(gamma, deviation) : div(1, deviation);
    const scaled = mul(centered, factor);
    return beta ? add(scaled, beta) : scaled;
  }
}

export function batchNormalizationFromConfig(config: ConfigReader): Layer {
  const [axis = -1, ...others] = config.numbers("axis") ?? [];
  if (others.length > 0) {
    throw new TrazoError(`${config.where}: only one axis can be normalised, but the file has several.`);
  }
  for (const key of ["beta_constraint", "gamma_constraint"]) config.trainingOnly(key);
  config.only("renorm_clipping");
  config.only("renorm", false);
  // Between devices only, and here is one.
  config.boolean("synchronized");
  config.number("renorm_momentum");
  const layer = batchNormalization({
    ...config.layerOptions(),
    momentum: config.number("momentum"),
    epsilon: config.number("epsilon"),
    center: config.boolean("center"),
    scale: config.boolean("scale"),
    betaInitializer: config.initializer("beta_initializer"),
    gammaInitializer: config.initializer("gamma_initializer"),
    movingMeanInitializer: config.initializer("moving_mean_initializer"),
    movingVarianceInitializer: config.initializer("moving_variance_initializer"),
    betaRegularizer: config.regularizer("beta_regularizer"),
    gammaRegularizer: config.regularizer("gamma_regularizer"),
  });
  return {
    ...layer,
    build(inputShape) {
      requireLastAxis(axis, inputShape);
      return layer.build(inputShape);
    },
  };
}

/** Keras 2 writes the resolved axis ([3] after a convolution, [1] after a dense layer), Keras 3 what was given. */
function requireLastAxis(axis: number, inputShape: Shape): void {
  const last = inputShape.length - 1;
  if (axis === -1 || axis === last) return;
  throw new TrazoError(
    `BatchNormalization over axis ${axis} is not supported for inputs ${formatShape(inputShape)}, ` +
      `only over their last axis, ${last} or -1 (channels_last).`,
  );
}
