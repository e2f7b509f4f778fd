import { type JsonObject, TrazoError } from "../errors.js";
import { requireImages } from "../graph/operators/semantic.js";
import { add, mul } from "../graph/ops.js";
import type { Dim, Value } from "../graph/value.js";
import { tensor } from "../tensor.js";
import {
  type AffineMotion,
  type FillMode,
  fillModes,
  type Interpolation,
  interpolations,
  type PictureSize,
  type Sampling,
  sampleAffine,
} from "./affine-sampling.js";
import type { ConfigReader } from "./config-reader.js";
import { type Layer, type LayerOptions, layerBase, layerOptionNames } from "./layer.js";
import { oneOf } from "./options.js";

/** Options of the layers that move the pixels of images at random. */
export interface ImageAugmentationOptions extends LayerOptions {
  /**
   * What is seen outside of the image `a b c d`: `"reflect"` (default) `d c b a | a b c d | d c b a`; `"nearest"`
   * `a a a a | a b c d | d d d d`; `"wrap"` `a b c d | a b c d | a b c d`; `"constant"` the `fillValue`.
   */
  readonly fillMode?: FillMode | undefined;
  /** Between pixels. Default `"bilinear"`. */
  readonly interpolation?: Interpolation | undefined;
  /** With `fillMode: "constant"`. Default 0. */
  readonly fillValue?: number | undefined;
}

/** The names of `ImageAugmentationOptions`, for `requireKnownOptions`. */
export const imageAugmentationOptionNames = {
  ...layerOptionNames,
  fillMode: true,
  interpolation: true,
  fillValue: true,
} as const;

/** What distinguishes one such layer from another. */
export interface Augmentation {
  readonly className: string;
  /** For each number that is drawn for an image, the ends of its range. */
  readonly ranges: readonly (readonly [low: number, high: number])[];
  /** Where pixels look, for numbers `[batch, ranges.length]`. */
  motion(drawn: Value, size: PictureSize): AffineMotion;
  /** The layer's own part of its configuration. */
  readonly config: JsonObject;
}

/**
 * A layer that, while training, moves the pixels of every image by numbers drawn for that image alone; otherwise the
 * identity. `[batch, height, width, channels]`, of any range of values, keeps its shape.
 */
export function imageAugmentation(
  options: ImageAugmentationOptions,
  { className, ranges, motion, config }: Augmentation,
): Layer {
  const sampling = samplingOf(options, className);
  return {
    ...layerBase(options),
    className,
    build(inputShape) {
      requireImages(className, inputShape);
      return { outputShape: inputShape, weights: [] };
    },
    call(x, _weights, context) {
      if (!context.training) return x;
      if (context.needsInputGradient) {
        throw new TrazoError(
          `${className} must come before the first layer with weights to train: no gradient flows back through it.`,
        );
      }
      const [batch, height, width] = x.shape as [Dim, number, number, Dim];
      const drawn = withinRanges(context.uniformNoise([batch, ranges.length]), ranges);
      return sampleAffine(x, motion(drawn, { height, width }), sampling);
    },
    getConfig: () => ({
      ...config,
      fill_mode: sampling.fillMode,
      fill_value: sampling.fillValue,
      interpolation: sampling.interpolation,
      seed: null,
    }),
  };
}

function samplingOf(options: ImageAugmentationOptions, className: string): Sampling {
  const { fillMode = "reflect", interpolation = "bilinear", fillValue = 0 } = options;
  if (!Number.isFinite(fillValue)) {
    throw new TrazoError(`${className} fillValue must be a finite number, but got ${fillValue}.`);
  }
  return {
    fillMode: oneOf(fillMode, fillModes, `${className} fillMode`),
    interpolation: oneOf(interpolation, interpolations, `${className} interpolation`),
    fillValue,
  };
}

/** Numbers `[batch, k]` from [0, 1), each column moved to its range. */
function withinRanges(uniform: Value, ranges: Augmentation["ranges"]): Value {
  const row = (values: readonly number[]): Value =>
    uniform.graph.constant(tensor("float32", [ranges.length], Float32Array.from(values)));
  return add(mul(uniform, row(ranges.map(([low, high]) => high - low))), row(ranges.map(([low]) => low)));
}

/** Reads what all these layers' configurations have in common. */
export function imageAugmentationOptionsFromConfig(config: ConfigReader): ImageAugmentationOptions {
  config.only("data_format", "channels_last");
  // They select Keras's own generator and its stream, which ours cannot reproduce.
  config.number("seed");
  config.string("rng_type");
  return {
    ...config.layerOptions(),
    fillMode: config.string("fill_mode") as FillMode | undefined,
    interpolation: config.string("interpolation") as Interpolation | undefined,
    fillValue: config.number("fill_value"),
  };
}
