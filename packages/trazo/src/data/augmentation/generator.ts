import { inWords, type JsonObject, TrazoError } from "../../errors.js";
import { requireKnownOptions } from "../../known-options.js";
import { RandomState } from "../../random/mt19937.js";
import { requireTensor, sampleSize, shownAsTensor, type Tensor } from "../../tensor.js";
import { affineMap, type ImageTransform, identityMap } from "./affine.js";
import { brighten } from "./brightness.js";
import { type DrawTransform, type TransformRanges, transformDrawer } from "./draw.js";
import { type Displacement, ElasticField, type ElasticGrid, splineTable } from "./elastic.js";
import { type FillMode, fillRule } from "./fill.js";
import { type FlowOptions, type FromRandom, ImageFlow } from "./flow.js";
import { imageMaps } from "./image-maps.js";
import { imageRecords } from "./image-recipe.js";
import type { ImageSize } from "./image-size.js";
import { type Sampling, sampleImage } from "./sample.js";
import {
  type FeatureStatistics,
  featureStatistics,
  requireWhitening,
  type StandardizeOptions,
  standardizeImage,
  standardizes,
} from "./standardize.js";

export interface ImageDataGeneratorOptions extends TransformRanges, StandardizeOptions {
  /** What lies beyond an image's edge. Default `"nearest"`. */
  readonly fillMode?: FillMode | undefined;
  /** The value beyond the edge where `fillMode` is `"constant"`. Default 0. */
  readonly cval?: number | undefined;
  /** 0 takes the nearest pixel, 1 interpolates between four. Default 1. */
  readonly interpolationOrder?: 0 | 1 | undefined;
  /** Fraction of the samples, from the first on, that `flow` gives as `subset: "validation"`. Default 0. */
  readonly validationSplit?: number | undefined;
}

const generatorOptions: Readonly<Record<keyof ImageDataGeneratorOptions, true>> = {
  rotationRange: true,
  widthShiftRange: true,
  heightShiftRange: true,
  shearRange: true,
  zoomRange: true,
  elasticRange: true,
  channelShiftRange: true,
  brightnessRange: true,
  horizontalFlip: true,
  verticalFlip: true,
  fillMode: true,
  cval: true,
  interpolationOrder: true,
  preprocessingFunction: true,
  rescale: true,
  samplewiseCenter: true,
  samplewiseStdNormalization: true,
  featurewiseCenter: true,
  featurewiseStdNormalization: true,
  zcaWhitening: true,
  zcaEpsilon: true,
  validationSplit: true,
};

/** A generator as plain data, which threads can hand on. */
export interface GeneratorState {
  readonly options: JsonObject;
  readonly statistics: FeatureStatistics | undefined;
}

/**
 * Varies images at random: turned, moved, sheared, zoomed, bent, mirrored. From 2.9 on, Keras's `ImageDataGenerator` draws the
 * same parameters from the same seed and makes the same pixels of them.
 */
export class ImageDataGenerator {
  readonly #options: ImageDataGeneratorOptions;
  readonly #draw: DrawTransform;
  readonly #sampling: Sampling;
  #statistics: FeatureStatistics | undefined;
  #elastic: ElasticField | undefined;

  /** Use `imageDataGenerator`. */
  constructor(options: ImageDataGeneratorOptions) {
    requireKnownOptions(options, generatorOptions, "ImageDataGenerator");
    const { fillMode = "nearest", cval = 0, interpolationOrder = 1, validationSplit = 0 } = options;
    if (interpolationOrder !== 0 && interpolationOrder !== 1) {
      throw new TrazoError(
        `interpolationOrder must be 0 (nearest) or 1 (bilinear), but got ${inWords(interpolationOrder)}.`,
      );
    }
    if (!(validationSplit >= 0 && validationSplit < 1)) {
      throw new TrazoError(`validationSplit must be from 0 to below 1, but got ${inWords(validationSplit)}.`);
    }
    if (!Number.isFinite(cval))
      throw new TrazoError(`cval must be a finite number, but got ${inWords(cval)}.`);
    requireWhitening(options);
    this.#options = options;
    this.#draw = transformDrawer(options);
    this.#sampling = { order: interpolationOrder, outside: fillRule(fillMode), cval };
  }

  /** Fraction of the samples that `flow` gives as `subset: "validation"`. */
  get validationSplit(): number {
    return this.#options.validationSplit ?? 0;
  }

  /**
   * The options that were given.
   *
   * @example
   * ```ts
   * imageDataGenerator({ rotationRange: 30 }).getConfig(); // { rotationRange: 30 }
   * ```
   */
  getConfig(): JsonObject {
    return JSON.parse(JSON.stringify(this.#options)) as JsonObject;
  }

  /**
   * The options and what `fit` measured; undefined where a function of your own is among them.
   *
   * @internal
   */
  get state(): GeneratorState | undefined {
    if (this.#options.preprocessingFunction) return undefined;
    return { options: this.getConfig(), statistics: this.#statistics };
  }

  /**
   * The generator of a state.
   *
   * @internal
   */
  static from({ options, statistics }: GeneratorState): ImageDataGenerator {
    const generator = new ImageDataGenerator(options as ImageDataGeneratorOptions);
    generator.#statistics = statistics;
    return generator;
  }

  /**
   * Measures `[samples, height, width, channels]` for `featurewiseCenter`, `featurewiseStdNormalization` and `zcaWhitening`; the other
   * options do not need it.
   *
   * @example
   * ```ts
   * const generator = imageDataGenerator({ featurewiseCenter: true }).fit(xTrain);
   * ```
   */
  fit(x: Tensor): this {
    requireImages(x, "fit");
    this.#statistics = featureStatistics(x, this.#options);
    return this;
  }

  /**
   * Batches of varied images, for `model.fit` or to be taken one by one.
   *
   * @param x images, `[samples, height, width, channels]`
   * @param y their targets, in the same order
   * @example
   * ```ts
   * const flow = imageDataGenerator({ zoomRange: 0.1 }).flow(xTrain, yTrain, { batchSize: 64, seed: 1 });
   * await model.fit(flow, { epochs: 5 });
   * ```
   */
  flow(x: Tensor, y: Tensor, options: FlowOptions = {}): ImageFlow {
    requireImages(x, "flow");
    return new ImageFlow(this, x, y, options);
  }

  /** Draws the parameters for one image. */
  randomParameters(random: RandomState, height: number, width: number): ImageTransform {
    return this.#draw(random, height, width);
  }

  /**
   * One image, `[height, width, channels]`, transformed with parameters drawn from `seed`; not standardized.
   *
   * @example
   * ```ts
   * const image = tensor("float32", [28, 28, 1], new Float32Array(784));
   * const turned = imageDataGenerator({ rotationRange: 30 }).randomTransform(image, 7);
   * ```
   */
  randomTransform(image: Tensor, seed: number): Tensor<"float32"> {
    const { height, width } = sizeOfImage(image);
    return this.applyTransform(image, this.#draw(new RandomState(seed), height, width));
  }

  /**
   * One image, `[height, width, channels]`, transformed; not standardized.
   *
   * @example
   * ```ts
   * const image = tensor("float32", [28, 28, 1], new Float32Array(784));
   * const turned = imageDataGenerator().applyTransform(image, { theta: 30 });
   * ```
   */
  applyTransform(image: Tensor, transform: ImageTransform): Tensor<"float32"> {
    const data = new Float32Array(image.data.length);
    this.#transform(image.data as ArrayLike<number>, data, sizeOfImage(image), transform, image.divisor);
    return shownAsTensor({ dtype: "float32", shape: image.shape, data });
  }

  /**
   * Centers and scales one image, `[height, width, channels]`, as the options say.
   *
   * @example
   * ```ts
   * const image = tensor("float32", [28, 28, 1], new Float32Array(784));
   * const centered = imageDataGenerator({ samplewiseCenter: true }).standardize(image);
   * ```
   */
  standardize(image: Tensor<"float32">): Tensor<"float32"> {
    const data = image.data.slice();
    standardizeImage(data, this.#options, sizeOfImage(image), this.#statistics);
    return { ...image, data };
  }

  /**
   * Writes the rows `indices` of `x`, each transformed with parameters of its own and standardized, one after another;
   * only standardized where there is no generator to draw parameters from.
   */
  writeBatch(
    x: Tensor,
    indices: ArrayLike<number>,
    random: RandomState | undefined,
    target: Float32Array,
  ): void {
    const size = sampleSize(x);
    const imageSize = sizeOfImage({ ...x, shape: x.shape.slice(1) });
    const standardize = standardizes(this.#options);
    const source = x.data as Float32Array;
    for (let i = 0; i < indices.length; i++) {
      const row = indices[i] as number;
      const image = target.subarray(i * size, (i + 1) * size);
      const transform = random ? this.#draw(random, imageSize.height, imageSize.width) : {};
      this.#transform(source.subarray(row * size, (row + 1) * size), image, imageSize, transform, x.divisor);
      if (standardize) standardizeImage(image, this.#options, imageSize, this.#statistics);
    }
  }

  /**
   * Set unless colors are changed or values standardized: then images are varied only by where their pixels come from and perhaps
   * rescaled, which others can do as well.
   *
   * @internal
   */
  get byRecipe(): FromRandom | undefined {
    const { fillMode = "nearest", cval = 0, interpolationOrder: order = 1, ...others } = this.#options;
    const { elasticRange = 0, channelShiftRange = 0, brightnessRange, rescale = 0, ...more } = others;
    if (channelShiftRange || brightnessRange || standardizes(more)) return undefined;
    const recipe = { order, fillMode, cval, rescale, bends: elasticRange !== 0 };
    return {
      recipe,
      splines: splineTable,
      draw: (count, size, random) => {
        const draw = (): ImageTransform => (random ? this.#draw(random, size.height, size.width) : {});
        const drawn = Array.from({ length: count }, draw);
        return {
          records: () => imageRecords(drawn, size, recipe),
          maps: () => imageMaps(drawn, size),
        };
      },
    };
  }

  #displacement(grid: ElasticGrid, size: ImageSize): Displacement {
    if (this.#elastic?.height !== size.height || this.#elastic.width !== size.width) {
      this.#elastic = new ElasticField(size);
    }
    return this.#elastic.of(grid);
  }

  #transform(
    source: ArrayLike<number>,
    target: Float32Array,
    size: ImageSize,
    transform: ImageTransform,
    divisor = 1,
  ): void {
    const moved = transform.elastic && this.#displacement(transform.elastic, size);
    const map = affineMap(transform, size.height, size.width) ?? (moved && identityMap);
    if (map) sampleImage(source, target, size, map, this.#sampling, 1 / divisor, moved);
    else for (let i = 0; i < target.length; i++) target[i] = (source[i] as number) / divisor;
    if (transform.channelShiftIntensity !== undefined) shiftChannels(target, transform.channelShiftIntensity);
    if (transform.flipHorizontal) flip(target, size.height, size.width, size.channels);
    if (transform.flipVertical) flip(target, 1, size.height, size.width * size.channels);
    if (transform.brightness === undefined) return;
    const fill = this.#sampling.cval * divisor;
    const areBytes = source instanceof Uint8Array && fill >= 0 && fill <= 255;
    brighten(target, transform.brightness, { unit: 1 / divisor, areBytes });
  }
}

/**
 * Options are Keras's, e.g. `imageDataGenerator({ rotationRange: 30, zoomRange: 0.2 })`.
 *
 * @example
 * ```ts
 * const generator = imageDataGenerator({ rotationRange: 10, widthShiftRange: 0.1, zoomRange: 0.1 });
 * ```
 */
export function imageDataGenerator(options: ImageDataGeneratorOptions = {}): ImageDataGenerator {
  return new ImageDataGenerator(options);
}

function requireImages(x: Tensor, what: string): void {
  requireTensor(x, `${what}: the images`);
  if (x.shape.length === 4 && x.dtype !== "int64") return;
  throw new TrazoError(
    `ImageDataGenerator.${what} takes images of shape [samples, height, width, channels], but got ` +
      `${x.dtype} of shape [${x.shape.join(", ")}].`,
  );
}

function sizeOfImage({ shape, dtype }: Tensor): ImageSize {
  const [height, width, channels] = shape;
  if (shape.length !== 3 || !height || !width || !channels || dtype === "int64") {
    throw new TrazoError(
      `An image has the shape [height, width, channels], but got ${dtype} of shape [${shape.join(", ")}].`,
    );
  }
  return { height, width, channels };
}

/** Within the range of values that the image has. */
function shiftChannels(image: Float32Array, intensity: number): void {
  let [least, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < image.length; i++) {
    least = Math.min(least, image[i] as number);
    largest = Math.max(largest, image[i] as number);
  }
  for (let i = 0; i < image.length; i++) {
    image[i] = Math.min(Math.max(Math.fround((image[i] as number) + intensity), least), largest);
  }
}

/** Reverses the `length` pieces of `width` values that each of the `rows` holds. */
function flip(image: Float32Array, rows: number, length: number, width: number): void {
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < length >> 1; i++) {
      const [first, last] = [(row * length + i) * width, (row * length + length - 1 - i) * width];
      for (let k = 0; k < width; k++) {
        const kept = image[first + k] as number;
        image[first + k] = image[last + k] as number;
        image[last + k] = kept;
      }
    }
  }
}
