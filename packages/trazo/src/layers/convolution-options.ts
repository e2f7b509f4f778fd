import { TrazoError } from "../errors.js";
import { formatShape } from "../graph/shape.js";
import type { Shape } from "../graph/value.js";
import { withDefault } from "../schema/option.js";
import { oneOf, size } from "../schema/options.js";
import { activationName } from "./activations.js";
import { dataFormat } from "./channels-first.js";

const sliding = {
  /** Height and width of the kernel. */
  kernelSize: size(),
  /** Default 1. */
  strides: withDefault(size(), 1),
  /** `"valid"` (default): no padding; `"same"`: as many zeros as keep the size (at stride 1). */
  padding: withDefault(oneOf(["valid", "same"]), "valid"),
  dataFormat: dataFormat(),
  /** Distance between the kernel's values. Default 1. */
  dilationRate: withDefault(size(), 1),
};

/** A name of its own, so that declarations keep what is said of each option. */
export interface SlidingOptions extends Readonly<typeof sliding> {}

/** Options of every layer that slides a kernel over images. */
export const slidingOptions: SlidingOptions = sliding;

const ofActivation = {
  /** A name, Trazo's or Keras's: `"leakyRelu"` or `"leaky_relu"`. Default `"linear"`. */
  activation: withDefault(activationName(), "linear"),
};

/** A name of its own, so that declarations keep what is said of each option. */
export interface ConvolutionActivation extends Readonly<typeof ofActivation> {}

/** The activation after a convolution. */
export const convolutionActivation: ConvolutionActivation = ofActivation;

/** @throws TrazoError where Keras combines neither */
export function refuseStridesWithDilation(
  layer: string,
  strides: readonly number[],
  dilationRate: readonly number[],
): void {
  if (Math.max(...strides) === 1 || Math.max(...dilationRate) === 1) return;
  throw new TrazoError(`${layer}: strides above 1 and dilationRate above 1 cannot be combined.`);
}

/** The number of channels of images. @throws TrazoError when it is not known */
export function channelsOf(layer: string, inputShape: Shape): number {
  const channels = inputShape.at(-1);
  if (typeof channels === "number") return channels;
  throw new TrazoError(`${layer} needs a known number of channels, but got ${formatShape(inputShape)}.`);
}
