import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { metrics, type Tensor, tensor } from "../../src/index.js";

const bytes = (labels: readonly number[]): Tensor =>
  tensor("uint8", [labels.length], Uint8Array.from(labels));

describe("confusionMatrix", () => {
  it("counts true classes by row and predicted ones by column", () => {
    const matrix = metrics.confusionMatrix(bytes([0, 0, 0, 1, 1, 2]), bytes([0, 0, 1, 1, 0, 2]));
    expect(matrix.numClasses).toBe(3);
    expect([...matrix.counts]).toEqual([2, 1, 0, 1, 1, 0, 0, 0, 1]);
    expect([...matrix.recall]).toEqual([2 / 3, 1 / 2, 1]);
    expect([...matrix.precision]).toEqual([2 / 3, 1 / 2, 1]);
  });

  it("takes one-hot targets and probabilities; among equal ones the first counts", () => {
    const truth = tensor("float32", [3, 2], Float32Array.of(1, 0, 0, 1, 0, 1));
    const predicted = tensor("float32", [3, 2], Float32Array.of(0.9, 0.1, 0.5, 0.5, 0.2, 0.8));
    expect([...metrics.confusionMatrix(truth, predicted).counts]).toEqual([1, 0, 1, 1]);
  });

  it("takes class numbers in a column, of every type", () => {
    const truth = tensor("int64", [2, 1], BigInt64Array.of(1n, 0n));
    const predicted = tensor("int32", [2, 1], Int32Array.of(1, 1));
    expect([...metrics.confusionMatrix(truth, predicted).counts]).toEqual([0, 1, 0, 1]);
  });

  it("is written as a table for more classes than a call takes arguments", () => {
    const matrix = metrics.confusionMatrix(bytes([0, 1, 1]), bytes([0, 1, 0]), 400);
    expect(metrics.formatConfusionMatrix(matrix).split("\n")).toHaveLength(402);
  });

  it("says NaN of a class that is never true or never predicted", () => {
    const matrix = metrics.confusionMatrix(bytes([0, 0]), bytes([0, 2]), 4);
    expect([...matrix.recall]).toEqual([0.5, Number.NaN, Number.NaN, Number.NaN]);
    expect([...matrix.precision]).toEqual([1, Number.NaN, 0, Number.NaN]);
  });

  it("agrees with counting, whatever the labels", () => {
    const label = fc.integer({ min: 0, max: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(label, label), { maxLength: 60 }), (pairs) => {
        const matrix = metrics.confusionMatrix(
          bytes(pairs.map(([t]) => t)),
          bytes(pairs.map(([, p]) => p)),
          5,
        );
        for (let row = 0; row < 5; row++) {
          for (let column = 0; column < 5; column++) {
            const count = pairs.filter(([t, p]) => t === row && p === column).length;
            expect(matrix.counts[row * 5 + column]).toBe(count);
          }
          const right = pairs.filter(([t, p]) => t === row && p === row).length;
          expect(matrix.recall[row]).toBe(right / pairs.filter(([t]) => t === row).length);
          expect(matrix.precision[row]).toBe(right / pairs.filter(([, p]) => p === row).length);
        }
      }),
    );
  });

  it("holds more samples than a call takes arguments", () => {
    const many = bytes(Array.from({ length: 300_000 }, (_, i) => i % 2));
    expect([...metrics.confusionMatrix(many, many).counts]).toEqual([150_000, 0, 0, 150_000]);
  });

  it("refuses what does not go together", () => {
    expect(() => metrics.confusionMatrix(bytes([0, 1]), bytes([0]))).toThrow(
      /2 true classes but 1 predictions/,
    );
    expect(() => metrics.confusionMatrix(bytes([0, 3]), bytes([0, 1]), 3)).toThrow(
      /Sample 1 has class 3, but there are 3/,
    );
    const half = tensor("float32", [1], Float32Array.of(0.5));
    expect(() => metrics.confusionMatrix(half, bytes([0]))).toThrow(
      /Sample 0 has class 0\.5, but classes must be/,
    );
    const nan = tensor("float32", [1], Float32Array.of(Number.NaN));
    expect(() => metrics.confusionMatrix(bytes([0]), nan)).toThrow(/Sample 0 has class NaN/);
    const negative = tensor("int32", [1], Int32Array.of(-1));
    expect(() => metrics.confusionMatrix(bytes([0]), negative)).toThrow(/Sample 0 has class -1/);
  });
});

describe("formatConfusionMatrix", () => {
  it("writes an aligned table with recall and precision in percent", () => {
    const matrix = metrics.confusionMatrix(bytes([0, 0, 0, 1]), bytes([0, 0, 1, 1]), 3);
    expect(metrics.formatConfusionMatrix(matrix)).toBe(
      [
        " true\\pred      0      1      2 recall",
        "         0      2      1      0   66.7",
        "         1      0      1      0  100.0",
        "         2      0      0      0      -",
        " precision  100.0   50.0      -",
      ].join("\n"),
    );
  });
});
