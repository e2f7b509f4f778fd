import { type DisplayBundle, jupyterDisplay } from "../../display/displayed.js";
import { inWords, type JsonObject, TrazoError } from "../../errors.js";
import { requireKnownOptions } from "../../known-options.js";
import { RandomState } from "../../random/mt19937.js";
import { requireTensor, sampleSize, shownAsTensor, sliceRows, type Tensor, takeRows } from "../../tensor.js";
import { requireWeightList } from "../../weight-list.js";
import type { RecipeVariation } from "./image-recipe.js";
import { type ImageSize, sizeOfImages } from "./image-size.js";

/** Options of `generator.flow`. */
export interface FlowOptions {
  /** Default 32. */
  readonly batchSize?: number | undefined;
  /** A new order of the samples in every pass. Default true. */
  readonly shuffle?: boolean | undefined;
  /** One number per sample: a factor on its loss. A list or typed array, no tensor. */
  readonly sampleWeight?: ArrayLike<number> | undefined;
  /**
   * Orders and parameters follow from it: batch number n draws from NumPy's generator seeded with `seed` + n, as in
   * Keras. Default: drawn again; in `model.fit` it follows from the model's seed.
   */
  readonly seed?: number | undefined;
  /** With the generator's `validationSplit`: the samples before the split, or those after it. Default: all. */
  readonly subset?: "training" | "validation" | undefined;
  /**
   * Passes over the samples whose images are varied; in later ones they are only standardized, which ends a training on
   * images like those it is judged by (He et al. 2019, "Data Augmentation Revisited"). `model.fit` counts them from its
   * first epoch, those before `initialEpoch` included; `next()` from the first batch. Default: all.
   */
  readonly variedPasses?: number | undefined;
}

const flowOptions: Readonly<Record<keyof FlowOptions, true>> = {
  batchSize: true,
  shuffle: true,
  sampleWeight: true,
  seed: true,
  subset: true,
  variedPasses: true,
};

/** Variation by a recipe of so many images of a size, which stay as they are where there is nothing to draw from. */
export type FromRandom = RecipeVariation<[count: number, size: ImageSize, random: RandomState | undefined]>;

/** What varies the images of a flow: an `ImageDataGenerator`. */
export interface ImageVarier {
  /** Fraction of the samples that are for validation. */
  readonly validationSplit: number;
  /** What it was made with. */
  getConfig(): JsonObject;
  /** Writes the rows `indices` of `x`, varied unless `random` is undefined, one after another. */
  writeBatch(x: Tensor, indices: Int32Array, random: RandomState | undefined, target: Float32Array): void;
  /** Set where a recipe says all that it does, so that others can do it as well. */
  readonly byRecipe?: FromRandom | undefined;
}

/** A batch of varied images with their targets. */
export interface ImageBatch {
  /** `[batch, height, width, channels]`. */
  readonly x: Tensor<"float32">;
  /** The targets of the same samples. */
  readonly y: Tensor;
  /** `[batch]`, where the flow has weights. */
  readonly sampleWeight?: Tensor<"float32">;
}

const seeds = 2 ** 32;

/** What notebooks show of a flow. */
const shownImages = 5;
const shownVariants = 9;

/**
 * Batches of varied images. Give it to `model.fit`, which keeps its own order of the samples and asks for every
 * batch's images; or take batches with `next()`, in the order and with the pixels that Keras's iterator gives.
 */
export class ImageFlow implements Iterable<ImageBatch> {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly sampleWeight: Float32Array | undefined;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly seed: number | undefined;
  readonly variedPasses: number | undefined;
  readonly #generator: ImageVarier;
  readonly #ownSeed: number;
  #order: Int32Array | undefined;
  #position = 0;
  #batchesSeen = 0;

  /** Use `generator.flow`. */
  constructor(generator: ImageVarier, x: Tensor, y: Tensor, options: FlowOptions) {
    requireKnownOptions(options, flowOptions, "flow");
    const { batchSize = 32, shuffle = true, sampleWeight, seed, subset, variedPasses } = options;
    requireTensor(y, "flow: the targets");
    const count = x.shape[0] as number;
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new TrazoError(`batchSize must be a positive integer, but got ${inWords(batchSize)}.`);
    }
    requireWeightList(sampleWeight, "flow");
    for (const [what, length] of [
      ["targets", y.shape[0] ?? 0],
      ["sample weights", sampleWeight?.length ?? count],
    ] as const) {
      if (length !== count) throw new TrazoError(`flow: there are ${count} images but ${length} ${what}.`);
    }
    if (seed !== undefined && !(Number.isInteger(seed) && seed >= 0 && seed < seeds)) {
      throw new TrazoError(
        `The seed of a flow must be an integer from 0 to ${seeds - 1}, but got ${inWords(seed)}.`,
      );
    }
    if (variedPasses !== undefined && !(Number.isInteger(variedPasses) && variedPasses >= 0)) {
      throw new TrazoError(`variedPasses is a non-negative integer, but got ${inWords(variedPasses)}.`);
    }
    const [from, to] = subsetRange(subset, generator.validationSplit, count);
    this.#generator = generator;
    this.x = sliceRows(x, from, to);
    this.y = sliceRows(y, from, to);
    this.sampleWeight = sampleWeight && Float32Array.from(sampleWeight).subarray(from, to);
    this.batchSize = batchSize;
    this.shuffle = shuffle;
    this.seed = seed;
    this.variedPasses = variedPasses;
    this.#ownSeed = seed ?? (crypto.getRandomValues(new Uint32Array(1))[0] as number);
  }

  /** What a notebook shows of a flow: its first images, and what the generator makes of them. */
  async [jupyterDisplay](): Promise<DisplayBundle> {
    const { variantsBundle } = await import("../../display/flow-display.js");
    const count = Math.min(shownImages, this.#count);
    const rows = Int32Array.from({ length: count }, (_, i) => i);
    const variants = Array.from({ length: shownVariants }, (_, i): Tensor => {
      const data = new Float32Array(count * sampleSize(this.x));
      this.writeBatch(rows, 0, this.#ownSeed + i, data);
      return { dtype: "float32", shape: [count, ...this.x.shape.slice(1)], data };
    });
    const text = `${this.#count} images [${this.x.shape.slice(1).join(", ")}] in batches of ${this.batchSize}`;
    return variantsBundle(sliceRows(this.x, 0, count), variants, text);
  }

  /** What the generator was made with, as JSON. */
  get generatorConfig(): JsonObject {
    return this.#generator.getConfig();
  }

  /**
   * What varies the images.
   *
   * @internal
   */
  get generator(): ImageVarier {
    return this.#generator;
  }

  /** Batches in one pass over the samples, the last one partial. */
  get length(): number {
    return Math.ceil(this.#count / this.batchSize);
  }

  /**
   * The next batch; after the last one of a pass, the first of another.
   *
   * @example
   * ```ts
   * const flow = imageDataGenerator({ horizontalFlip: true }).flow(xTrain, yTrain, { seed: 1 });
   * const { x: varied, y: targetsOfThem } = flow.next();
   * ```
   */
  next(): ImageBatch {
    const batch = this.#batchesSeen++;
    const random = new RandomState((this.#ownSeed + batch) % seeds);
    if (this.#position === 0) this.#order = this.#newOrder(random);
    const end = Math.min(this.#position + this.batchSize, this.#count);
    const indices = (this.#order as Int32Array).subarray(this.#position, end);
    this.#position = end === this.#count ? 0 : end;
    const data = new Float32Array(indices.length * sampleSize(this.x));
    this.#generator.writeBatch(this.x, indices, this.#varies(batch) ? random : undefined, data);
    return {
      x: shownAsTensor({ dtype: "float32", shape: [indices.length, ...this.x.shape.slice(1)], data }),
      y: takeRows(this.y, indices),
      ...(this.sampleWeight && {
        sampleWeight: {
          dtype: "float32",
          shape: [indices.length],
          data: Float32Array.from(indices, (row) => this.sampleWeight?.[row] as number),
        },
      }),
    };
  }

  /** Endless, as Keras's iterator is. */
  *[Symbol.iterator](): Iterator<ImageBatch> {
    while (true) yield this.next();
  }

  /**
   * Writes the images of the samples `indices`, varied unless `variedPasses` are over.
   *
   * @param batch how many batches came before this one
   * @param seed what the parameters are drawn from, by NumPy's generator
   * @example
   * ```ts
   * const flow = imageDataGenerator({ horizontalFlip: true }).flow(xTrain, yTrain);
   * const pixels = new Float32Array(2 * 28 * 28);
   * flow.writeBatch(Int32Array.of(0, 5), 0, 42, pixels);
   * ```
   */
  writeBatch(indices: Int32Array, batch: number, seed: number, target: Float32Array): void {
    this.#generator.writeBatch(this.x, indices, this.#randomOf(batch, seed), target);
  }

  /** Undefined where images are not varied any more. */
  #randomOf(batch: number, seed: number): RandomState | undefined {
    return this.#varies(batch) ? new RandomState(seed % seeds) : undefined;
  }

  /**
   * How the images are made that `writeBatch` writes, for what makes them itself; undefined where there is more to them.
   *
   * @internal
   */
  get byRecipe(): RecipeVariation<[count: number, batch: number, seed: number]> | undefined {
    const { byRecipe } = this.#generator;
    const size = sizeOfImages(this.x);
    const draw = (count: number, batch: number, seed: number) =>
      (byRecipe as FromRandom).draw(count, size, this.#randomOf(batch, seed));
    return byRecipe && { ...byRecipe, draw };
  }

  #varies(batch: number): boolean {
    return this.variedPasses === undefined || batch < this.variedPasses * this.length;
  }

  get #count(): number {
    return this.x.shape[0] as number;
  }

  #newOrder(random: RandomState): Int32Array {
    return this.shuffle
      ? random.permutation(this.#count)
      : Int32Array.from({ length: this.#count }, (_, i) => i);
  }
}

/** As in Keras, and unlike `fit`'s `validationSplit`, the first samples are those for validation. */
function subsetRange(subset: FlowOptions["subset"], split: number, count: number): [number, number] {
  const at = Math.floor(count * split);
  if (subset !== undefined && split === 0) {
    throw new TrazoError(`subset "${subset}" needs a generator with a validationSplit.`);
  }
  switch (subset) {
    case undefined:
      return [0, count];
    case "validation":
      return [0, at];
    case "training":
      return [at, count];
    default:
      throw new TrazoError(`subset must be "training" or "validation", but got "${String(subset)}".`);
  }
}
