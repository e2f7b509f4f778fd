import { add, ld, load1, mul, st, store1, sub, sumOf, zeros } from "./vector";

/**
 * Functions of two arrays with broadcasting. All arrays are gone through in the same four loops of n0, n1, n2 and n3 steps, each with its own
 * strides in values, 0 where it is repeated.
 */
const enum Binary {
  Add,
  Sub,
  Mul,
  Div,
  Max,
  Min,
  /** a alone: what is repeated, or taken in another order. */
  First,
  /** 1 where a is above b, else 0; the other comparisons likewise. */
  Greater,
  GreaterOrEqual,
  Less,
  Equal,
  /** b where a is not 0, else 0 */
  Where,
  /** b where a is 0, else 0 */
  Otherwise,
}

// @ts-ignore: decorator
@inline
function valueOf(op: Binary, a: v128, b: v128): v128 {
  if (op == Binary.Add) return add(a, b);
  if (op == Binary.Sub) return sub(a, b);
  if (op == Binary.Mul) return mul(a, b);
  if (op == Binary.Div) return f32x4.div(a, b);
  // A NaN stays NaN.
  if (op == Binary.Max) return f32x4.max(a, b);
  if (op == Binary.Min) return f32x4.min(a, b);
  const one = f32x4.splat(1);
  if (op == Binary.Greater) return v128.and(one, f32x4.gt(a, b));
  if (op == Binary.GreaterOrEqual) return v128.and(one, f32x4.ge(a, b));
  if (op == Binary.Less) return v128.and(one, f32x4.lt(a, b));
  if (op == Binary.Equal) return v128.and(one, f32x4.eq(a, b));
  if (op == Binary.Where) return v128.andnot(b, f32x4.eq(a, zeros()));
  if (op == Binary.Otherwise) return v128.and(b, f32x4.eq(a, zeros()));
  return a;
}

/** A vector, or four times the same value. */
// @ts-ignore: decorator
@inline
function take(repeats: bool, at: usize, i: usize): v128 {
  return repeats ? v128.load32_splat(at) : ld(at + i);
}

// @ts-ignore: decorator
@inline
function line(op: Binary, repeatsA: bool, repeatsB: bool, count: usize, a: usize, b: usize, y: usize): void {
  const bytes = count * 4;
  const whole = bytes & ~15;
  let i: usize = 0;
  for (; i < whole; i += 16) st(y + i, valueOf(op, take(repeatsA, a, i), take(repeatsB, b, i)));
  for (; i < bytes; i += 4) {
    store1(y + i, valueOf(op, load1(repeatsA ? a : a + i), load1(repeatsB ? b : b + i)));
  }
}

// @ts-ignore: decorator
@inline
function lines(
  op: Binary,
  n0: usize,
  n1: usize,
  n2: usize,
  n3: usize,
  a: usize,
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  b: usize,
  b0: usize,
  b1: usize,
  b2: usize,
  b3: usize,
  y: usize,
): void {
  for (; n0 > 0; n0--, a += 4 * a0, b += 4 * b0) {
    for (let i: usize = 0, aI = a, bI = b; i < n1; i++, aI += 4 * a1, bI += 4 * b1) {
      for (let j: usize = 0, aJ = aI, bJ = bI; j < n2; j++, aJ += 4 * a2, bJ += 4 * b2, y += 4 * n3) {
        if (a3 == 1 && b3 == 1) line(op, false, false, n3, aJ, bJ, y);
        else if (a3 == 1 && b3 == 0) line(op, false, true, n3, aJ, bJ, y);
        else if (a3 == 0 && b3 == 1) line(op, true, false, n3, aJ, bJ, y);
        else {
          for (let k: usize = 0; k < n3; k++) {
            store1(y + 4 * k, valueOf(op, load1(aJ + 4 * k * a3), load1(bJ + 4 * k * b3)));
          }
        }
      }
    }
  }
}

/** y = op(a, b), y without gaps. */
export function broadcast(
  op: i32,
  n0: usize,
  n1: usize,
  n2: usize,
  n3: usize,
  a: usize,
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  b: usize,
  b0: usize,
  b1: usize,
  b2: usize,
  b3: usize,
  y: usize,
): void {
  if (op == Binary.Add) lines(Binary.Add, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, y);
  else if (op == Binary.Sub) lines(Binary.Sub, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, y);
  else if (op == Binary.Mul) lines(Binary.Mul, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, y);
  else if (op == Binary.Div) lines(Binary.Div, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, y);
  else if (op == Binary.Max) lines(Binary.Max, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, y);
  else if (op == Binary.Min) lines(Binary.Min, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, y);
  else if (op == Binary.Greater) lines(Binary.Greater, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, y);
  else if (op == Binary.GreaterOrEqual) lines(Binary.GreaterOrEqual, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, y);
  else if (op == Binary.Less) lines(Binary.Less, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, y);
  else if (op == Binary.Equal) lines(Binary.Equal, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, y);
  else if (op == Binary.Where) lines(Binary.Where, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, y);
  else if (op == Binary.Otherwise) lines(Binary.Otherwise, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, y);
  else lines(Binary.First, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, y);
}

/** What goes with the gradient: 1, the other value, and so on. Where both are equal the first takes the whole gradient. */
// @ts-ignore: decorator
@inline
function gradientOf(op: Binary, second: bool, dy: v128, a: v128, b: v128): v128 {
  if (op == Binary.Sub) return second ? f32x4.neg(dy) : dy;
  if (op == Binary.Mul) return mul(dy, second ? a : b);
  if (op == Binary.Div) {
    const share = f32x4.div(dy, b);
    return second ? f32x4.neg(mul(share, f32x4.div(a, b))) : share;
  }
  if (op == Binary.Max) return v128.and(dy, second ? f32x4.gt(b, a) : f32x4.ge(a, b));
  if (op == Binary.Min) return v128.and(dy, second ? f32x4.gt(a, b) : f32x4.ge(b, a));
  if (op == Binary.Where) return v128.andnot(dy, f32x4.eq(a, zeros()));
  if (op == Binary.Otherwise) return v128.and(dy, f32x4.eq(a, zeros()));
  return dy;
}

// @ts-ignore: decorator
@inline
function readsBoth(op: Binary): bool {
  return (
    op == Binary.Mul ||
    op == Binary.Div ||
    op == Binary.Max ||
    op == Binary.Min ||
    op == Binary.Where ||
    op == Binary.Otherwise
  );
}

// @ts-ignore: decorator
@inline
function gradientLines(
  op: Binary,
  second: bool,
  n0: usize,
  n1: usize,
  n2: usize,
  n3: usize,
  a: usize,
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  b: usize,
  b0: usize,
  b1: usize,
  b2: usize,
  b3: usize,
  dy: usize,
  d: usize,
): void {
  const d0 = second ? b0 : a0, d1 = second ? b1 : a1, d2 = second ? b2 : a2, d3 = second ? b3 : a3;
  const isPlain = a3 <= 1 && b3 <= 1;
  const whole = isPlain ? n3 & ~3 : 0;
  for (; n0 > 0; n0--, a += 4 * a0, b += 4 * b0, d += 4 * d0) {
    for (let i: usize = 0, aI = a, bI = b, dI = d; i < n1; i++, aI += 4 * a1, bI += 4 * b1, dI += 4 * d1) {
      for (
        let j: usize = 0, aJ = aI, bJ = bI, dJ = dI;
        j < n2;
        j++, aJ += 4 * a2, bJ += 4 * b2, dJ += 4 * d2, dy += 4 * n3
      ) {
        let total = zeros();
        let k: usize = 0;
        for (; k < whole; k += 4) {
          const av = readsBoth(op) ? (a3 ? ld(aJ + 4 * k) : v128.load32_splat(aJ)) : zeros();
          const bv = readsBoth(op) ? (b3 ? ld(bJ + 4 * k) : v128.load32_splat(bJ)) : zeros();
          const value = gradientOf(op, second, ld(dy + 4 * k), av, bv);
          if (d3) st(dJ + 4 * k, add(ld(dJ + 4 * k), value));
          else total = add(total, value);
        }
        for (; k < n3; k++) {
          const av = readsBoth(op) ? load1(aJ + 4 * k * a3) : zeros();
          const bv = readsBoth(op) ? load1(bJ + 4 * k * b3) : zeros();
          const value = gradientOf(op, second, load1(dy + 4 * k), av, bv);
          const lane = f32x4.replace_lane(zeros(), 0, f32x4.extract_lane(value, 0));
          if (d3) store1(dJ + 4 * k * d3, add(load1(dJ + 4 * k * d3), value));
          else total = add(total, lane);
        }
        if (d3) continue;
        store<f32>(dJ, load<f32>(dJ) + sumOf(total));
      }
    }
  }
}

/** d += the gradient of a, or of b if `second` is 1, at the strides of that; dy without gaps. Comparisons have none. */
export function broadcastAdjoint(
  op: i32,
  second: i32,
  n0: usize,
  n1: usize,
  n2: usize,
  n3: usize,
  a: usize,
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  b: usize,
  b0: usize,
  b1: usize,
  b2: usize,
  b3: usize,
  dy: usize,
  d: usize,
): void {
  if (second) {
    if (op == Binary.Sub) gradientLines(Binary.Sub, true, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, dy, d);
    else if (op == Binary.Mul) gradientLines(Binary.Mul, true, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, dy, d);
    else if (op == Binary.Div) gradientLines(Binary.Div, true, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, dy, d);
    else if (op == Binary.Max) gradientLines(Binary.Max, true, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, dy, d);
    else if (op == Binary.Min) gradientLines(Binary.Min, true, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, dy, d);
    else if (op == Binary.Where) gradientLines(Binary.Where, true, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, dy, d);
    else if (op == Binary.Otherwise) gradientLines(Binary.Otherwise, true, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, dy, d);
    else gradientLines(Binary.Add, true, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, dy, d);
    return;
  }
  if (op == Binary.Mul) gradientLines(Binary.Mul, false, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, dy, d);
  else if (op == Binary.Div) gradientLines(Binary.Div, false, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, dy, d);
  else if (op == Binary.Max) gradientLines(Binary.Max, false, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, dy, d);
  else if (op == Binary.Min) gradientLines(Binary.Min, false, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, dy, d);
  else gradientLines(Binary.Add, false, n0, n1, n2, n3, a, a0, a1, a2, a3, b, b0, b1, b2, b3, dy, d);
}
