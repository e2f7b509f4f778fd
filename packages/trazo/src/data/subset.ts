import { inWords, TrazoError } from "../errors.js";
import { RandomState } from "../random/mt19937.js";
import { splitIndices } from "./split.js";

/** Which samples to take, and in which order: as in Keras's `image_dataset_from_directory`. */
export interface SubsetOptions {
  /** Fraction of the samples, from the end of their order, that is for validation. Default 0. */
  readonly validationSplit?: number | undefined;
  /** With `validationSplit`: which of the two parts to take. */
  readonly subset?: "training" | "validation" | undefined;
  /** Whether to mix the classes. Default: whether there is a `seed`. */
  readonly shuffle?: boolean | undefined;
  /** NumPy's seed of the order, 0 to 2³²−1; give both parts the same. */
  readonly seed?: number | undefined;
  /**
   * With `validationSplit`: whether both parts get every class in the same proportion, as scikit-learn's `train_test_split` does with
   * `stratify` and `random_state: seed`. Default false, as in Keras.
   */
  readonly stratify?: boolean | undefined;
}

/** The names of `SubsetOptions`, for lists of known options. */
export const subsetOptionNames = {
  validationSplit: true,
  subset: true,
  shuffle: true,
  seed: true,
  stratify: true,
} as const;

/** What to say of a subset that no sample is in. */
export const emptySubset = (
  count: number,
  { validationSplit, subset }: SubsetOptions,
  what: string,
): TrazoError =>
  new TrazoError(
    `${what}: validationSplit ${validationSplit} of ${count} pictures leaves none for ${subset}. Choose another split, or add pictures.`,
  );

/**
 * The numbers of the samples of a subset, in order: the same that Keras takes with the same seed.
 *
 * @param labels the class of each sample, or nothing where there are none or several
 * @throws TrazoError for options that do not fit together
 */
export function subsetIndices(
  count: number,
  options: SubsetOptions,
  what: string,
  labels?: ArrayLike<number>,
): Int32Array {
  const { validationSplit = 0, subset, seed, shuffle = seed !== undefined } = options;
  if (!(validationSplit >= 0 && validationSplit < 1)) {
    throw new TrazoError(
      `${what}: validationSplit must be from 0 to below 1, but got ${inWords(validationSplit)}.`,
    );
  }
  if (![undefined, "training", "validation"].includes(subset)) {
    throw new TrazoError(`${what}: subset must be "training" or "validation", but got ${inWords(subset)}.`);
  }
  if ((subset === undefined) !== (validationSplit === 0)) {
    throw new TrazoError(
      `${what}: validationSplit and subset go together, e.g. { validationSplit: 0.2, subset: "training", seed: 1 }.`,
    );
  }
  if (shuffle && seed === undefined) throw new TrazoError(`${what}: shuffle needs a seed, e.g. { seed: 1 }.`);
  if (subset !== undefined && seed === undefined && options.shuffle !== false) {
    throw new TrazoError(
      `${what}: a split needs a seed, the same for both subsets, e.g. { seed: 1 }: without one, the files in their order, the last ` +
        "classes alone would be for validation. If that is what you want, say shuffle: false.",
    );
  }
  if (options.stratify) {
    if (subset === undefined || !shuffle || !labels) {
      throw new TrazoError(
        `${what}: stratify needs a split, a seed and one class for each sample, e.g. { validationSplit: 0.2, subset: "training", seed: 1, stratify: true }.`,
      );
    }
    const { train, test } = splitIndices(count, {
      testSize: validationSplit,
      randomState: seed,
      stratify: labels,
    });
    return subset === "training" ? train : test;
  }
  const order = shuffle
    ? new RandomState(seed as number).permutation(count)
    : Int32Array.from({ length: count }, (_, i) => i);
  const at = count - Math.floor(validationSplit * count);
  if (subset === undefined) return order;
  return subset === "training" ? order.subarray(0, at) : order.subarray(at);
}
