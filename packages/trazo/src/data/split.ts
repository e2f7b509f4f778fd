import { TrazoError } from "../errors.js";
import { requireKnownOptions } from "../known-options.js";
import { RandomState } from "../random/mt19937.js";
import { requireTensor, type Tensor, takeRows } from "../tensor.js";
import { type SplitIndices, stratifiedIndices } from "./stratify.js";

export type { SplitIndices };

/** Options of `trainTestSplit`, scikit-learn's in camelCase. */
export interface SplitOptions {
  /** A fraction between 0 and 1, or a count (integer from 1). Default: what `trainSize` leaves, else 0.25. */
  readonly testSize?: number | undefined;
  /** A fraction between 0 and 1, or a count (integer from 1). Default: what `testSize` leaves. */
  readonly trainSize?: number | undefined;
  /** NumPy's seed, 0 to 2³²−1. Default: a new one every time. */
  readonly randomState?: number | undefined;
  /** Whether to shuffle first; otherwise the training samples come first. Default true. */
  readonly shuffle?: boolean | undefined;
  /** A class for every sample; each part then gets every class in the same proportion. Shape [n], or [n, k] for one-hot. */
  readonly stratify?: Tensor | ArrayLike<number> | undefined;
}

const splitOptions = {
  testSize: true,
  trainSize: true,
  randomState: true,
  shuffle: true,
  stratify: true,
} as const;

/** For each array its training part, then its test part. */
export type Split<T extends readonly Tensor[]> = T extends readonly [
  infer Head extends Tensor,
  ...infer Rest extends readonly Tensor[],
]
  ? [Head, Head, ...Split<Rest>]
  : [];

/**
 * Splits arrays of equal length into a training and a test part exactly as scikit-learn's `train_test_split` does: with
 * the same `randomState` the same samples in the same order.
 *
 * @throws TrazoError when the lengths differ or the sizes do not fit
 * @example
 * ```ts
 * const [trainImages, testImages, trainLabels, testLabels] = trainTestSplit(images, labels, { testSize: 0.2, randomState: 42 });
 * ```
 */
export function trainTestSplit<const T extends readonly [Tensor, ...Tensor[]]>(
  ...args: [...arrays: T, options: SplitOptions]
): Split<T>;
export function trainTestSplit<const T extends readonly [Tensor, ...Tensor[]]>(...arrays: T): Split<T>;
export function trainTestSplit(...args: (Tensor | SplitOptions)[]): Tensor[] {
  const last = args.at(-1);
  const options = last === undefined || isTensor(last) ? {} : last;
  const given = isTensor(last) ? args : args.slice(0, -1);
  const arrays = given.map((array, i): Tensor => {
    requireTensor(array, `trainTestSplit: array number ${i + 1}`);
    return array;
  });
  const [first, ...others] = arrays;
  if (!first) throw new TrazoError("trainTestSplit needs at least one tensor to split.");
  const n = rows(first);
  for (const [i, other] of others.entries()) {
    if (rows(other) !== n) {
      throw new TrazoError(
        `trainTestSplit needs arrays of equal length, but the first has ${n} samples and number ${i + 2} has ${rows(other)}.`,
      );
    }
  }
  const { train, test } = splitIndices(n, options);
  return arrays.flatMap((array) => [takeRows(array, train), takeRows(array, test)]);
}

/**
 * The indices that `trainTestSplit` would take from `n` samples.
 *
 * @throws TrazoError when the sizes do not fit, or `stratify` does not (see scikit-learn's rules)
 * @example
 * ```ts
 * const { train, test } = splitIndices(100, { testSize: 0.2, randomState: 42 });
 * ```
 */
export function splitIndices(n: number, options: SplitOptions = {}): SplitIndices {
  requireKnownOptions(options, splitOptions, "A split");
  const { randomState, shuffle = true, stratify } = options;
  const { trainCount, testCount } = splitSizes(n, options);
  if (!shuffle) {
    if (stratify !== undefined) {
      throw new TrazoError("A split without shuffling cannot be stratified; leave out stratify or shuffle.");
    }
    const all = Int32Array.from({ length: trainCount + testCount }, (_, i) => i);
    return { train: all.slice(0, trainCount), test: all.slice(trainCount) };
  }
  const random = new RandomState(randomState ?? crypto.getRandomValues(new Uint32Array(1))[0] ?? 0);
  if (stratify !== undefined) return stratifiedIndices(n, stratify, trainCount, testCount, random);
  const permutation = random.permutation(n);
  return {
    test: permutation.slice(0, testCount),
    train: permutation.slice(testCount, testCount + trainCount),
  };
}

/** scikit-learn's `_validate_shuffle_split`: a test fraction rounds up, a train fraction rounds down. */
function splitSizes(n: number, options: SplitOptions): { trainCount: number; testCount: number } {
  if (!Number.isInteger(n) || n < 1) {
    throw new TrazoError(`A split needs at least one sample, but there are ${n}.`);
  }
  const { testSize = options.trainSize === undefined ? 0.25 : undefined, trainSize } = options;
  const test = testSize === undefined ? undefined : partSize("testSize", testSize, n, Math.ceil);
  const train = trainSize === undefined ? undefined : partSize("trainSize", trainSize, n, Math.floor);
  const testCount = test ?? n - (train ?? 0);
  const trainCount = train ?? n - testCount;
  const sizes = `testSize ${testSize ?? "absent"} and trainSize ${trainSize ?? "absent"}`;
  const isFraction = (size: number | undefined) => size !== undefined && size < 1;
  const above1 = isFraction(testSize) && isFraction(trainSize) && (testSize ?? 0) + (trainSize ?? 0) > 1;
  if (above1 || trainCount + testCount > n) {
    throw new TrazoError(
      `${sizes} ask for more than there is: ${trainCount} training and ${testCount} test samples of ${n}.`,
    );
  }
  if (trainCount < 1) {
    throw new TrazoError(`With ${n} samples, ${sizes}, none would be left for training.`);
  }
  return { trainCount, testCount };
}

function partSize(what: string, size: number, n: number, round: (x: number) => number): number {
  if (size > 0 && size < 1) return round(size * n);
  if (Number.isInteger(size) && size >= 1 && size < n) return size;
  throw new TrazoError(
    `${what} must be a fraction between 0 and 1 or an integer from 1 to ${n - 1} (one less than the samples), but is ${size}.`,
  );
}

function rows(array: Tensor): number {
  if (array.shape.length === 0) throw new TrazoError("A scalar cannot be split: it has no samples.");
  return array.shape[0] as number;
}

function isTensor(value: Tensor | SplitOptions | undefined): value is Tensor {
  return typeof value === "object" && value !== null && "dtype" in value;
}
