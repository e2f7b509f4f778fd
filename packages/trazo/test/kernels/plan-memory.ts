import fc from "fast-check";
import { expect } from "vitest";
import { compiledPlanKernels } from "../../src/kernels/compiled-plan-kernels.js";
import { type PlanKernels, planKernels, type WindowNumbers } from "../../src/kernels/plan-kernels.js";
import { sharedMemory, type WebAssemblyModule } from "../../src/kernels/webassembly.js";
import { kernelBinder } from "../../src/plan/crew/share.js";
import type { KernelTable } from "../../src/plan/program/blas.js";

type Values = Float32Array | Uint8Array | Int32Array | Float64Array;

const pages = 12;
const memory = sharedMemory(pages, pages);
const kernels = planKernels(compiledPlanKernels, memory);
const bytes = new Uint8Array(memory.buffer);
/** What lies around the arrays: as float32, numbers that would show in every result. */
const pristine = Uint8Array.from({ length: bytes.length }, (_, i) => (i % 4 === 3 ? 0x47 : 0x11 + (i % 7)));
bytes.set(pristine);

/** Another module's kernels over the same memory. */
export const kernelsOf = (module: WebAssemblyModule): KernelTable => kernelBinder(memory)(module);

/**
 * Calls kernels on copies of the arrays. They lie in a memory with something else on all sides, one after the other at the very end of the
 * memory; what surrounds them must stay, and every call must give the same bytes.
 *
 * @returns the arrays as they are afterwards
 */
export const onMemory = <T extends Readonly<Record<string, Values>>>(
  arrays: T,
  call: (kernels: PlanKernels, at: Readonly<Record<keyof T, number>>) => void,
): T => onMemoryOf(kernels, arrays, call);

/** The same with other kernels over this memory. */
export function onMemoryOf<K, T extends Readonly<Record<string, Values>>>(
  kernels: K,
  arrays: T,
  call: (kernels: K, at: Readonly<Record<keyof T, number>>) => void,
): T {
  const names = Object.keys(arrays);
  const results = names.map((last) => runWith(arrays, last, (at) => call(kernels, at)));
  const [first] = results as [T];
  for (const result of results) {
    const same = names.every(
      (name) => Buffer.compare(bytesOf(result[name] as Values), bytesOf(first[name] as Values)) === 0,
    );
    expect(same, "the same call gives other bytes").toBe(true);
  }
  return first;
}

function runWith<T extends Readonly<Record<string, Values>>>(
  arrays: T,
  last: string,
  call: (at: Readonly<Record<keyof T, number>>) => void,
): T {
  let top = 64;
  const at: Record<string, number> = {};
  for (const [name, values] of Object.entries(arrays)) {
    const size = Math.ceil(values.byteLength / 4) * 4;
    at[name] = name === last ? bytes.length - size : top;
    if (name !== last) top += size + 68;
    bytes.set(bytesOf(values), at[name]);
  }
  if (top > (at[last] as number)) throw new Error("The arrays of the test do not fit.");
  call(at as Record<keyof T, number>);
  const result: Record<string, Values> = {};
  for (const [name, values] of Object.entries(arrays)) {
    const start = at[name] as number;
    const copy = values.slice();
    bytesOf(copy).set(bytes.subarray(start, start + values.byteLength));
    result[name] = copy;
    bytes.set(pristine.subarray(start, start + values.byteLength), start);
  }
  const untouched = Buffer.compare(bytes, pristine) === 0;
  if (!untouched) bytes.set(pristine);
  expect(untouched, "something was written outside of the arrays").toBe(true);
  return result as T;
}

const bytesOf = (values: Values): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** Whole numbers from -8 to 8, which sums and products keep exactly: a pure function of the seed. */
export function wholeNumbers(length: number, seed: number): Float32Array {
  const next = numbers(seed);
  return Float32Array.from({ length }, () => Math.floor(next() * 17) - 8);
}

/** Numbers in [-1, 1]: a pure function of the seed. */
export function fractions(length: number, seed: number): Float32Array {
  const next = numbers(seed);
  return Float32Array.from({ length }, () => next() * 2 - 1);
}

function numbers(seed: number): () => number {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state >>> 8) ^ (state >>> 20)) / 2 ** 24;
  };
}

export const channelCounts = fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8, 10, 16, 17, 18, 20, 24);
export const seeds = fc.integer({ min: 1, max: 1_000_000 });

export const read = (values: ArrayLike<number>, i: number): number => values[i] as number;

/** Equality of numbers, of which 0 and -0 are one. */
export function expectSame(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  let same = actual.length === expected.length;
  for (let i = 0; i < expected.length && same; i++) same = read(actual, i) === read(expected, i);
  if (!same) expect(Array.from(actual)).toEqual(Array.from(expected));
  expect(same).toBe(true);
}

/** Sum of the products, in float64. */
export const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += read(a, i) * read(b, i);
  return total;
};

/** The largest difference, in parts of the largest expected value. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  let largest = 1e-30;
  let apart = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(read(expected, i)));
    const difference = Math.abs(read(actual, i) - read(expected, i));
    apart = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(apart, difference);
  }
  expect(apart / largest).toBeLessThan(tolerance);
}

/** A window's numbers, one side: `size` is that of the image, `reach` that of the window with its dilation. */
const side = (longest: number) =>
  fc
    .record({
      size: fc.integer({ min: 1, max: 9 }),
      kernel: fc.integer({ min: 1, max: longest }),
      stride: fc.integer({ min: 1, max: 3 }),
      dilation: fc.integer({ min: 1, max: 3 }),
      before: fc.integer({ min: 0, max: 2 }),
      after: fc.integer({ min: 0, max: 3 }),
    })
    .map((s) => ({ ...s, out: Math.floor((s.size + s.before + s.after - reach(s)) / s.stride) + 1 }))
    .filter(({ out }) => out >= 1);

const reach = ({ kernel, dilation }: { kernel: number; dilation: number }): number =>
  (kernel - 1) * dilation + 1;

export interface Geometry {
  readonly rows: number;
  readonly channels: number;
  readonly down: Side;
  readonly across: Side;
}

export interface Side {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly out: number;
}

/** Windows of all kinds. */
export const geometries: fc.Arbitrary<Geometry> = fc.record({
  rows: fc.integer({ min: 1, max: 2 }),
  channels: channelCounts,
  down: side(5),
  across: side(5),
});

const hasPixels = ({ size, kernel, stride, before, out }: Side): boolean =>
  before < kernel && (out - 1) * stride - before < size;

/** Windows for pooling: not dilated, and each holds a pixel. */
export const poolings: fc.Arbitrary<Geometry> = geometries
  .map((g) => ({ ...g, down: withoutDilation(g.down), across: withoutDilation(g.across) }))
  .filter(({ down, across }) => down.out >= 1 && across.out >= 1 && hasPixels(down) && hasPixels(across));

const withoutDilation = (s: Side): Side => ({
  ...s,
  dilation: 1,
  out: Math.floor((s.size + s.before - s.kernel) / s.stride) + 1,
});

/**
 * Calls `visit` for each pair of an output's place and an input's that a window joins, with their positions in the arrays without channels and
 * the place in the window.
 */
export function eachPair(
  { rows, down, across }: Geometry,
  visit: (output: number, input: number | undefined, place: number) => void,
): void {
  for (let n = 0; n < rows; n++) {
    for (let i = 0; i < down.out; i++) {
      for (let j = 0; j < across.out; j++) {
        for (let a = 0; a < down.kernel; a++) {
          for (let b = 0; b < across.kernel; b++) {
            const y = i * down.stride - down.before + a * down.dilation;
            const x = j * across.stride - across.before + b * across.dilation;
            const isInside = y >= 0 && y < down.size && x >= 0 && x < across.size;
            const input = isInside ? (n * down.size + y) * across.size + x : undefined;
            visit((n * down.out + i) * across.out + j, input, a * across.kernel + b);
          }
        }
      }
    }
  }
}

export const inputPixels = ({ rows, down, across }: Geometry): number => rows * down.size * across.size;
export const outputPixels = ({ rows, down, across }: Geometry): number => rows * down.out * across.out;

export const windowNumbers = ({ rows, channels, down, across }: Geometry): WindowNumbers => [
  rows,
  down.size,
  across.size,
  channels,
  down.kernel,
  across.kernel,
  down.stride,
  across.stride,
  down.dilation,
  across.dilation,
  down.before,
  across.before,
  down.out,
  across.out,
];
