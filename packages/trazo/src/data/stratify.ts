import { inWords, TrazoError } from "../errors.js";
import type { RandomState } from "../random/mt19937.js";
import type { Tensor } from "../tensor.js";

/** Which samples go to which part, in their new order. */
export interface SplitIndices {
  /** Positions of the training samples. */
  readonly train: Int32Array;
  /** Positions of the test samples. */
  readonly test: Int32Array;
}

/**
 * A split that keeps the proportions of the classes: scikit-learn's `StratifiedShuffleSplit`, draw by draw.
 *
 * @throws TrazoError when a class has one member only, or a part has fewer samples than there are classes
 */
export function stratifiedIndices(
  n: number,
  stratify: Tensor | ArrayLike<number>,
  trainCount: number,
  testCount: number,
  random: RandomState,
): SplitIndices {
  const members = membersByClass(n, stratify);
  checkCounts(members, trainCount, testCount);
  const counts = members.map(({ indices }) => indices.length);
  const trainCounts = approximateMode(counts, trainCount, random);
  const left = counts.map((count, i) => count - (trainCounts[i] as number));
  const testCounts = approximateMode(left, testCount, random);

  const train: number[][] = [];
  const test: number[][] = [];
  for (const [c, { indices }] of members.entries()) {
    const shuffled = Array.from(random.permutation(indices.length), (i) => indices[i] as number);
    const toTrain = trainCounts[c] as number;
    train.push(shuffled.slice(0, toTrain));
    test.push(shuffled.slice(toTrain, toTrain + (testCounts[c] as number)));
  }
  return {
    train: random.permuted(Int32Array.from(train.flat())),
    test: random.permuted(Int32Array.from(test.flat())),
  };
}

interface ClassMembers {
  readonly name: string;
  /** Ascending. */
  readonly indices: readonly number[];
}

/** Each class's samples; classes in the order of NumPy's `unique`. */
function membersByClass(n: number, stratify: Tensor | ArrayLike<number>): ClassMembers[] {
  const keys = classKeys(stratify);
  if (keys.length !== n) {
    throw new TrazoError(`stratify has ${keys.length} entries, but there are ${n} samples.`);
  }
  const groups = new Map<number | string, number[]>();
  for (const [i, key] of keys.entries()) {
    const group = groups.get(key);
    if (group) group.push(i);
    else groups.set(key, [i]);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, indices]) => ({ name: String(key), indices }));
}

/** Numbers for a vector; for a matrix, as in scikit-learn, each row's numbers joined to a string, sorted as text. */
export function classKeys(stratify: Tensor | ArrayLike<number>): (number | string)[] {
  if (typeof stratify !== "object" || stratify === null) {
    throw new TrazoError(
      `stratify takes the samples' classes, e.g. the labels, but got ${inWords(stratify)}.`,
    );
  }
  if (!("data" in stratify)) return Array.from(stratify, wholeNumber);
  const { shape, data } = stratify;
  const values = Array.from(data as ArrayLike<number | bigint>, wholeNumber);
  if (shape.length === 1) return values;
  if (shape.length !== 2) {
    throw new TrazoError(`stratify must have shape [n] or [n, k], but has [${shape.join(", ")}].`);
  }
  const [rows, width] = shape as [number, number];
  return Array.from({ length: rows }, (_, r) => values.slice(r * width, (r + 1) * width).join(" "));
}

function wholeNumber(value: number | bigint, index: number): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) {
    throw new TrazoError(`stratify needs integers (classes), but has ${value} at index ${index}.`);
  }
  return number;
}

function checkCounts(members: readonly ClassMembers[], trainCount: number, testCount: number): void {
  const lonely = members.find(({ indices }) => indices.length < 2);
  if (lonely) {
    throw new TrazoError(
      `stratify needs at least 2 samples of every class, but class ${lonely.name} has only ${lonely.indices.length}.`,
    );
  }
  for (const [part, count] of [
    ["training", trainCount],
    ["test", testCount],
  ] as const) {
    if (count < members.length) {
      throw new TrazoError(
        `stratify needs a ${part} part of at least ${members.length} samples (one a class), but it would have ${count}.`,
      );
    }
  }
}

/**
 * How many of `draws` samples each class gives: its share rounded down, and the missing ones to the classes with the
 * largest remainders, ties broken by `random`. Drawn even where there is no tie to break, as scikit-learn does
 * (`_approximate_mode`), so that later draws are the same.
 */
function approximateMode(counts: readonly number[], draws: number, random: RandomState): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const shares = counts.map((count) => (count / total) * draws);
  const given = shares.map(Math.floor);
  let missing = draws - given.reduce((sum, count) => sum + count, 0);
  if (missing === 0) return given;
  const remainders = shares.map((share) => share - Math.floor(share));
  for (const remainder of [...new Set(remainders)].sort((a, b) => b - a)) {
    const tied = remainders.flatMap((r, i) => (r === remainder ? [i] : []));
    const chosen = random.permutation(tied.length).subarray(0, missing);
    for (const t of chosen) given[tied[t] as number] = (given[tied[t] as number] as number) + 1;
    missing -= chosen.length;
    if (missing === 0) break;
  }
  return given;
}
