import { constraint } from "../constraints/registry.js";
import { windowShape } from "../graph/operators/semantic.js";
import { add, depthwiseConv2d as convolve } from "../graph/ops.js";
import type { Dim, Value } from "../graph/value.js";
import { initializer } from "../initializers/registry.js";
import { regularizer } from "../regularizers/registry.js";
import { type OptionsOf, withShared } from "../schema/define.js";
import { keyed, optional, withDefault } from "../schema/option.js";
import { boolean, only, positiveInteger } from "../schema/options.js";
import { activate } from "./activations.js";
import { penalizeActivity } from "./activity.js";
import {
  channelsOf,
  convolutionActivation,
  refuseStridesWithDilation,
  slidingOptions,
} from "./convolution-options.js";
import { defineLayer } from "./define-layer.js";
import type { WeightSpec } from "./layer.js";

export type DepthwiseConv2dOptions = OptionsOf<typeof depthwiseConv2d>;

/**
 * 2-D convolution of each channel by itself, as Keras's `DepthwiseConv2D`.
 *
 * Input `[batch, height, width, channels]`; output `[batch, newHeight, newWidth, channels * depthMultiplier]`.
 * Weights: `depthwise_kernel` `[kernelHeight, kernelWidth, channels, depthMultiplier]`, `bias` of one number per output channel.
 *
 * @throws TrazoError for a wrong option, and for strides together with a dilation
 * @example
 * ```ts
 * layers.depthwiseConv2d({ kernelSize: 3, padding: "same", useBias: false });
 * ```
 */
export const depthwiseConv2d = defineLayer({
  className: "DepthwiseConv2D",
  options: withShared(
    withShared(
      {
        /** Outputs per channel. Default 1. */
        depthMultiplier: withDefault(positiveInteger(), 1),
        groups: keyed(only(1), null, "groups"),
        /** Add a bias. Default true. */
        useBias: withDefault(boolean(), true),
        /** Default `glorotUniform`. */
        depthwiseInitializer: withDefault(initializer(), "glorotUniform"),
        /** Default `zeros`. */
        biasInitializer: withDefault(initializer(), "zeros"),
        /** A penalty on the kernel. Default none. */
        depthwiseRegularizer: optional(regularizer()),
        /** A penalty on the bias. Default none. */
        biasRegularizer: optional(regularizer()),
        /** A penalty on the layer's output, divided by the batch size. Default none. */
        activityRegularizer: optional(regularizer()),
        /** What the kernel must be after every step, e.g. `constraints.maxNorm()`. Default anything. */
        depthwiseConstraint: constraint(),
        /** What the bias must be after every step. Default anything. */
        biasConstraint: constraint(),
      },
      slidingOptions,
    ),
    convolutionActivation,
  ),
  create({
    kernelSize,
    strides,
    padding,
    dilationRate,
    depthMultiplier,
    activation,
    trainable,
    ...settings
  }) {
    refuseStridesWithDilation("DepthwiseConv2D", strides, dilationRate);
    return {
      build(inputShape) {
        const size = windowShape("DepthwiseConv2D", inputShape, kernelSize, strides, dilationRate, padding);
        const channels = channelsOf("DepthwiseConv2D", inputShape);
        const kernel: WeightSpec = {
          name: "depthwise_kernel",
          shape: [...kernelSize, channels, depthMultiplier],
          initializer: settings.depthwiseInitializer,
          regularizer: settings.depthwiseRegularizer,
          constraint: settings.depthwiseConstraint,
          trainable,
        };
        const bias: WeightSpec = {
          name: "bias",
          shape: [channels * depthMultiplier],
          initializer: settings.biasInitializer,
          regularizer: settings.biasRegularizer,
          constraint: settings.biasConstraint,
          trainable,
        };
        return {
          outputShape: [inputShape[0] as Dim, ...size, channels * depthMultiplier],
          weights: settings.useBias ? [kernel, bias] : [kernel],
        };
      },
      call(x, { depthwise_kernel, bias }, context) {
        const y = convolve(x, depthwise_kernel as Value, { strides, padding, dilation: dilationRate });
        const output = activate(bias ? add(y, bias) : y, activation);
        penalizeActivity(output, settings.activityRegularizer, context);
        return output;
      },
    };
  },
});
