import { exp } from "./exponential";
import { add, ld, load1, loadPart, mul, st, storePart, sub } from "./vector";

/** A probability below is taken as 0 in gradients: see src/graph/subnormals.ts. */
const PROBABILITY: f32 = 8.673617379884035e-19; // 2^-60
/** An exponential below is 0, so that its quotient by the sum is not a subnormal number. */
const EXPONENTIAL: f32 = 7.888609052210118e-31; // 2^-100

// @ts-ignore: decorator
@inline
function flushed(x: v128, bound: f32): v128 {
  return v128.andnot(x, f32x4.lt(x, f32x4.splat(bound)));
}

// @ts-ignore: decorator
@inline
function sumOfLanes(x: v128): f32 {
  return (
    f32x4.extract_lane(x, 0) +
    f32x4.extract_lane(x, 1) +
    (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
  );
}

function largestOf(x: usize, bytes: usize): f32 {
  if (bytes < 16) {
    let best = load<f32>(x);
    for (let i: usize = 4; i < bytes; i += 4) best = max(best, load<f32>(x + i));
    return best;
  }
  const last = bytes - 16;
  let best = ld(x + last);
  for (let i: usize = 0; i < last; i += 16) best = f32x4.pmax(best, ld(x + i));
  return max(
    max(f32x4.extract_lane(best, 0), f32x4.extract_lane(best, 1)),
    max(f32x4.extract_lane(best, 2), f32x4.extract_lane(best, 3)),
  );
}

/**
 * ln x of a normal number, by the series of the inverse hyperbolic tangent. The standard library's has tables, which would lie in the memory that
 * belongs to the host.
 */
function logarithm(x: f64): f64 {
  const bits = reinterpret<i64>(x);
  let exponent = <f64>(((bits >> 52) & 2047) - 1023);
  let mantissa = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    exponent += 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum: f64 = 0;
  for (let k: f64 = 19; k >= 1; k -= 2) sum = sum * square + 1 / k;
  // NaN and infinity have the largest exponent, and stay what they are.
  return x - x == 0 ? exponent * 0.6931471805599453 + 2 * s * sum : x;
}

/** Stores the exponentials of `part` bytes and gives them back, zeros behind. */
// @ts-ignore: decorator
@inline
function exponentials(part: i32, y: usize, x: usize, largest: v128): v128 {
  const e = flushed(exp(sub(loadPart(x, part), largest)), EXPONENTIAL);
  storePart(y, e, part);
  if (part == 16) return e;
  return v128.and(e, part == 8 ? i64x2(-1, 0) : i32x4(-1, 0, 0, 0));
}

/** y = exp(x - largest), for a row. Gives back the sum. */
function exponentialsOfRow(y: usize, x: usize, bytes: usize, largest: f32): f32 {
  const shift = f32x4.splat(largest);
  let total = f32x4.splat(0);
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) total = add(total, exponentials(16, y + i, x + i, shift));
  if (bytes & 8) {
    total = add(total, exponentials(8, y + i, x + i, shift));
    i += 8;
  }
  if (bytes & 4) total = add(total, exponentials(4, y + i, x + i, shift));
  return sumOfLanes(total);
}

/** y = softmax of each row of x [rows, classes]. */
export function softmax(y: usize, x: usize, rows: usize, classes: usize): void {
  const bytes = classes * 4;
  for (let r: usize = 0; r < rows; r++, x += bytes, y += bytes) {
    const share: f32 = <f32>1 / exponentialsOfRow(y, x, bytes, largestOf(x, bytes));
    const factor = f32x4.splat(share);
    let i: usize = 0;
    for (; i + 16 <= bytes; i += 16) st(y + i, mul(ld(y + i), factor));
    for (; i < bytes; i += 4) store<f32>(y + i, load<f32>(y + i) * share);
  }
}

/** dx = y (dy - sum of dy y) for each row, with the softmax y; a tiny probability counts as 0. */
export function softmaxAdjoint(dx: usize, dy: usize, y: usize, rows: usize, classes: usize): void {
  const bytes = classes * 4;
  for (let r: usize = 0; r < rows; r++, dx += bytes, dy += bytes, y += bytes) {
    let total = f32x4.splat(0);
    let i: usize = 0;
    for (; i + 16 <= bytes; i += 16) total = add(total, mul(ld(dy + i), flushed(ld(y + i), PROBABILITY)));
    for (; i < bytes; i += 4) total = add(total, mul(load1(dy + i), flushed(load1(y + i), PROBABILITY)));
    const shift = f32x4.splat(sumOfLanes(total));
    i = 0;
    for (; i + 16 <= bytes; i += 16) {
      st(dx + i, mul(flushed(ld(y + i), PROBABILITY), sub(ld(dy + i), shift)));
    }
    for (; i < bytes; i += 4) {
      const value = mul(flushed(load1(y + i), PROBABILITY), sub(load1(dy + i), shift));
      store<f32>(dx + i, f32x4.extract_lane(value, 0));
    }
  }
}

/**
 * Cross-entropy of logits x [rows, classes] with one class per row, `labels` int32 [rows]: losses [rows] = -log p(label), not weighted. dx = the gradient of the
 * sum of the losses times `factor` times the row's weight (weights 0: all 1); dx may be x. Tiny probabilities count as 0 in it.
 */
export function sparseCrossEntropy(
  x: usize,
  labels: usize,
  rows: usize,
  classes: usize,
  weights: usize,
  factor: f32,
  losses: usize,
  dx: usize,
): void {
  const bytes = classes * 4;
  for (let r: usize = 0; r < rows; r++, x += bytes, dx += bytes) {
    const label = <usize>load<u32>(labels + 4 * r) * 4;
    const largest = largestOf(x, bytes);
    const logit = load<f32>(x + label);
    const total = exponentialsOfRow(dx, x, bytes, largest);
    store<f32>(losses + 4 * r, <f32>(logarithm(<f64>total) + (<f64>largest - <f64>logit)));
    const weight = weights ? factor * load<f32>(weights + 4 * r) : factor;
    scaleProbabilities(dx, bytes, <f32>1 / total, weight);
    store<f32>(dx + label, load<f32>(dx + label) - weight);
  }
}

/** The same with a distribution per row, targets [rows, classes]: losses = -sum of t log p. */
export function crossEntropy(
  x: usize,
  targets: usize,
  rows: usize,
  classes: usize,
  weights: usize,
  factor: f32,
  losses: usize,
  dx: usize,
): void {
  const bytes = classes * 4;
  for (let r: usize = 0; r < rows; r++, x += bytes, dx += bytes, targets += bytes) {
    const largest = largestOf(x, bytes);
    let mass: f64 = 0;
    let chosen: f64 = 0;
    for (let i: usize = 0; i < bytes; i += 4) {
      const t = <f64>load<f32>(targets + i);
      mass += t;
      // A class without a share does not count, even if its logit is infinite.
      if (t != 0) chosen += t * (<f64>largest - <f64>load<f32>(x + i));
    }
    const total = exponentialsOfRow(dx, x, bytes, largest);
    store<f32>(losses + 4 * r, <f32>(mass * logarithm(<f64>total) + chosen));
    const weight = weights ? factor * load<f32>(weights + 4 * r) : factor;
    scaleProbabilities(dx, bytes, <f32>1 / total, <f32>(mass * <f64>weight));
    for (let i: usize = 0; i < bytes; i += 4) {
      store<f32>(dx + i, load<f32>(dx + i) - load<f32>(targets + i) * weight);
    }
  }
}

/** Exponentials to probabilities without tiny ones, times a weight. */
function scaleProbabilities(dx: usize, bytes: usize, share: f32, weight: f32): void {
  const shares = f32x4.splat(share);
  const factor = f32x4.splat(weight);
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    st(dx + i, mul(flushed(mul(ld(dx + i), shares), PROBABILITY), factor));
  }
  for (; i < bytes; i += 4) {
    const value = mul(flushed(mul(load1(dx + i), shares), PROBABILITY), factor);
    store<f32>(dx + i, f32x4.extract_lane(value, 0));
  }
}
