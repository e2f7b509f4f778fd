import { TrazoError } from "../errors.js";
import { windowShape } from "../graph/operators/semantic.js";
import { add, conv2d as convolve } from "../graph/ops.js";
import { formatShape } from "../graph/shape.js";
import type { Dim, Value } from "../graph/value.js";
import { type OptionsOf, withShared } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { oneOf, only, positiveInteger, size } from "../schema/options.js";
import { activate, activationName } from "./activations.js";
import { penalizeActivity } from "./activity.js";
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
      dataFormat: only("channels_last"),
      /** Distance between the kernel's values. Default 1. Cannot be above 1 together with `strides`. */
      dilationRate: withDefault(size(), 1),
      groups: only(1),
      /** A name, Trazo's or Keras's: `"leakyRelu"` or `"leaky_relu"`. Default `"linear"`. */
      activation: withDefault(activationName(), "linear"),
    },
    kernelOptions,
  ),
  create({ filters, kernelSize, strides, padding, dilationRate, activation, trainable, ...settings }) {
    if (Math.max(...strides) > 1 && Math.max(...dilationRate) > 1) {
      throw new TrazoError("Conv2D: strides above 1 and dilationRate above 1 cannot be combined.");
    }
    return {
      build(inputShape) {
        const size = windowShape("Conv2D", inputShape, kernelSize, strides, dilationRate, padding);
        const [batch, , , channels] = inputShape as [Dim, Dim, Dim, Dim];
        if (typeof channels !== "number") {
          throw new TrazoError(
            `Conv2D needs a known number of channels, but got ${formatShape(inputShape)}.`,
          );
        }
        return {
          outputShape: [batch, ...size, filters],
          weights: kernelWeights(settings, [...kernelSize, channels, filters], trainable),
        };
      },
      call(x, { kernel, bias }, context) {
        const y = convolve(x, kernel as Value, { strides, padding, dilation: dilationRate });
        const output = activate(bias ? add(y, bias) : y, activation);
        penalizeActivity(output, settings.activityRegularizer, context);
        return output;
      },
    };
  },
});
