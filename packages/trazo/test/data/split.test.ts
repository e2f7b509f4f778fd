import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { type SplitOptions, splitIndices, trainTestSplit } from "../../src/data/split.js";
import { TrazoError } from "../../src/errors.js";
import { divide, type Tensor, tensor } from "../../src/tensor.js";

describe("splitIndices", () => {
  it("is the notebook's split of MNIST: NumPy's permutation of 60000 with seed 42", () => {
    const { train, test } = splitIndices(60000, { testSize: 0.2, randomState: 42 });
    expect(train.length).toBe(48000);
    expect(test.length).toBe(12000);
    expect([...test.subarray(0, 5)]).toEqual([12628, 37730, 39991, 8525, 8279]);
    expect([...train.subarray(0, 5)]).toEqual([48572, 38696, 13611, 35213, 31766]);
    expect(sha256(test)).toBe("fb59cf8c489005644c7351baad7eb079f218d726a89aa8f8ebf4c03ba733347e");
    expect(sha256(train)).toBe("cee437c71d095023a0f48cb8cbad98f5f73ab5a21e9f7f0c141c0658dc8476c2");
  });

  it("splits 70000 likewise", () => {
    const { train, test } = splitIndices(70000, { testSize: 0.2, randomState: 42 });
    expect(test.length).toBe(14000);
    expect([...test.subarray(0, 5)]).toEqual([46730, 48393, 41416, 34506, 43725]);
    expect([...train.subarray(0, 5)]).toEqual([47339, 67456, 12308, 32557, 664]);
  });

  it("rounds a test fraction up in float64, as scikit-learn does", () => {
    expect(splitIndices(1797, { testSize: 0.2, randomState: 0 }).test.length).toBe(360);
    expect(splitIndices(10, { randomState: 0 }).test.length).toBe(3);
    expect(splitIndices(10, { trainSize: 0.75, randomState: 0 }).train.length).toBe(7);
  });

  it("stratifies as scikit-learn does", () => {
    const y = [0, 1, 2, 0, 1, 2, 0, 1, 0, 1, 2, 2, 0, 1, 0];
    const { train, test } = splitIndices(15, { testSize: 0.2, randomState: 42, stratify: y });
    expect([...train]).toEqual([0, 4, 1, 3, 5, 9, 14, 11, 6, 12, 7, 2]);
    expect([...test]).toEqual([8, 10, 13]);
  });

  // Made by scikit-learn itself: interop/sklearn/make_splits.py.
  const golden = JSON.parse(
    readFileSync(new URL("../fixtures/sklearn-splits.json", import.meta.url), "utf8"),
  ) as { cases: GoldenCase[] };

  it(`equals scikit-learn in ${golden.cases.length} cases, refusals included`, () => {
    for (const { n, options, stratify, expected } of golden.cases) {
      const ours: SplitOptions = {
        testSize: options.testSize ?? undefined,
        trainSize: options.trainSize ?? undefined,
        randomState: options.randomState,
        shuffle: options.shuffle,
        stratify: asStratify(stratify),
      };
      const what = JSON.stringify({ n, options, stratify });
      if (expected) {
        const { train, test } = splitIndices(n, ours);
        expect({ train: [...train], test: [...test] }, what).toEqual(expected);
      } else {
        expect(() => splitIndices(n, ours), what).toThrow(TrazoError);
      }
    }
  });

  it("partitions the indices", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 500 }),
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        fc.nat(),
        fc.boolean(),
        (n, testSize, randomState, shuffle) => {
          const { train, test } = splitIndices(n, { testSize, randomState, shuffle });
          expect([...train, ...test].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
          expect(test.length).toBe(Math.ceil(testSize * n));
        },
      ),
    );
  });

  it("keeps the classes' proportions to within one sample, and partitions the indices", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { minLength: 40, maxLength: 200 }), fc.nat(), (labels, randomState) => {
        const counts = [0, 1, 2, 3].map((c) => labels.filter((label) => label === c).length);
        fc.pre(counts.every((count) => count !== 1));
        const { train, test } = splitIndices(labels.length, {
          testSize: 0.25,
          randomState,
          stratify: labels,
        });
        expect([...train, ...test].sort((a, b) => a - b)).toEqual(labels.map((_, i) => i));
        for (const [c, count] of counts.entries()) {
          const inTrain = [...train].filter((i) => labels[i] === c).length;
          expect(Math.abs(inTrain - (count * train.length) / labels.length)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it("differs from call to call without a seed", () => {
    const first = splitIndices(1000).test;
    expect(splitIndices(1000).test).not.toEqual(first);
  });

  it.each<[string, number, SplitOptions, RegExp]>([
    ["a test size of 0", 10, { testSize: 0 }, /testSize must be a fraction .* from 1 to 9 .* but is 0/],
    ["a count with a fraction", 10, { testSize: 2.5 }, /but is 2\.5/],
    ["a negative train size", 10, { trainSize: -1 }, /trainSize must be/],
    ["sizes that are too much", 10, { testSize: 6, trainSize: 5 }, /5 training and 6 test samples of 10/],
    ["fractions above 1", 3, { testSize: 0.31, trainSize: 0.7 }, /more than there is/],
    ["no samples", 0, {}, /at least one sample/],
    ["one sample", 1, {}, /none would be left for training/],
    ["stratify without shuffle", 10, { shuffle: false, stratify: [0] }, /cannot be stratified/],
    ["stratify of another length", 4, { stratify: [0, 0, 1] }, /3 entries, but there are 4 samples/],
    [
      "a class of one",
      4,
      { stratify: [0, 0, 0, 7] },
      /at least 2 samples of every class, but class 7 has only 1/,
    ],
    [
      "too small a part",
      4,
      { testSize: 1, stratify: [0, 0, 1, 1] },
      /a test part of at least 2 samples .* would have 1/,
    ],
    ["classes that are not whole", 2, { stratify: [0.5, 1] }, /0\.5 at index 0/],
    ["a seed that NumPy refuses", 10, { randomState: -1 }, /NumPy seed/],
  ])("refuses %s", (_, n, options, message) => {
    expect(() => splitIndices(n, options)).toThrow(message);
    expect(() => splitIndices(n, options)).toThrow(TrazoError);
  });
});

describe("trainTestSplit", () => {
  const images = divide(tensor("uint8", [4, 2], Uint8Array.of(0, 1, 10, 11, 20, 21, 30, 31)), 255);
  const labels = tensor("int32", [4], Int32Array.of(0, 1, 2, 3));

  it("returns scikit-learn's order and keeps samples together, with dtype and divisor", () => {
    const [xTrain, xTest, yTrain, yTest] = trainTestSplit(images, labels, { testSize: 0.25, randomState: 1 });
    expect(xTrain.shape).toEqual([3, 2]);
    expect(xTest.shape).toEqual([1, 2]);
    expect(xTrain.divisor).toBe(255);
    expect(xTest.divisor).toBe(255);
    const { train, test } = splitIndices(4, { testSize: 0.25, randomState: 1 });
    expect([...yTrain.data]).toEqual([...train]);
    expect([...yTest.data]).toEqual([...test]);
    expect([...xTrain.data]).toEqual([...train].flatMap((i) => [10 * i, 10 * i + 1]));
    expectTypeOf(xTrain).toEqualTypeOf<Tensor<"uint8">>();
    expectTypeOf(yTest).toEqualTypeOf<Tensor<"int32">>();
  });

  it("works without options and with one or three arrays", () => {
    const [train, test] = trainTestSplit(labels);
    expect([...train.data, ...test.data].sort()).toEqual([0, 1, 2, 3]);
    expect(trainTestSplit(labels, images, labels, { shuffle: false })).toHaveLength(6);
  });

  it("refuses arrays of different length, scalars and nothing", () => {
    const short = tensor("int32", [3], Int32Array.of(0, 1, 2));
    expect(() => trainTestSplit(images, short, {})).toThrow(/the first has 4 samples and number 2 has 3/);
    expect(() => trainTestSplit(tensor("int32", [], Int32Array.of(1)))).toThrow(/scalar/);
    expect(() => trainTestSplit(images, [1, 2, 3, 4] as unknown as typeof labels, {})).toThrow(
      /array number 2 must be a tensor, .* but got a list of 4/,
    );
    const untyped = trainTestSplit as unknown as (...args: object[]) => void;
    expect(() => untyped({ testSize: 0.2 })).toThrow(/at least one tensor/);
  });
});

interface GoldenCase {
  readonly n: number;
  readonly options: {
    readonly testSize: number | null;
    readonly trainSize: number | null;
    readonly randomState: number;
    readonly shuffle: boolean;
  };
  readonly stratify: readonly number[] | readonly number[][] | null;
  readonly expected: { readonly train: number[]; readonly test: number[] } | null;
}

/** One-hot rows become a matrix. */
function asStratify(stratify: GoldenCase["stratify"]): SplitOptions["stratify"] {
  if (stratify === null) return undefined;
  if (typeof stratify[0] === "number") return stratify as readonly number[];
  const rows = stratify as readonly number[][];
  return tensor("float32", [rows.length, rows[0]?.length ?? 0], Float32Array.from(rows.flat()));
}

function sha256(values: Int32Array): string {
  return createHash("sha256").update(values).digest("hex");
}
