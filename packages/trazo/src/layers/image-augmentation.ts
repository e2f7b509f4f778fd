import { TrazoError } from "../errors.js";
import { requireImages } from "../graph/operators/semantic.js";
import { add, mul } from "../graph/ops.js";
import type { Dim, Value } from "../graph/value.js";
import type { GivenOptions } from "../schema/define.js";
import { keyed, withDefault } from "../schema/option.js";
import { discarded, number, oneOf, only, text } from "../schema/options.js";
import { tensor } from "../tensor.js";
import {
  type AffineMotion,
  fillModes,
  interpolations,
  type PictureSize,
  type Sampling,
  sampleAffine,
} from "./affine-sampling.js";
import type { LayerOptions } from "./define-layer.js";
import { kerasSeed } from "./dropout.js";
import type { Layer } from "./layer.js";

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
  seed: kerasSeed(),
  dataFormat: keyed(only("channels_last"), null, "data_format"),
  rngType: keyed(discarded(text()), null, "rng_type"),
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
  readonly ranges: readonly (readonly [low: number, high: number])[];
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
): Pick<Layer, "build" | "call"> => ({
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
});

/** Numbers `[batch, k]` from [0, 1), each column moved to its range. */
function withinRanges(uniform: Value, ranges: Augmentation["ranges"]): Value {
  const row = (values: readonly number[]): Value =>
    uniform.graph.constant(tensor("float32", [ranges.length], Float32Array.from(values)));
  return add(mul(uniform, row(ranges.map(([low, high]) => high - low))), row(ranges.map(([low]) => low)));
}
