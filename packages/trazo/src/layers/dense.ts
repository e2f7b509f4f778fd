import { TrazoError } from "../errors.js";
import { add, matMul } from "../graph/ops.js";
import { formatShape } from "../graph/shape.js";
import type { Value } from "../graph/value.js";
import { type OptionsOf, withShared } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { positiveInteger } from "../schema/options.js";
import { activate, activationName } from "./activations.js";
import { penalizeActivity } from "./activity.js";
import { defineLayer } from "./define-layer.js";
import { kernelOptions, kernelWeights } from "./weights.js";

export type DenseOptions = OptionsOf<typeof dense>;

/**
 * A fully connected layer, as Keras's `Dense`: `activation(x · kernel + bias)` over the last axis.
 *
 * Input `[batch, ..., n]`; output `[batch, ..., units]`. Weights: `kernel` `[n, units]`, `bias` `[units]`.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * layers.dense({ units: 10, activation: "softmax" });
 * ```
 */
export const dense = defineLayer({
  className: "Dense",
  options: withShared(
    {
      /** Size of the output. */
      units: positiveInteger(),
      /** A name, Trazo's or Keras's: `"leakyRelu"` or `"leaky_relu"`. Default `"linear"`. */
      activation: withDefault(activationName(), "linear"),
    },
    kernelOptions,
  ),
  create: ({ units, activation, trainable, ...settings }) => ({
    build(inputShape) {
      const width = inputShape.at(-1);
      if (inputShape.length < 2 || typeof width !== "number") {
        throw new TrazoError(
          `Dense needs an input [batch, ..., n] with n known, but got ${formatShape(inputShape)}.`,
        );
      }
      return {
        outputShape: [...inputShape.slice(0, -1), units],
        weights: kernelWeights(settings, [width, units], trainable),
      };
    },
    call(x, { kernel, bias }, context) {
      const y = matMul(x, kernel as Value);
      const output = activate(bias ? add(y, bias) : y, activation);
      penalizeActivity(output, settings.activityRegularizer, context);
      return output;
    },
  }),
});
