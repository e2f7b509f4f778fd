import { TrazoError } from "../errors.js";
import { windowShape } from "../graph/operators/semantic.js";
import { add, conv2d as convolve, groupedConv2d, pad, reshape } from "../graph/ops.js";
import type { Dim, Value } from "../graph/value.js";
import { type OptionsOf, withShared } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { oneOf, only, positiveInteger } from "../schema/options.js";
import { activate } from "./activations.js";
import { penalizeActivity } from "./activity.js";
import { channelsOf, convolutionActivation, refuseStridesWithDilation } from "./convolution-options.js";
import { defineLayer } from "./define-layer.js";
import { asRow, fromRow, rowShape, steps } from "./sequences.js";
import { kernelOptions, kernelWeights } from "./weights.js";

export type Conv1dLayerOptions = OptionsOf<typeof conv1d>;

/**
 * 1-D convolution (cross-correlation) of sequences, as Keras's `Conv1D`.
 *
 * Input `[batch, steps, channels]`; output `[batch, newSteps, filters]`. Weights: `kernel` `[kernelSize, channels, filters]`,
 * `bias` `[filters]`.
 *
 * @throws TrazoError for a wrong option, and for strides together with a dilation
 * @example
 * ```ts
 * layers.conv1d({ filters: 16, kernelSize: 5, padding: "causal", activation: "relu", inputShape: [128, 1] });
 * ```
 */
export const conv1d = defineLayer({
  className: "Conv1D",
  options: withShared(
    withShared(
      {
        /** Number of output channels. */
        filters: positiveInteger(),
        /** Length of the kernel. */
        kernelSize: steps(),
        /** Default 1. Cannot be above 1 together with `dilationRate`. */
        strides: withDefault(steps(), 1),
        /**
         * `"valid"` (default): no padding; `"same"`: as many zeros as keep the length (at stride 1); `"causal"`: zeros before the
         * sequence only, so that nothing depends on what comes later.
         */
        padding: withDefault(oneOf(["valid", "same", "causal"]), "valid"),
        dataFormat: only("channels_last"),
        /** Distance between the kernel's values. Default 1. Cannot be above 1 together with `strides`. */
        dilationRate: withDefault(steps(), 1),
        /** In how many groups channels and filters are, each group by itself. Divides both. Default 1. */
        groups: withDefault(positiveInteger(), 1),
      },
      convolutionActivation,
    ),
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
    refuseStridesWithDilation("Conv1D", [strides], [dilationRate]);
    const before = padding === "causal" ? (kernelSize - 1) * dilationRate : 0;
    const options = {
      strides: [1, strides],
      dilation: [1, dilationRate],
      padding: padding === "causal" ? "valid" : padding,
    } as const;
    return {
      build(inputShape) {
        const [batch, , length, depth] = rowShape("Conv1D", inputShape);
        const channels = channelsOf("Conv1D", inputShape);
        if (filters % groups !== 0 || channels % groups !== 0) {
          throw new TrazoError(
            `Conv1D: ${channels} channels and ${filters} filters cannot both be divided into ${groups} groups of equal size.`,
          );
        }
        const padded = typeof length === "number" ? length + before : length;
        const [, steps] = windowShape(
          "Conv1D",
          [batch, 1, padded, depth],
          [1, kernelSize],
          options.strides,
          options.dilation,
          options.padding,
        );
        return {
          outputShape: [batch, steps, filters],
          weights: kernelWeights(settings, [kernelSize, channels / groups, filters], trainable),
        };
      },
      call(x, { kernel, bias }, context) {
        const row = pad(asRow("Conv1D", x), [0, 0, before, 0], [0, 0, 0, 0]);
        const flat = reshape(kernel as Value, [1, ...((kernel as Value).shape as readonly Dim[])]);
        const y =
          groups === 1 ? convolve(row, flat, options) : groupedConv2d(row, flat, { ...options, groups });
        const output = fromRow(activate(bias ? add(y, bias) : y, activation));
        penalizeActivity(output, settings.activityRegularizer, context);
        return output;
      },
    };
  },
});
