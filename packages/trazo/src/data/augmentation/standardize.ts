import { TrazoError } from "../../errors.js";
import type { Tensor } from "../../tensor.js";
import type { ImageSize } from "./image-size.js";

/** Shifts and scales of an image's values, after it was transformed. */
export interface StandardizeOptions {
  /**
   * Changes an image's values in place, before all that follows. It is no part of what tells trainings apart when one resumes. Default:
   * none.
   */
  readonly preprocessingFunction?: ((image: Float32Array, shape: readonly number[]) => void) | undefined;
  /** Multiplies every value. Default: none. */
  readonly rescale?: number | undefined;
  /** Subtracts the image's own mean. Default false. */
  readonly samplewiseCenter?: boolean | undefined;
  /** Divides by the image's own standard deviation; centres as well. Default false. */
  readonly samplewiseStdNormalization?: boolean | undefined;
  /** Subtracts each channel's mean over the data given to `fit`. Default false. */
  readonly featurewiseCenter?: boolean | undefined;
  /** Divides by each channel's standard deviation over the data given to `fit`; centres as well. Default false. */
  readonly featurewiseStdNormalization?: boolean | undefined;
}

/** One number per channel. */
export interface ChannelStatistics {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Keras's guard against a division by zero. */
const tiny = 1e-6;

/** Does nothing to the values: most generators only transform. */
export const standardizes = (options: StandardizeOptions): boolean =>
  Boolean(options.preprocessingFunction) ||
  (options.rescale !== undefined && options.rescale !== 0) ||
  Boolean(
    options.samplewiseCenter ||
      options.samplewiseStdNormalization ||
      options.featurewiseCenter ||
      options.featurewiseStdNormalization,
  );

/** In place, in Keras's order: by the given function, rescale, by the sample, by the feature. */
export function standardizeImage(
  image: Float32Array,
  options: StandardizeOptions,
  { height, width, channels }: ImageSize,
  statistics: ChannelStatistics | undefined,
): void {
  options.preprocessingFunction?.(image, [height, width, channels]);
  if (options.rescale) for (const [i, value] of image.entries()) image[i] = value * options.rescale;
  if (options.samplewiseCenter || options.samplewiseStdNormalization) {
    shift(image, [meanOf(image)]);
    if (options.samplewiseStdNormalization) shrink(image, [Math.sqrt(meanSquare(image, meanOf(image)))]);
  }
  if (!(options.featurewiseCenter || options.featurewiseStdNormalization)) return;
  if (!statistics) {
    throw new TrazoError(
      "featurewiseCenter and featurewiseStdNormalization need the data's mean: call generator.fit(x) first.",
    );
  }
  if (statistics.mean.length !== channels) {
    throw new TrazoError(
      `The generator was fitted on images of ${statistics.mean.length} channels, but this one has ${channels}.`,
    );
  }
  shift(image, statistics.mean);
  if (options.featurewiseStdNormalization) shrink(image, statistics.std);
}

/** Mean and standard deviation of every channel of `[samples, height, width, channels]`, after `rescale`. */
export function channelStatistics(x: Tensor, rescale: number | undefined): ChannelStatistics {
  const channels = x.shape[3] as number;
  const factor = (rescale || 1) / (x.divisor ?? 1);
  const count = x.data.length / channels;
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  for (let i = 0; i < x.data.length; i++)
    sums[i % channels] = (sums[i % channels] as number) + Number(x.data[i]);
  const mean = Array.from(sums, (sum) => sum / count);
  for (let i = 0; i < x.data.length; i++) {
    const deviation = Number(x.data[i]) - (mean[i % channels] as number);
    squares[i % channels] = (squares[i % channels] as number) + deviation * deviation;
  }
  return {
    mean: mean.map((value) => value * factor),
    std: Array.from(squares, (sum) => Math.sqrt(sum / count) * Math.abs(factor)),
  };
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function meanSquare(values: Float32Array, mean: number): number {
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

/** Entry c of `by` belongs to channel c; a single entry to all. */
function shift(image: Float32Array, by: readonly number[]): void {
  for (const [i, value] of image.entries()) image[i] = value - (by[i % by.length] as number);
}

function shrink(image: Float32Array, by: readonly number[]): void {
  for (const [i, value] of image.entries()) image[i] = value / ((by[i % by.length] as number) + tiny);
}
