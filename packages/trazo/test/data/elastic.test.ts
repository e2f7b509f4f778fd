import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { imageDataGenerator, tensor } from "../../src/index.js";
import { RandomState } from "../../src/random/mt19937.js";

/** The grid's control points along a side. */
const points = 7;
const grid = (move: (row: number, column: number) => number): Float64Array =>
  Float64Array.from({ length: points * points }, (_, i) => move(Math.floor(i / points), i % points));
const still = grid(() => 0);

const picture = tensor(
  "float32",
  [13, 9, 2],
  Float32Array.from({ length: 13 * 9 * 2 }, (_, i) => ((i * 7) % 31) / 31),
);
const plain = imageDataGenerator();
const near = (got: Float32Array, wanted: Float32Array): void => {
  expect(got).toHaveLength(wanted.length);
  for (const [i, value] of wanted.entries()) expect(got[i]).toBeCloseTo(value, 6);
};

describe("an elastic grid", () => {
  it.each([
    { tx: 2, ty: 0 },
    { tx: -1.5, ty: 0.75 },
  ])("whose points all move alike shifts the image: %o", ({ tx, ty }) => {
    const elastic = { rows: grid(() => ty), columns: grid(() => tx) };
    near(plain.applyTransform(picture, { elastic }).data, plain.applyTransform(picture, { tx, ty }).data);
  });

  it("whose points move apart evenly resizes the image", () => {
    const square = tensor("float32", [9, 9, 1], picture.data.slice(0, 81));
    // Over the 4 cells of 8 pixels, from minus to plus its share of the way to the edge.
    const apart = (point: number, zoom: number): number => ((point - 3) / 4) * (zoom - 1) * 8;
    const [zx, zy] = [1.25, 0.8];
    const elastic = { rows: grid((row) => apart(row, zy)), columns: grid((_, column) => apart(column, zx)) };
    near(plain.applyTransform(square, { elastic }).data, plain.applyTransform(square, { zx, zy }).data);
  });

  it("with one point moved bends the pixels near it, and no others", () => {
    // A ramp shows where each pixel came from.
    const ramp = tensor(
      "float32",
      [29, 29, 1],
      Float32Array.from({ length: 841 }, (_, i) => i % 29),
    );
    const columns = grid((row, column) => (row === 3 && column === 3 ? 1 : 0));
    const { data } = plain.applyTransform(ramp, { elastic: { rows: still, columns } });
    const moved = (row: number, column: number): number => (data[row * 29 + column] as number) - column;
    // A cubic B-spline at its middle, one cell (7 pixels) off it, and two.
    expect(moved(14, 14)).toBeCloseTo((2 / 3) ** 2, 5);
    expect(moved(14, 7)).toBeCloseTo((2 / 3) * (1 / 6), 5);
    expect(moved(21, 21)).toBeCloseTo(1 / 36, 5);
    for (const [row, column] of [
      [0, 14],
      [14, 0],
      [28, 28],
    ] as const) {
      expect(moved(row, column)).toBeCloseTo(0, 6);
    }
  });

  it("bends what a rotation and a shift have made of the image", () => {
    const elastic = { rows: grid(() => 1), columns: still };
    const turned = { theta: 90, tx: 0, ty: 0 };
    const square = tensor("float32", [9, 9, 1], picture.data.slice(0, 81));
    const both = plain.applyTransform(square, { ...turned, elastic }).data;
    const after = plain.applyTransform(square, turned).data;
    expect(both).not.toEqual(after);
    // Turned by 90 degrees, pixels come from the next row of the source: the column beside.
    const source = (row: number, column: number): number => square.data[row * 9 + column] as number;
    for (let row = 0; row < 9; row++) {
      for (let column = 0; column < 9; column++) {
        expect(both[row * 9 + column]).toBeCloseTo(source(Math.min(column + 1, 8), 8 - row), 5);
      }
    }
  });
});

it("refuses a grid with another number of points", () => {
  expect(() =>
    plain.applyTransform(picture, { elastic: { rows: still, columns: new Float64Array(16) } }),
  ).toThrow("An elastic grid has 7 x 7 points each way, but got 49 rows and 16 columns.");
});

describe("elasticRange", () => {
  it("draws every point within the range, and all else as without it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1000 }),
        fc.double({ min: 0.1, max: 9, noNaN: true }),
        (seed, range) => {
          const options = { rotationRange: 20, zoomRange: 0.1, horizontalFlip: true };
          const bent = imageDataGenerator({ ...options, elasticRange: range });
          const { elastic, ...others } = bent.randomParameters(new RandomState(seed), 28, 28);
          expect(others).toEqual(imageDataGenerator(options).randomParameters(new RandomState(seed), 28, 28));
          const moves = [...Array.from(elastic?.rows ?? []), ...Array.from(elastic?.columns ?? [])];
          expect(moves).toHaveLength(2 * points * points);
          expect(new Set(moves).size).toBeGreaterThan(90);
          for (const move of moves) expect(Math.abs(move)).toBeLessThanOrEqual(range);
        },
      ),
      { numRuns: 30, seed: 2 },
    );
  });

  it("bends images within their range of values, each in its own way, the same ones from the same seed", () => {
    const generator = imageDataGenerator({ elasticRange: 3 });
    const image = tensor(
      "uint8",
      [28, 28, 1],
      Uint8Array.from({ length: 784 }, (_, i) => (i * i) % 251),
    );
    const [first, again, other] = [4, 4, 5].map((seed) => generator.randomTransform(image, seed).data);
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
    expect(Math.min(...(first ?? []))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...(first ?? []))).toBeLessThanOrEqual(250);
    expect(first).not.toEqual(plain.randomTransform(image, 4).data);
    expect(generator.getConfig()).toEqual({ elasticRange: 3 });
  });

  it("is refused where it is no number", () => {
    expect(() => imageDataGenerator({ elasticRange: Number.NaN })).toThrow(
      "elasticRange must be a finite number, but got NaN.",
    );
  });
});
