import { TrazoError } from "../errors.js";
import { windowShape } from "../graph/operators/semantic.js";
import { add, conv2d as convolve, groupedConv2d } from "../graph/ops.js";
import type { Dim, Value } from "../graph/value.js";
import { type OptionsOf, withShared } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { oneOf, positiveInteger, size } from "../schema/options.js";
import { activate, activationName } from "./activations.js";
import { penalizeActivity } from "./activity.js";
import { dataFormat } from "./channels-first.js";
import { channelsOf, refuseStridesWithDilation } from "./convolution-options.js";
import { defineLayer } from "./define-layer.js";
import { kernelOptions, kernelWeights } from "./weights.js";

export type Conv2dLayerOptions = OptionsOf<typeof conv2d>;

/**
 * 2-D convolution (cross-correlation) of images, as Keras's `Conv2D`.
 *
 * Input `[batch, height, width, channels]`; output `[batch, newHeight, newWidth, filters]`.
 * Weights: `kernel` `[kernelHeight, kernelWidth, channels, filters]`, `bias` `[filters]`.
 *
 * @throws TrazoError for a wrong option, and for strides together with a dilation
 * @example
 * ```ts
 * layers.conv2d({ filters: 6, kernelSize: 5, activation: "relu", inputShape: [28, 28, 1] });
 * ```
 */
export const conv2d = defineLayer({
  className: "Conv2D",
  options: withShared(
    {
      /** Number of output channels. */
      filters: positiveInteger(),
      /** Height and width of the kernel. */
      kernelSize: size(),
      /** Default 1. Cannot be above 1 together with `dilationRate`. */
      strides: withDefault(size(), 1),
      /** `"valid"` (default): no padding; `"same"`: as many zeros as keep the size (at stride 1). */
      padding: withDefault(oneOf(["valid", "same"]), "valid"),
      dataFormat: dataFormat(),
      /** Distance between the kernel's values. Default 1. Cannot be above 1 together with `strides`. */
      dilationRate: withDefault(size(), 1),
      /** In how many groups channels and filters are, each group by itself. Divides both. Default 1. */
      groups: withDefault(positiveInteger(), 1),
      /** A name, Trazo's or Keras's: `"leakyRelu"` or `"leaky_relu"`. Default `"linear"`. */
      activation: withDefault(activationName(), "linear"),
    },
    kernelOptions,
  ),
  create({
    filters,
    kernelSize,
    strides,
    padding,
    dilationRate,
    groups,
    activation,
    trainable,
    ...settings
  }) {
    refuseStridesWithDilation("Conv2D", strides, dilationRate);
    if (filters % groups !== 0) {
      throw new TrazoError(
        `Conv2D: ${filters} filters cannot be divided into ${groups} groups of equal size.`,
      );
    }
    return {
      build(inputShape) {
        const size = windowShape("Conv2D", inputShape, kernelSize, strides, dilationRate, padding);
        const channels = channelsOf("Conv2D", inputShape);
        if (channels % groups !== 0) {
          throw new TrazoError(
            `Conv2D: ${channels} channels cannot be divided into ${groups} groups of equal size.`,
          );
        }
        return {
          outputShape: [inputShape[0] as Dim, ...size, filters],
          weights: kernelWeights(settings, [...kernelSize, channels / groups, filters], trainable),
        };
      },
      call(x, { kernel, bias }, context) {
        const options = { strides, padding, dilation: dilationRate };
        const y =
          groups === 1
            ? convolve(x, kernel as Value, options)
            : groupedConv2d(x, kernel as Value, { ...options, groups });
        const output = activate(bias ? add(y, bias) : y, activation);
        penalizeActivity(output, settings.activityRegularizer, context);
        return output;
      },
    };
  },
});
