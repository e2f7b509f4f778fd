import { TrazoError } from "../errors.js";
import { windowShape } from "../graph/operators/semantic.js";
import { add, conv2d as convolve, type Padding } from "../graph/ops.js";
import { formatShape } from "../graph/shape.js";
import type { Dim, Value } from "../graph/value.js";
import { requireKnownOptions } from "../known-options.js";
import { type Activation, activate, activationOption, activationToKeras } from "./activations.js";
import { penalizeActivity } from "./activity.js";
import type { ConfigReader } from "./config-reader.js";
import { type Layer, type LayerOptions, layerBase, layerOptionNames } from "./layer.js";
import { paddingOption, pairOf, positiveInteger, type SizeOption } from "./options.js";
import {
  type KernelOptions,
  kernelConfig,
  kernelOptionNames,
  kernelOptionsFromConfig,
  kernelSettings,
  kernelWeights,
} from "./weights.js";

export interface Conv2dLayerOptions extends LayerOptions, KernelOptions {
  /** Number of output channels. */
  readonly filters: number;
  /** Height and width of the kernel. */
  readonly kernelSize: SizeOption;
  /** Default 1. Cannot be above 1 together with `dilationRate`. */
  readonly strides?: SizeOption | undefined;
  /** `"valid"` (default): no padding; `"same"`: as many zeros as keep the size (at stride 1). */
  readonly padding?: Padding | undefined;
  /** Distance between the kernel's values. Default 1. Cannot be above 1 together with `strides`. */
  readonly dilationRate?: SizeOption | undefined;
  /** A name, Trazo's or Keras's: `"leakyRelu"` or `"leaky_relu"`. Default `"linear"`. */
  readonly activation?: Activation | (string & {}) | null | undefined;
}

const conv2dOptions = {
  ...layerOptionNames,
  ...kernelOptionNames,
  filters: true,
  kernelSize: true,
  strides: true,
  padding: true,
  dilationRate: true,
  activation: true,
} as const;

/**
 * 2-D convolution (cross-correlation) of images, as Keras's `Conv2D`.
 *
 * Input `[batch, height, width, channels]`; output `[batch, newHeight, newWidth, filters]`.
 * Weights: `kernel` `[kernelHeight, kernelWidth, channels, filters]`, `bias` `[filters]`.
 */
export function conv2d(options: Conv2dLayerOptions): Layer {
  requireKnownOptions(options, conv2dOptions, "Conv2D");
  const filters = positiveInteger(options.filters, "Conv2D filters");
  const kernelSize = pairOf(options.kernelSize, "Conv2D kernelSize");
  const strides = pairOf(options.strides ?? 1, "Conv2D strides");
  const dilation = pairOf(options.dilationRate ?? 1, "Conv2D dilationRate");
  const padding = paddingOption(options.padding ?? "valid", "Conv2D padding");
  const activation = activationOption(options.activation, "Conv2D");
  const settings = kernelSettings(options);
  const base = layerBase(options);
  if (Math.max(...strides) > 1 && Math.max(...dilation) > 1) {
    throw new TrazoError("Conv2D: strides above 1 and dilationRate above 1 cannot be combined.");
  }
  return {
    ...base,
    className: "Conv2D",
    build(inputShape) {
      const size = windowShape("Conv2D", inputShape, kernelSize, strides, dilation, padding);
      const [batch, , , channels] = inputShape as [Dim, Dim, Dim, Dim];
      if (typeof channels !== "number") {
        throw new TrazoError(`Conv2D needs a known number of channels, but got ${formatShape(inputShape)}.`);
      }
      return {
        outputShape: [batch, ...size, filters],
        weights: kernelWeights(settings, [...kernelSize, channels, filters], base.trainable),
      };
    },
    call(x, { kernel, bias }, context) {
      const y = convolve(x, kernel as Value, { strides, padding, dilation });
      const output = activate(bias ? add(y, bias) : y, activation);
      penalizeActivity(output, settings.activityRegularizer, context);
      return output;
    },
    getConfig: () => ({
      filters,
      kernel_size: [...kernelSize],
      strides: [...strides],
      padding,
      data_format: "channels_last",
      dilation_rate: [...dilation],
      groups: 1,
      activation: activationToKeras(activation),
      ...kernelConfig(settings),
    }),
  };
}

export function conv2dFromConfig(config: ConfigReader): Layer {
  config.only("data_format", "channels_last");
  config.only("groups", 1);
  return conv2d({
    ...config.layerOptions(),
    ...kernelOptionsFromConfig(config),
    filters: config.number("filters") as number,
    kernelSize: config.pair("kernel_size") as [number, number],
    strides: config.pair("strides"),
    padding: config.string("padding") as Padding | undefined,
    dilationRate: config.pair("dilation_rate"),
    activation: config.activation("activation"),
  });
}
