import { neg } from "../graph/ops.js";
import * as losses from "../losses/built-in.js";
import type { Loss } from "../losses/loss.js";
import { fromLogits, labelSmoothing, lastAxis } from "../losses/loss-options.js";
import { type OptionsOf, withShared } from "../schema/define.js";
import { defineKerasMetric } from "./define-metric.js";

/** The mean of a loss as a metric: without penalties, and next to another loss. */
const meanOf = (
  className: string,
  makeLoss: () => Loss,
  { name, key, aliases = [] }: { name?: string; key?: string; aliases?: readonly string[] } = {},
) =>
  defineKerasMetric(
    {
      className,
      aliases,
      key,
      options: {},
      create() {
        const loss = makeLoss();
        return { call: (targets, predictions) => loss.call(targets, predictions) };
      },
    },
    name,
  );

/** Options of metrics without any of their own: `name`, the key in logs. */
export type MeanErrorOptions = OptionsOf<typeof meanAbsoluteError>;

/**
 * The mean absolute difference, as Keras's metric `MeanAbsoluteError`; see `losses.meanAbsoluteError`.
 *
 * @example
 * ```ts
 * model.compile({ loss: "mse", metrics: [metrics.meanAbsoluteError()] });
 * ```
 */
export const meanAbsoluteError = meanOf("MeanAbsoluteError", losses.meanAbsoluteError, { aliases: ["mae"] });

/**
 * The mean squared difference, as Keras's metric `MeanSquaredError`; see `losses.meanSquaredError`.
 *
 * @example
 * ```ts
 * model.compile({ loss: "mse", metrics: [metrics.meanSquaredError()] });
 * ```
 */
export const meanSquaredError = meanOf("MeanSquaredError", losses.meanSquaredError, { aliases: ["mse"] });

/**
 * The mean absolute difference in percent of the target, as Keras's metric `MeanAbsolutePercentageError`; see `losses.meanAbsolutePercentageError`.
 *
 * @example
 * ```ts
 * model.compile({ loss: "mse", metrics: [metrics.meanAbsolutePercentageError()] });
 * ```
 */
export const meanAbsolutePercentageError = meanOf(
  "MeanAbsolutePercentageError",
  losses.meanAbsolutePercentageError,
  { aliases: ["mape"] },
);

/**
 * The mean squared difference of logarithms, as Keras's metric `MeanSquaredLogarithmicError`; see `losses.meanSquaredLogarithmicError`.
 *
 * @example
 * ```ts
 * model.compile({ loss: "mse", metrics: [metrics.meanSquaredLogarithmicError()] });
 * ```
 */
export const meanSquaredLogarithmicError = meanOf(
  "MeanSquaredLogarithmicError",
  losses.meanSquaredLogarithmicError,
  { aliases: ["msle"] },
);

/**
 * The mean of `log(cosh(prediction - target))`, as Keras's metric `LogCoshError`; see `losses.logCosh`.
 *
 * @example
 * ```ts
 * model.compile({ loss: "mse", metrics: [metrics.logCoshError()] });
 * ```
 */
export const logCoshError = meanOf("LogCoshError", losses.logCosh, { key: "logcosh", aliases: ["logCosh"] });

/**
 * The mean hinge loss, as Keras's metric `Hinge`; see `losses.hinge`.
 *
 * @example
 * ```ts
 * model.compile({ loss: "mse", metrics: [metrics.hinge()] });
 * ```
 */
export const hinge = meanOf("Hinge", losses.hinge);

/**
 * The mean squared hinge loss, as Keras's metric `SquaredHinge`; see `losses.squaredHinge`.
 *
 * @example
 * ```ts
 * model.compile({ loss: "mse", metrics: [metrics.squaredHinge()] });
 * ```
 */
export const squaredHinge = meanOf("SquaredHinge", losses.squaredHinge);

/**
 * The mean categorical hinge loss, as Keras's metric `CategoricalHinge`; see `losses.categoricalHinge`.
 *
 * @example
 * ```ts
 * model.compile({ loss: "mse", metrics: [metrics.categoricalHinge()] });
 * ```
 */
export const categoricalHinge = meanOf("CategoricalHinge", losses.categoricalHinge);

/**
 * The mean Kullback-Leibler divergence, as Keras's metric `KLDivergence`; see `losses.klDivergence`.
 *
 * @example
 * ```ts
 * model.compile({ loss: "mse", metrics: [metrics.klDivergence()] });
 * ```
 */
export const klDivergence = meanOf("KLDivergence", losses.klDivergence, {
  name: "klDivergence",
  aliases: ["kld"],
});

/**
 * The mean Poisson loss, as Keras's metric `Poisson`; see `losses.poisson`.
 *
 * @example
 * ```ts
 * model.compile({ loss: "mse", metrics: [metrics.poisson()] });
 * ```
 */
export const poisson = meanOf("Poisson", losses.poisson);

/**
 * The cosine of the angle between targets and predictions, as Keras's metric `CosineSimilarity`: 1 for the same direction. (The
 * loss of that name is its negative.)
 *
 * @example
 * ```ts
 * model.compile({ loss: "mse", metrics: [metrics.cosineSimilarity()] });
 * ```
 */
export const cosineSimilarity = defineKerasMetric({
  className: "CosineSimilarity",
  options: { axis: lastAxis() },
  create() {
    const loss = losses.cosineSimilarity();
    return { call: (targets, predictions) => neg(loss.call(targets, predictions)) };
  },
});

const ofCrossentropy = {
  /** The predictions are logits rather than probabilities. Default false. */
  fromLogits: fromLogits(),
  /** Spreads this share of each target, from 0 to 1. Default 0. */
  labelSmoothing: labelSmoothing(),
};

/** A name of its own, so that declarations keep what is said of each option. */
export interface CrossentropyDefinition extends Readonly<typeof ofCrossentropy> {}

const crossentropyOptions: CrossentropyDefinition = ofCrossentropy;

/** Options of `binaryCrossentropy` and `categoricalCrossentropy`. `name` is the key in logs. */
export type CrossentropyOptions = OptionsOf<typeof binaryCrossentropy>;

/**
 * The mean binary cross-entropy, as Keras's metric `BinaryCrossentropy`; see `losses.binaryCrossentropy`.
 *
 * @example
 * ```ts
 * model.compile({ loss: "mse", metrics: [metrics.binaryCrossentropy({ name: "bce" })] });
 * ```
 */
export const binaryCrossentropy = defineKerasMetric({
  className: "BinaryCrossentropy",
  aliases: ["bce"],
  options: crossentropyOptions,
  create(options) {
    const loss = losses.binaryCrossentropy(computing(options));
    return { call: (targets, predictions) => loss.call(targets, predictions) };
  },
});

/**
 * The mean cross-entropy against one-hot targets, as Keras's metric `CategoricalCrossentropy`; see
 * `losses.categoricalCrossentropy`.
 *
 * @example
 * ```ts
 * model.compile({ loss: "categoricalFocalCrossentropy", metrics: [metrics.categoricalCrossentropy()] });
 * ```
 */
export const categoricalCrossentropy = defineKerasMetric({
  className: "CategoricalCrossentropy",
  options: withShared(crossentropyOptions, { axis: lastAxis() }),
  create(options) {
    const loss = losses.categoricalCrossentropy(computing(options));
    return { call: (targets, predictions) => loss.call(targets, predictions) };
  },
});

/**
 * The mean cross-entropy against class numbers, as Keras's metric `SparseCategoricalCrossentropy`; see
 * `losses.sparseCategoricalCrossentropy`.
 *
 * @example
 * ```ts
 * model.compile({ loss: "sparseCategoricalCrossentropy", metrics: [metrics.sparseCategoricalCrossentropy()] });
 * ```
 */
export const sparseCategoricalCrossentropy = defineKerasMetric({
  className: "SparseCategoricalCrossentropy",
  options: {
    /** The predictions are logits rather than probabilities. Default false. */
    fromLogits: fromLogits(),
    axis: lastAxis(),
  },
  create({ fromLogits }) {
    const loss = losses.sparseCategoricalCrossentropy({ fromLogits });
    return { call: (targets, predictions) => loss.call(targets, predictions) };
  },
});

const computing = ({ fromLogits, labelSmoothing }: { fromLogits: boolean; labelSmoothing: number }) => ({
  fromLogits,
  labelSmoothing,
});
