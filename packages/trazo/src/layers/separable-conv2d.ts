import { constraint } from "../constraints/registry.js";
import { windowShape } from "../graph/operators/semantic.js";
import { add, conv2d, depthwiseConv2d } from "../graph/ops.js";
import type { Dim, Value } from "../graph/value.js";
import { initializer } from "../initializers/registry.js";
import { regularizer } from "../regularizers/registry.js";
import { type OptionsOf, withShared } from "../schema/define.js";
import { keyed, optional, withDefault } from "../schema/option.js";
import { anything, boolean, discarded, only, positiveInteger, trainingOnly } from "../schema/options.js";
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

export type SeparableConv2dOptions = OptionsOf<typeof separableConv2d>;

/** What tf_keras writes of the convolution that the class is derived from. */
const ofConvolution = (key: string) => keyed(trainingOnly(), null, key);

/**
 * A convolution of each channel by itself, then one of single pixels that mixes the channels, as Keras's `SeparableConv2D`: far
 * fewer weights than `conv2d`.
 *
 * Input `[batch, height, width, channels]`; output `[batch, newHeight, newWidth, filters]`. Weights: `depthwise_kernel`
 * `[kernelHeight, kernelWidth, channels, depthMultiplier]`, `pointwise_kernel` `[1, 1, channels * depthMultiplier, filters]`,
 * `bias` `[filters]`.
 *
 * @throws TrazoError for a wrong option, and for strides together with a dilation
 * @example
 * ```ts
 * layers.separableConv2d({ filters: 64, kernelSize: 3, padding: "same", activation: "relu" });
 * ```
 */
export const separableConv2d = defineLayer({
  className: "SeparableConv2D",
  options: withShared(
    withShared(
      {
        /** Number of output channels. */
        filters: positiveInteger(),
        /** Outputs per channel of the first convolution. Default 1. */
        depthMultiplier: withDefault(positiveInteger(), 1),
        groups: keyed(only(1), null, "groups"),
        /** Add a bias. Default true. */
        useBias: withDefault(boolean(), true),
        /** Default `glorotUniform`. */
        depthwiseInitializer: withDefault(initializer(), "glorotUniform"),
        /** Default `glorotUniform`. */
        pointwiseInitializer: withDefault(initializer(), "glorotUniform"),
        /** Default `zeros`. */
        biasInitializer: withDefault(initializer(), "zeros"),
        /** A penalty on the first kernel. Default none. */
        depthwiseRegularizer: optional(regularizer()),
        /** A penalty on the second kernel. Default none. */
        pointwiseRegularizer: optional(regularizer()),
        /** A penalty on the bias. Default none. */
        biasRegularizer: optional(regularizer()),
        /** A penalty on the layer's output, divided by the batch size. Default none. */
        activityRegularizer: optional(regularizer()),
        /** What the first kernel must be after every step, e.g. `constraints.maxNorm()`. Default anything. */
        depthwiseConstraint: constraint(),
        /** What the second kernel must be after every step. Default anything. */
        pointwiseConstraint: constraint(),
        /** What the bias must be after every step. Default anything. */
        biasConstraint: constraint(),
        kernelInitializer: keyed(discarded(anything()), null, "kernel_initializer"),
        kernelRegularizer: ofConvolution("kernel_regularizer"),
        kernelConstraint: ofConvolution("kernel_constraint"),
      },
      slidingOptions,
    ),
    convolutionActivation,
  ),
  create({
    filters,
    kernelSize,
    strides,
    padding,
    dilationRate,
    depthMultiplier,
    activation,
    trainable,
    ...settings
  }) {
    refuseStridesWithDilation("SeparableConv2D", strides, dilationRate);
    return {
      build(inputShape) {
        const size = windowShape("SeparableConv2D", inputShape, kernelSize, strides, dilationRate, padding);
        const channels = channelsOf("SeparableConv2D", inputShape);
        const weights: WeightSpec[] = [
          {
            name: "depthwise_kernel",
            shape: [...kernelSize, channels, depthMultiplier],
            initializer: settings.depthwiseInitializer,
            regularizer: settings.depthwiseRegularizer,
            constraint: settings.depthwiseConstraint,
            trainable,
          },
          {
            name: "pointwise_kernel",
            shape: [1, 1, channels * depthMultiplier, filters],
            initializer: settings.pointwiseInitializer,
            regularizer: settings.pointwiseRegularizer,
            constraint: settings.pointwiseConstraint,
            trainable,
          },
        ];
        const bias: WeightSpec = {
          name: "bias",
          shape: [filters],
          initializer: settings.biasInitializer,
          regularizer: settings.biasRegularizer,
          constraint: settings.biasConstraint,
          trainable,
        };
        return {
          outputShape: [inputShape[0] as Dim, ...size, filters],
          weights: settings.useBias ? [...weights, bias] : weights,
        };
      },
      call(x, { depthwise_kernel, pointwise_kernel, bias }, context) {
        const each = depthwiseConv2d(x, depthwise_kernel as Value, {
          strides,
          padding,
          dilation: dilationRate,
        });
        const mixed = conv2d(each, pointwise_kernel as Value, {
          strides: [1, 1],
          padding: "valid",
          dilation: [1, 1],
        });
        const output = activate(bias ? add(mixed, bias) : mixed, activation);
        penalizeActivity(output, settings.activityRegularizer, context);
        return output;
      },
    };
  },
});
