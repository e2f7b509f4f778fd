import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { symmetricEigen } from "../../src/data/augmentation/symmetric-eigen.js";
import { imageDataGenerator, type Tensor, TrazoError, takeRows, tensor } from "../../src/index.js";
import fixtures from "../fixtures/keras/whitening.json" with { type: "json" };

const stored = ({ shape, data }: { shape: number[]; data: number[] }): Tensor<"float32"> =>
  tensor("float32", shape, Float32Array.from(data));

describe("zcaWhitening", () => {
  it.each(fixtures)("makes Keras's pixels: $options", ({ options, x, white }) => {
    const images = stored(x);
    const generator = imageDataGenerator({ ...options, zcaWhitening: true }).fit(images);
    const [, height, width, channels] = x.shape as [number, number, number, number];
    const wanted = stored(white);
    for (const sample of [0, 1, 2]) {
      const image = takeRows(images, [sample]);
      const got = generator.standardize({ ...image, shape: [height, width, channels] });
      const expected = takeRows(wanted, [sample]).data;
      for (const [i, value] of got.data.entries())
        expect(Math.abs(value - (expected[i] as number))).toBeLessThan(2e-3);
    }
  });

  it("refuses images that are too large, and other images than it was fitted on", () => {
    const large = tensor("uint8", [1, 64, 64, 3], new Uint8Array(64 * 64 * 3));
    expect(() => imageDataGenerator({ zcaWhitening: true }).fit(large)).toThrow("at most 4096 values");
    const generator = imageDataGenerator({ zcaWhitening: true }).fit(
      tensor("uint8", [2, 2, 2, 1], new Uint8Array(8)),
    );
    const other = tensor("float32", [3, 2, 1], new Float32Array(6));
    expect(() => generator.standardize(other)).toThrow(TrazoError);
    expect(() => imageDataGenerator({ zcaEpsilon: 0 })).toThrow("zcaEpsilon must be a positive number");
  });
});

describe("symmetricEigen", () => {
  it("takes a matrix apart into directions at right angles that make it up again", () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 9 })
          .chain((n) =>
            fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: n * n, maxLength: n * n }),
          ),
        (entries) => {
          const n = Math.sqrt(entries.length);
          const matrix = Float64Array.from(
            entries,
            (_, i) => (entries[i] as number) + (entries[(i % n) * n + Math.floor(i / n)] as number),
          );
          const { values, vectors } = symmetricEigen(matrix.slice(), n);
          for (let a = 0; a < n; a++) {
            for (let b = 0; b < n; b++) {
              let [made, product] = [0, 0];
              for (let i = 0; i < n; i++) {
                made +=
                  (values[i] as number) * (vectors[i * n + a] as number) * (vectors[i * n + b] as number);
                product += (vectors[a * n + i] as number) * (vectors[b * n + i] as number);
              }
              expect(made).toBeCloseTo(matrix[a * n + b] as number, 8);
              expect(product).toBeCloseTo(a === b ? 1 : 0, 9);
            }
          }
        },
      ),
    );
  });
});
