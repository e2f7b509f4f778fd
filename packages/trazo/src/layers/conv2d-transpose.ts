import { TrazoError } from "../errors.js";
import { requireImages } from "../graph/operators/semantic.js";
import { add, conv2dTranspose as spread } from "../graph/ops.js";
import { staticDim } from "../graph/shape.js";
import type { Dim, Shape, Value } from "../graph/value.js";
import { type OptionsOf, withShared } from "../schema/define.js";
import { keyed, option, optional } from "../schema/option.js";
import { only, positiveInteger, type SizeOption } from "../schema/options.js";
import { activate } from "./activations.js";
import { penalizeActivity } from "./activity.js";
import {
  channelsOf,
  convolutionActivation,
  refuseStridesWithDilation,
  slidingOptions,
} from "./convolution-options.js";
import { defineLayer } from "./define-layer.js";
import { kernelOptions, kernelWeights } from "./weights.js";

const extra = option<SizeOption, readonly [number, number]>({
  expected: "a non-negative integer, or two for height and width",
  accept(value) {
    const [height, width, ...others] = Array.isArray(value) ? value : [value, value];
    const fits = [height, width].every((size) => Number.isSafeInteger(size) && size >= 0);
    return fits && others.length === 0 ? [height, width] : undefined;
  },
  toKeras: (pair) => [...pair],
});

export type Conv2dTransposeLayerOptions = OptionsOf<typeof conv2dTranspose>;

/**
 * Transposed 2-D convolution (sometimes "deconvolution"), as Keras's `Conv2DTranspose`: with strides it makes images larger, as
 * decoders and generators need it.
 *
 * Input `[batch, height, width, channels]`; output `[batch, newHeight, newWidth, filters]`, with `padding: "same"`
 * `newHeight = height * stride`. Weights: `kernel` `[kernelHeight, kernelWidth, filters, channels]`, `bias` `[filters]`.
 *
 * @throws TrazoError for a wrong option, for strides together with a dilation, and for an output padding that is not below the stride
 * @example
 * ```ts
 * layers.conv2dTranspose({ filters: 16, kernelSize: 3, strides: 2, padding: "same", activation: "relu" });
 * ```
 */
export const conv2dTranspose = defineLayer({
  className: "Conv2DTranspose",
  options: withShared(
    withShared(
      withShared(
        {
          /** Number of output channels. */
          filters: positiveInteger(),
          groups: keyed(only(1), null, "groups"),
          /** Rows and columns added at the far edges, less than the stride. Default: as Keras has it, for `"same"` the stride's multiple. */
          outputPadding: optional(extra),
        },
        slidingOptions,
      ),
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
    outputPadding,
    activation,
    trainable,
    ...settings
  }) {
    refuseStridesWithDilation("Conv2DTranspose", strides, dilationRate);
    const wrong = outputPadding?.find((size, i) => size >= (strides[i] as number));
    if (wrong !== undefined) {
      throw new TrazoError(
        `Conv2DTranspose: outputPadding must be less than the strides [${strides.join(", ")}], but is ${wrong}.`,
      );
    }
    const along = (input: number, i: 0 | 1): number => {
      const [stride, window] = [strides[i], (kernelSize[i] - 1) * dilationRate[i] + 1];
      if (outputPadding) {
        const both = padding === "same" ? 2 * Math.floor(window / 2) : 0;
        return (input - 1) * stride + window - both + outputPadding[i];
      }
      return padding === "same" ? input * stride : input * stride + Math.max(window - stride, 0);
    };
    const sizeFor = (shape: Shape): [number, number] => [
      along(staticDim(shape, 1, "Conv2DTranspose"), 0),
      along(staticDim(shape, 2, "Conv2DTranspose"), 1),
    ];
    return {
      build(inputShape) {
        requireImages("Conv2DTranspose", inputShape);
        const channels = channelsOf("Conv2DTranspose", inputShape);
        const weights = kernelWeights(settings, [...kernelSize, filters, channels], trainable, filters);
        return { outputShape: [inputShape[0] as Dim, ...sizeFor(inputShape), filters], weights };
      },
      call(x, { kernel, bias }, context) {
        const y = spread(x, kernel as Value, {
          strides,
          padding,
          dilation: dilationRate,
          outputSize: sizeFor(x.shape),
        });
        const output = activate(bias ? add(y, bias) : y, activation);
        penalizeActivity(output, settings.activityRegularizer, context);
        return output;
      },
    };
  },
});
