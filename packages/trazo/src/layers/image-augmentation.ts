import { TrazoError } from "../errors.js";
import type { Dim, Value } from "../graph/value.js";
import type { GivenOptions } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { number, oneOf } from "../schema/options.js";
import {
  type AffineMotion,
  fillModes,
  interpolations,
  type PictureSize,
  type Sampling,
  sampleAffine,
} from "./affine-sampling.js";
import type { LayerOptions } from "./define-layer.js";
import { imagesInTraining, type Range, withinRanges } from "./images-in-training.js";
import type { Layer } from "./layer.js";
import { randomOptions } from "./random-options.js";

const sampling = {
  /**
   * What is seen outside of the image `a b c d`: `"reflect"` (default) `d c b a | a b c d | d c b a`; `"nearest"`
   * `a a a a | a b c d | d d d d`; `"wrap"` `a b c d | a b c d | a b c d`; `"constant"` the `fillValue`.
   */
  fillMode: withDefault(oneOf(fillModes), "reflect"),
  /** With `fillMode: "constant"`. Default 0. */
  fillValue: withDefault(number(), 0),
  /** Between pixels. Default `"bilinear"`. */
  interpolation: withDefault(oneOf(interpolations), "bilinear"),
  ...randomOptions,
};

/** A name of its own, so that declarations keep what is said of each option. */
export interface SharedAugmentationOptions extends Readonly<typeof sampling> {}

/** The options of the layers that move the pixels of images at random. */
export const imageAugmentationOptions: SharedAugmentationOptions = sampling;

/** Options of the layers that move the pixels of images at random. */
export type ImageAugmentationOptions = LayerOptions & GivenOptions<typeof imageAugmentationOptions>;

/** What distinguishes one such layer from another. */
export interface Augmentation {
  readonly className: string;
  /** For each number that is drawn for an image, the ends of its range. */
  readonly ranges: readonly Range[];
  /** Where pixels look, for numbers `[batch, ranges.length]`. */
  motion(drawn: Value, size: PictureSize): AffineMotion;
}

/**
 * A layer that, while training, moves the pixels of every image by numbers drawn for that image alone; otherwise the
 * identity. `[batch, height, width, channels]`, of any range of values, keeps its shape.
 */
export const imageAugmentation = (
  sampling: Sampling,
  { className, ranges, motion }: Augmentation,
): Pick<Layer, "build" | "call"> =>
  imagesInTraining(className, (x, context) => {
    if (context.needsInputGradient) {
      throw new TrazoError(
        `${className} must come before the first layer with weights to train: no gradient flows back through it.`,
      );
    }
    const [batch, height, width] = x.shape as [Dim, number, number, Dim];
    const drawn = withinRanges(context.uniformNoise([batch, ranges.length]), ranges);
    return sampleAffine(x, motion(drawn, { height, width }), sampling);
  });
