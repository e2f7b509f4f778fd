import { add, loadPart, st, storePart, sub, times } from "./vector";

/**
 * One direction of Winograd's transforms (Lavin and Gray 2016) and their transposes, by the matrices of Toom and Cook's construction
 * with the points 0, ±3/4, ±3/2 and infinity for tiles of four outputs, 0, ±3/4 and infinity for two, as src/lowering/toom-cook.ts has
 * them. Each takes a run of channels: values from one place per row or column, results to places that lie `step` bytes apart. `tile` is a
 * constant wherever these are called; a tile of two leaves out the last two of six.
 */

const A: f32 = 0.75;
const B: f32 = 1.5;
const A2: f32 = A * A;
const B2: f32 = B * B;
const A3: f32 = A * A * A;
const B3: f32 = B * B * B;
/** The coefficients of (x² - a²)(x² - b²), but for the first. */
const SUM: f32 = A2 + B2;
const PRODUCT: f32 = A2 * B2;

/** What the kernel's values are multiplied by at the points: the powers of the point over the product of its distances to the others. */
const K0: f32 = 1 / PRODUCT;
const KA0: f32 = 1 / (2 * A2 * (A2 - B2));
const KA1: f32 = A * KA0;
const KA2: f32 = A2 * KA0;
const KB0: f32 = 1 / (2 * B2 * (B2 - A2));
const KB1: f32 = B * KB0;
const KB2: f32 = B2 * KB0;
/** And for tiles of two. */
const L0: f32 = -1 / A2;
const LA0: f32 = 1 / (2 * A2);
const LA1: f32 = A * LA0;
const LA2: f32 = 0.5;

/** Whether a line's values lie one behind the other in the work memory, a vector each, or are parts of vectors at places of their own. */
// @ts-ignore: decorator
@inline
function put(packed: bool, work: usize, offset: usize, at: usize, value: v128, part: i32): void {
  if (packed) st(work, value, offset);
  else storePart(at, value, part);
}

/**
 * Values to points: six to six, or four to four. The points go to the work memory (`packed`) or to places that lie `step` bytes apart, from
 * `to` on.
 */
// @ts-ignore: decorator
@inline
export function overLine(
  part: i32,
  tile: i32,
  packed: bool,
  d0: v128,
  d1: v128,
  d2: v128,
  d3: v128,
  d4: v128,
  d5: v128,
  to: usize,
  step: usize,
): void {
  const o1 = packed ? to : to + step;
  const o2 = packed ? to : o1 + step;
  const o3 = packed ? to : o2 + step;
  if (tile == 2) {
    const odd = times(d1, A);
    put(packed, to, 0, to, sub(d2, times(d0, A2)), part);
    put(packed, to, 16, o1, add(d2, odd), part);
    put(packed, to, 32, o2, sub(d2, odd), part);
    put(packed, to, 48, o3, sub(d3, times(d1, A2)), part);
    return;
  }
  const o4 = packed ? to : o3 + step;
  const o5 = packed ? to : o4 + step;
  put(packed, to, 0, to, add(sub(d4, times(d2, SUM)), times(d0, PRODUCT)), part);
  const even = sub(d4, times(d2, B2));
  const odd = times(sub(d3, times(d1, B2)), A);
  put(packed, to, 16, o1, add(even, odd), part);
  put(packed, to, 32, o2, sub(even, odd), part);
  const even2 = sub(d4, times(d2, A2));
  const odd2 = times(sub(d3, times(d1, A2)), B);
  put(packed, to, 48, o3, add(even2, odd2), part);
  put(packed, to, 64, o4, sub(even2, odd2), part);
  put(packed, to, 80, o5, add(sub(d5, times(d3, SUM)), times(d1, PRODUCT)), part);
}

/** What a result is done with. */
export const enum Ending {
  Store,
  /** Added to what is there. */
  Add,
  /** Plus the bias, limited. */
  Bias,
  /** To the work memory. */
  Pack,
}

// @ts-ignore: decorator
@inline
function give(ending: Ending, work: usize, offset: usize, at: usize, value: v128, part: i32): void {
  if (ending == Ending.Pack) st(work, value, offset);
  else storePart(at, ending == Ending.Add ? add(loadPart(at, part), value) : value, part);
}

/**
 * The transpose of `overLine`: to the work memory, or to one place each: the first two values by `early`, the others by `ending`.
 */
// @ts-ignore: decorator
@inline
export function overTransposedLine(
  part: i32,
  tile: i32,
  early: Ending,
  ending: Ending,
  m0: v128,
  m1: v128,
  m2: v128,
  m3: v128,
  m4: v128,
  m5: v128,
  work: usize,
  q0: usize,
  q1: usize,
  q2: usize,
  q3: usize,
  q4: usize,
  q5: usize,
): void {
  const plus = add(m1, m2);
  const minus = sub(m1, m2);
  if (tile == 2) {
    give(early, work, 0, q0, times(m0, -A2), part);
    give(early, work, 16, q1, sub(times(minus, A), times(m3, A2)), part);
    give(ending, work, 32, q2, add(m0, plus), part);
    give(ending, work, 48, q3, m3, part);
    return;
  }
  const plus2 = add(m3, m4);
  const minus2 = sub(m3, m4);
  give(early, work, 0, q0, times(m0, PRODUCT), part);
  give(early, work, 16, q1, sub(times(m5, PRODUCT), add(times(minus, A * B2), times(minus2, B * A2))), part);
  give(ending, work, 32, q2, sub(times(m0, -SUM), add(times(plus, B2), times(plus2, A2))), part);
  give(ending, work, 48, q3, sub(add(times(minus, A), times(minus2, B)), times(m5, SUM)), part);
  give(ending, work, 64, q4, add(m0, add(plus, plus2)), part);
  give(ending, work, 80, q5, m5, part);
}

/** Points, `step` bytes apart, to outputs: six to four, or four to two. `bias` 0 is none. */
// @ts-ignore: decorator
@inline
export function backRun(
  tile: i32,
  ending: Ending,
  from: usize,
  step: usize,
  q0: usize,
  q1: usize,
  q2: usize,
  q3: usize,
  bias: usize,
  low: v128,
  high: v128,
  bytes: usize,
): void {
  let c: usize = 0;
  for (; c + 16 <= bytes; c += 16) {
    backPart(16, tile, ending, c, from, step, q0, q1, q2, q3, bias, low, high);
  }
  if (bytes & 8) {
    backPart(8, tile, ending, c, from, step, q0, q1, q2, q3, bias, low, high);
    c += 8;
  }
  if (bytes & 4) backPart(4, tile, ending, c, from, step, q0, q1, q2, q3, bias, low, high);
}

// @ts-ignore: decorator
@inline
function finish(ending: Ending, at: usize, value: v128, shift: v128, low: v128, high: v128, part: i32): void {
  storePart(
    at,
    ending == Ending.Bias ? f32x4.pmin(f32x4.pmax(add(value, shift), low), high) : value,
    part,
  );
}

// @ts-ignore: decorator
@inline
function backPart(
  part: i32,
  tile: i32,
  ending: Ending,
  c: usize,
  from: usize,
  step: usize,
  q0: usize,
  q1: usize,
  q2: usize,
  q3: usize,
  bias: usize,
  low: v128,
  high: v128,
): void {
  const p = from + c;
  const m0 = loadPart(p, part);
  const m1 = loadPart(p + step, part);
  const m2 = loadPart(p + 2 * step, part);
  const m3 = loadPart(p + 3 * step, part);
  const shift = ending == Ending.Bias && bias ? loadPart(bias + c, part) : f32x4.splat(0);
  const plus = add(m1, m2);
  const minus = sub(m1, m2);
  if (tile == 2) {
    finish(ending, q0 + c, add(m0, plus), shift, low, high, part);
    finish(ending, q1 + c, add(times(minus, A), m3), shift, low, high, part);
    return;
  }
  const m4 = loadPart(p + 4 * step, part);
  const m5 = loadPart(p + 5 * step, part);
  const plus2 = add(m3, m4);
  const minus2 = sub(m3, m4);
  finish(ending, q0 + c, add(m0, add(plus, plus2)), shift, low, high, part);
  finish(ending, q1 + c, add(times(minus, A), times(minus2, B)), shift, low, high, part);
  finish(ending, q2 + c, add(times(plus, A2), times(plus2, B2)), shift, low, high, part);
  finish(ending, q3 + c, add(add(times(minus, A3), times(minus2, B3)), m5), shift, low, high, part);
}

/** The transpose of `backRun`: values at one place each to points, `step` bytes apart. */
// @ts-ignore: decorator
@inline
export function backTransposedRun(
  tile: i32,
  p0: usize,
  p1: usize,
  p2: usize,
  p3: usize,
  to: usize,
  step: usize,
  bytes: usize,
): void {
  let c: usize = 0;
  for (; c + 16 <= bytes; c += 16) backTransposedPart(16, tile, c, p0, p1, p2, p3, to, step);
  if (bytes & 8) {
    backTransposedPart(8, tile, c, p0, p1, p2, p3, to, step);
    c += 8;
  }
  if (bytes & 4) backTransposedPart(4, tile, c, p0, p1, p2, p3, to, step);
}

// @ts-ignore: decorator
@inline
function backTransposedPart(
  part: i32,
  tile: i32,
  c: usize,
  p0: usize,
  p1: usize,
  p2: usize,
  p3: usize,
  to: usize,
  step: usize,
): void {
  const y0 = loadPart(p0 + c, part);
  const y1 = loadPart(p1 + c, part);
  const o = to + c;
  storePart(o, y0, part);
  if (tile == 2) {
    const slope = times(y1, A);
    storePart(o + step, add(y0, slope), part);
    storePart(o + 2 * step, sub(y0, slope), part);
    storePart(o + 3 * step, y1, part);
    return;
  }
  const y2 = loadPart(p2 + c, part);
  const y3 = loadPart(p3 + c, part);
  const even = add(y0, times(y2, A2));
  const odd = add(times(y1, A), times(y3, A3));
  storePart(o + step, add(even, odd), part);
  storePart(o + 2 * step, sub(even, odd), part);
  const even2 = add(y0, times(y2, B2));
  const odd2 = add(times(y1, B), times(y3, B3));
  storePart(o + 3 * step, add(even2, odd2), part);
  storePart(o + 4 * step, sub(even2, odd2), part);
  storePart(o + 5 * step, y3, part);
}

/** Three values of a kernel to points. */
// @ts-ignore: decorator
@inline
export function kernelRun(
  tile: i32,
  p0: usize,
  p1: usize,
  p2: usize,
  to: usize,
  step: usize,
  bytes: usize,
): void {
  let c: usize = 0;
  for (; c + 16 <= bytes; c += 16) kernelPart(16, tile, c, p0, p1, p2, to, step);
  if (bytes & 8) {
    kernelPart(8, tile, c, p0, p1, p2, to, step);
    c += 8;
  }
  if (bytes & 4) kernelPart(4, tile, c, p0, p1, p2, to, step);
}

// @ts-ignore: decorator
@inline
function kernelPart(
  part: i32,
  tile: i32,
  c: usize,
  p0: usize,
  p1: usize,
  p2: usize,
  to: usize,
  step: usize,
): void {
  const w0 = loadPart(p0 + c, part);
  const w1 = loadPart(p1 + c, part);
  const w2 = loadPart(p2 + c, part);
  const o = to + c;
  if (tile == 2) {
    const even = add(times(w0, LA0), times(w2, LA2));
    const odd = times(w1, LA1);
    storePart(o, times(w0, L0), part);
    storePart(o + step, add(even, odd), part);
    storePart(o + 2 * step, sub(even, odd), part);
    storePart(o + 3 * step, w2, part);
    return;
  }
  storePart(o, times(w0, K0), part);
  const even = add(times(w0, KA0), times(w2, KA2));
  const odd = times(w1, KA1);
  storePart(o + step, add(even, odd), part);
  storePart(o + 2 * step, sub(even, odd), part);
  const even2 = add(times(w0, KB0), times(w2, KB2));
  const odd2 = times(w1, KB1);
  storePart(o + 3 * step, add(even2, odd2), part);
  storePart(o + 4 * step, sub(even2, odd2), part);
  storePart(o + 5 * step, w2, part);
}

/** The transpose of `kernelRun`. */
// @ts-ignore: decorator
@inline
export function kernelTransposedRun(
  tile: i32,
  from: usize,
  step: usize,
  q0: usize,
  q1: usize,
  q2: usize,
  bytes: usize,
): void {
  let c: usize = 0;
  for (; c + 16 <= bytes; c += 16) kernelTransposedPart(16, tile, c, from, step, q0, q1, q2);
  if (bytes & 8) {
    kernelTransposedPart(8, tile, c, from, step, q0, q1, q2);
    c += 8;
  }
  if (bytes & 4) kernelTransposedPart(4, tile, c, from, step, q0, q1, q2);
}

// @ts-ignore: decorator
@inline
function kernelTransposedPart(
  part: i32,
  tile: i32,
  c: usize,
  from: usize,
  step: usize,
  q0: usize,
  q1: usize,
  q2: usize,
): void {
  const p = from + c;
  const m0 = loadPart(p, part);
  const m1 = loadPart(p + step, part);
  const m2 = loadPart(p + 2 * step, part);
  const m3 = loadPart(p + 3 * step, part);
  const plus = add(m1, m2);
  const minus = sub(m1, m2);
  if (tile == 2) {
    storePart(q0 + c, add(times(m0, L0), times(plus, LA0)), part);
    storePart(q1 + c, times(minus, LA1), part);
    storePart(q2 + c, add(times(plus, LA2), m3), part);
    return;
  }
  const m4 = loadPart(p + 4 * step, part);
  const m5 = loadPart(p + 5 * step, part);
  const plus2 = add(m3, m4);
  const minus2 = sub(m3, m4);
  storePart(q0 + c, add(times(m0, K0), add(times(plus, KA0), times(plus2, KB0))), part);
  storePart(q1 + c, add(times(minus, KA1), times(minus2, KB1)), part);
  storePart(q2 + c, add(add(times(plus, KA2), times(plus2, KB2)), m5), part);
}
