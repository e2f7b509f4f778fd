import { setFlagsFromString } from "node:v8";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasRelaxedSimd, loadProducts, type ProductSizes } from "../../src/kernels/products.js";
import { sharedMemory } from "../../src/kernels/webassembly.js";

// Node 20 has relaxed SIMD behind a flag; later versions have it anyway and no longer know the flag.
if (!hasRelaxedSimd()) setFlagsFromString("--experimental-wasm-relaxed-simd");
const kinds = hasRelaxedSimd() ? [false, true] : [false];

const PAGES = 40;
const memory = sharedMemory(PAGES, PAGES);

const GUARD = 12345.678;
const GUARDS = 16;

/** Values that differ, of a size that sums of them can be compared. */
const value = (i: number): number => Math.fround(Math.sin(i * 12.9898) * 2 - (i % 7) / 5);

interface Outcome {
  readonly found: Float32Array;
  readonly expected: Float64Array;
  /** Bounds of the rounding error. */
  readonly bounds: Float64Array;
  /** What lies around the result and between its rows. */
  readonly isIntact: boolean;
}

/** Computes products by the kernel and, in float64, by loops. Matrices end where the memory does or begin at odd addresses. */
function multiply(sizes: ProductSizes & { readonly offset?: number }, relaxed: boolean): Outcome {
  const {
    m,
    n,
    k,
    count = 1,
    transposeA = false,
    transposeB = false,
    accumulate = false,
    offset = 0,
  } = sizes;
  const products = loadProducts(memory, { relaxed });
  const all = new Float32Array(memory.buffer);
  const [rowsA, columnsA] = transposeA ? [k, m] : [m, k];
  const [rowsB, columnsB] = transposeB ? [n, k] : [k, n];
  const strideA = sizes.strides?.a ?? columnsA;
  const strideB = sizes.strides?.b ?? columnsB;
  const strideY = sizes.strides?.y ?? n;
  const scratch = 64;
  // y lies between guards; b is the last thing in memory, so that reading past it would trap.
  const a = scratch + products.scratchBytes / 4 + offset;
  const y = a + count * rowsA * strideA + GUARDS;
  const b = all.length - count * rowsB * strideB;
  expect(y + count * m * strideY + GUARDS).toBeLessThanOrEqual(b);
  all.fill(GUARD);
  for (let i = 0; i < count * rowsA * strideA; i++) all[a + i] = value(i);
  for (let i = 0; i < count * rowsB * strideB; i++) all[b + i] = value(i + 31);
  const expected = new Float64Array(count * m * n);
  const bounds = new Float64Array(count * m * n);
  for (let c = 0, at = 0; c < count; c++) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++, at++) {
        const place = y + (c * m + i) * strideY + j;
        all[place] = value(at + 77);
        let sum = accumulate ? (all[place] as number) : 0;
        let size = Math.abs(sum);
        for (let l = 0; l < k; l++) {
          const left = all[
            a + c * rowsA * strideA + (transposeA ? l * strideA + i : i * strideA + l)
          ] as number;
          const right = all[
            b + c * rowsB * strideB + (transposeB ? j * strideB + l : l * strideB + j)
          ] as number;
          sum += left * right;
          size += Math.abs(left * right);
        }
        expected[at] = sum;
        bounds[at] = size * (k + 1) * 2 ** -24 + 1e-30;
      }
    }
  }
  const before = all.slice();
  products.prepare(sizes, scratch * 4)(a * 4, b * 4, y * 4);
  const found = new Float32Array(count * m * n);
  for (let r = 0; r < count * m; r++) {
    const row = y + r * strideY;
    found.set(all.subarray(row, row + n), r * n);
    before.set(all.subarray(row, row + n), row);
  }
  const end = scratch + products.scratchBytes / 4;
  before.set(all.subarray(scratch, end), scratch);
  return { found, expected, bounds, isIntact: Buffer.compare(bytesOf(before), bytesOf(all)) === 0 };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

function expectRight({ found, expected, bounds, isIntact }: Outcome): void {
  const wrong = found.findIndex(
    (one, i) => !(Math.abs(one - (expected[i] as number)) <= (bounds[i] as number)),
  );
  if (wrong >= 0) expect(`${found[wrong]} at ${wrong}`).toBe(`${expected[wrong]}`);
  expect(isIntact).toBe(true);
}

const flags = [false, true].flatMap((transposeA) =>
  [false, true].map((transposeB) => ({ transposeA, transposeB })),
);

describe.each(kinds)("matrix products, with relaxed SIMD: %s", (relaxed) => {
  it.each([
    [1, 10, 1024],
    [1, 1, 7],
    [5, 1, 129],
    [6, 12, 9],
    [64, 32, 32],
    [100, 25, 6],
    [25, 6, 700],
    [130, 16, 150],
    [13, 300, 520],
    [97, 259, 257],
    [7, 5, 1],
    [2, 33, 27],
    [11, 10, 84],
  ])("agree with float64 loops for %d rows, %d columns, a sum of %d", (m, n, k) => {
    for (const flag of flags) {
      for (const accumulate of [false, true]) {
        expectRight(multiply({ m, n, k, accumulate, ...flag }, relaxed));
      }
    }
  });

  it("agree for any small sizes, strides, counts and places", () => {
    const size = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(
        fc.record({
          m: size,
          n: size,
          k: fc.oneof(size, fc.integer({ min: 250, max: 300 })),
          count: fc.integer({ min: 1, max: 3 }),
          transposeA: fc.boolean(),
          transposeB: fc.boolean(),
          accumulate: fc.boolean(),
          offset: fc.integer({ min: 0, max: 3 }),
        }),
        fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: 0, max: 3 }))),
        (sizes, [forA = 0, forB = 0, forY = 0]) => {
          const strides = {
            a: (sizes.transposeA ? sizes.m : sizes.k) + forA,
            b: (sizes.transposeB ? sizes.k : sizes.n) + forB,
            y: sizes.n + forY,
          };
          expectRight(multiply({ ...sizes, strides }, relaxed));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("give the same bytes wherever the matrices lie", () => {
    const sizes = { m: 37, n: 43, k: 300, transposeB: true };
    const { found } = multiply(sizes, relaxed);
    expect(multiply({ ...sizes, offset: 1 }, relaxed).found).toEqual(found);
  });

  it("pass on NaN and infinity", () => {
    const products = loadProducts(memory, { relaxed });
    const all = new Float32Array(memory.buffer);
    const at = 1 << 18;
    all.fill(0, at, at + 300);
    all[at] = Number.NaN;
    all[at + 9] = Number.POSITIVE_INFINITY;
    all.fill(1, at + 100, at + 200);
    products.prepare({ m: 9, n: 9, k: 9 }, 64)(at * 4, (at + 100) * 4, (at + 200) * 4);
    expect([...all.subarray(at + 200, at + 209)]).toEqual(Array(9).fill(Number.NaN));
    expect([...all.subarray(at + 209, at + 218)]).toEqual(Array(9).fill(Number.POSITIVE_INFINITY));
    expect([...all.subarray(at + 218, at + 281)]).toEqual(Array(63).fill(0));
  });

  it("are zero, or nothing is added, when there is nothing to sum", () => {
    const products = loadProducts(memory, { relaxed });
    const all = new Float32Array(memory.buffer);
    const at = 1 << 18;
    for (const [accumulate, result] of [
      [false, 0],
      [true, 3],
    ] as const) {
      all.fill(3, at, at + 100);
      products.prepare({ m: 9, n: 11, k: 0, accumulate }, 64)(at * 4, at * 4, at * 4);
      expect(new Set(all.subarray(at, at + 99))).toEqual(new Set([result]));
      expect(all[at + 99]).toBe(3);
    }
  });
});

describe("products' sizes", () => {
  it("are refused when they make no sense", () => {
    const products = loadProducts(memory, { relaxed: false });
    expect(() => products.prepare({ m: 1.5, n: 1, k: 1 }, 0)).toThrow(/m must be an integer, but got 1.5/);
    expect(() => products.prepare({ m: 2, n: 2, k: 5, strides: { a: 4 } }, 0)).toThrow(
      /Rows of 5 values cannot lie 4 values apart/,
    );
  });
});
