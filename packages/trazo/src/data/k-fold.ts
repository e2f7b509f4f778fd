import { inWords, TrazoError } from "../errors.js";
import { requireKnownOptions } from "../known-options.js";
import { RandomState } from "../random/mt19937.js";
import type { Tensor } from "../tensor.js";
import { classKeys, type SplitIndices } from "./stratify.js";

/** Options of `kFold`, scikit-learn's in camelCase. */
export interface KFoldOptions {
  /** How many folds, at least 2. Default 5. */
  readonly splits?: number | undefined;
  /** Whether to shuffle first; otherwise folds are consecutive samples. Default false. */
  readonly shuffle?: boolean | undefined;
  /** NumPy's seed for the shuffle, 0 to 2³²−1. Default: a new one every time. */
  readonly randomState?: number | undefined;
  /** A class for every sample; each fold then gets every class in the same proportion. Shape [n], or [n, k] for one-hot. */
  readonly stratify?: Tensor | ArrayLike<number> | undefined;
}

const known = { splits: true, shuffle: true, randomState: true, stratify: true } as const;

/**
 * Divides `n` samples into folds, each of which is the test part once, exactly as scikit-learn's `KFold` does, and with `stratify`
 * its `StratifiedKFold`: with the same `randomState` the same samples.
 *
 * @returns one pair of index lists per fold, ascending, for `takeRows`
 * @throws TrazoError for fewer than 2 folds, for more folds than samples, and where no class has as many samples as there are folds
 * @example
 * ```ts
 * for (const { train, test } of kFold(labels.data.length, { splits: 5, shuffle: true, randomState: 42, stratify: labels })) {
 *   const [trainImages, testImages] = [takeRows(images, train), takeRows(images, test)];
 * }
 * ```
 */
export function kFold(n: number, options: KFoldOptions = {}): SplitIndices[] {
  requireKnownOptions(options, known, "kFold");
  const { splits = 5, shuffle = false, randomState, stratify } = options;
  if (!Number.isInteger(splits) || splits < 2) {
    throw new TrazoError(`kFold: splits must be an integer of at least 2, but got ${inWords(splits)}.`);
  }
  if (!Number.isInteger(n) || splits > n) {
    throw new TrazoError(`kFold cannot make ${splits} folds of ${n} samples.`);
  }
  if (!shuffle && randomState !== undefined) {
    throw new TrazoError(
      "kFold: randomState has no effect without shuffle; leave it out, or set shuffle to true.",
    );
  }
  const random = shuffle
    ? new RandomState(randomState ?? crypto.getRandomValues(new Uint32Array(1))[0] ?? 0)
    : undefined;
  const folds =
    stratify === undefined ? plainFolds(n, splits, random) : stratifiedFolds(n, splits, stratify, random);
  return Array.from({ length: splits }, (_, fold) => {
    const indices = Int32Array.from({ length: n }, (_, i) => i);
    return {
      train: indices.filter((i) => folds[i] !== fold),
      test: indices.filter((i) => folds[i] === fold),
    };
  });
}

/** The fold of each sample: the first folds have one more where they cannot all be equal. */
function plainFolds(n: number, splits: number, random: RandomState | undefined): Int32Array {
  const order = random ? random.permutation(n) : Int32Array.from({ length: n }, (_, i) => i);
  const folds = new Int32Array(n);
  let at = 0;
  for (let fold = 0; fold < splits; fold++) {
    const size = Math.floor(n / splits) + (fold < n % splits ? 1 : 0);
    for (const i of order.subarray(at, at + size)) folds[i] = fold;
    at += size;
  }
  return folds;
}

/** The same with the samples of each class dealt out evenly. Classes count in the order in which they first appear. */
function stratifiedFolds(
  n: number,
  splits: number,
  stratify: Tensor | ArrayLike<number>,
  random: RandomState | undefined,
): Int32Array {
  const keys = classKeys(stratify);
  if (keys.length !== n) {
    throw new TrazoError(`stratify has ${keys.length} entries, but there are ${n} samples.`);
  }
  const classes = [...new Set(keys)];
  const numbers = keys.map((key) => classes.indexOf(key));
  const counts = classes.map((_, c) => numbers.filter((number) => number === c).length);
  if (counts.every((count) => count < splits)) {
    throw new TrazoError(`kFold: no class has as many as ${splits} samples, one for each fold.`);
  }
  const sorted = Int32Array.from(numbers).sort();
  const folds = new Int32Array(n);
  for (const c of classes.keys()) {
    const dealt = Array.from({ length: splits }, (_, fold) => {
      const share = sorted.filter((number, i) => i % splits === fold && number === c).length;
      return new Array<number>(share).fill(fold);
    }).flat();
    const order = random ? random.permuted(Int32Array.from(dealt)) : dealt;
    let next = 0;
    for (const [i, number] of numbers.entries()) if (number === c) folds[i] = order[next++] as number;
  }
  return folds;
}
