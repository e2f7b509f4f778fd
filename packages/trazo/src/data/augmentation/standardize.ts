import { inWords, TrazoError } from "../../errors.js";
import { sampleSize, type Tensor } from "../../tensor.js";
import type { ImageSize } from "./image-size.js";
import { whiten, whiteningMatrix } from "./whitening.js";

/** Shifts and scales of an image's values, after it was transformed. */
export interface StandardizeOptions {
  /**
   * Changes an image's values in place, before all that follows. It is not part of what distinguishes trainings when one resumes. Default:
   * none.
   */
  readonly preprocessingFunction?: ((image: Float32Array, shape: readonly number[]) => void) | undefined;
  /** Multiplies every value. Default: none. */
  readonly rescale?: number | undefined;
  /** Subtracts the image's own mean. Default false. */
  readonly samplewiseCenter?: boolean | undefined;
  /** Divides by the image's own standard deviation; centers as well. Default false. */
  readonly samplewiseStdNormalization?: boolean | undefined;
  /** Subtracts each channel's mean over the data given to `fit`. Default false. */
  readonly featurewiseCenter?: boolean | undefined;
  /** Divides by each channel's standard deviation over the data given to `fit`; centers as well. Default false. */
  readonly featurewiseStdNormalization?: boolean | undefined;
  /**
   * Makes the values of the data given to `fit` uncorrelated with each other (ZCA); centers by the feature as well, in place of
   * `featurewiseStdNormalization`. For small images: the matrix has the square of an image's values. Default false.
   */
  readonly zcaWhitening?: boolean | undefined;
  /** Added to the singular values that `zcaWhitening` divides by, positive. Default 1e-6. */
  readonly zcaEpsilon?: number | undefined;
}

/** One number per channel. */
export interface ChannelStatistics {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** What `fit` measures. */
export interface FeatureStatistics extends ChannelStatistics {
  /** Of `zcaWhitening`. */
  readonly whitening?: Float32Array | undefined;
}

/** Larger matrices take minutes and gigabytes. */
const largestWhitened = 4096;

/** @throws TrazoError when `zcaEpsilon` cannot be added to what is divided by */
export function requireWhitening({ zcaEpsilon = 1e-6 }: StandardizeOptions): void {
  if (zcaEpsilon > 0 && Number.isFinite(zcaEpsilon)) return;
  throw new TrazoError(`zcaEpsilon must be a positive number, but got ${inWords(zcaEpsilon)}.`);
}

const byFeature = (options: StandardizeOptions): boolean =>
  Boolean(options.featurewiseCenter || options.featurewiseStdNormalization || options.zcaWhitening);

/** Keras's guard against a division by zero. */
const tiny = 1e-6;

/** Does nothing to the values: most generators only transform. */
export const standardizes = (options: StandardizeOptions): boolean =>
  Boolean(options.preprocessingFunction) ||
  (options.rescale !== undefined && options.rescale !== 0) ||
  Boolean(options.samplewiseCenter || options.samplewiseStdNormalization) ||
  byFeature(options);

/** In place, in Keras's order: by the given function, rescale, by the sample, by the feature. */
export function standardizeImage(
  image: Float32Array,
  options: StandardizeOptions,
  { height, width, channels }: ImageSize,
  statistics: FeatureStatistics | undefined,
): void {
  options.preprocessingFunction?.(image, [height, width, channels]);
  const { rescale } = options;
  if (rescale) for (let i = 0; i < image.length; i++) image[i] = (image[i] as number) * rescale;
  if (options.samplewiseCenter || options.samplewiseStdNormalization) {
    shift(image, [meanOf(image)]);
    if (options.samplewiseStdNormalization) shrink(image, [Math.sqrt(meanSquare(image, meanOf(image)))]);
  }
  if (!byFeature(options)) return;
  if (!statistics) {
    throw new TrazoError(
      "featurewiseCenter, featurewiseStdNormalization and zcaWhitening need measures of the data: call generator.fit(x) first.",
    );
  }
  if (statistics.mean.length !== channels) {
    throw new TrazoError(
      `The generator was fitted on images of ${statistics.mean.length} channels, but this one has ${channels}.`,
    );
  }
  shift(image, statistics.mean);
  const { whitening } = statistics;
  if (!options.zcaWhitening) {
    if (options.featurewiseStdNormalization) shrink(image, statistics.std);
    return;
  }
  if (whitening?.length !== image.length ** 2) {
    throw new TrazoError("The generator's zcaWhitening was fitted on images of another size.");
  }
  whiten(image, whitening);
}

/** What the options need to know of `[samples, height, width, channels]`. @throws TrazoError for images too large to be whitened */
export function featureStatistics(x: Tensor, options: StandardizeOptions): FeatureStatistics {
  const statistics = channelStatistics(x, options.rescale);
  if (!options.zcaWhitening) return statistics;
  const size = sampleSize(x);
  if (size > largestWhitened) {
    throw new TrazoError(
      `zcaWhitening is for images of at most ${largestWhitened} values, but these have ${size} (${x.shape.slice(1).join("×")}).`,
    );
  }
  const { mean } = statistics;
  const factor = (options.rescale || 1) / (x.divisor ?? 1);
  const rows = Float64Array.from(
    x.data as ArrayLike<number>,
    (value, i) => value * factor - (mean[i % mean.length] as number),
  );
  return { ...statistics, whitening: whiteningMatrix(rows, size, options.zcaEpsilon ?? 1e-6) };
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
  for (let i = 0; i < image.length; i++) image[i] = (image[i] as number) - (by[i % by.length] as number);
}

function shrink(image: Float32Array, by: readonly number[]): void {
  for (let i = 0; i < image.length; i++) {
    image[i] = (image[i] as number) / ((by[i % by.length] as number) + tiny);
  }
}
