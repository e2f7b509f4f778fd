import { sigmoidOf } from "./activations";
import { exp } from "./exponential";
import { log } from "./logarithm";
import { add, ld, load1, mul, st, store1, sub, times, zeros } from "./vector";

/** Functions of one value, by number, that few networks have. A NaN stays NaN, but for steps. */
const enum Function {
  Sqrt,
  Log,
  Abs,
  /** log(1 + e^x) */
  Softplus,
  /** 1 above a, else 0 */
  Step,
  /** 1 above 0, -1 below, 0 at 0 */
  Sign,
  Square,
  /** x to the power of a */
  Power,
  /** x without what is behind the point */
  Truncated,
}

/** By the logarithm of the magnitude; of less than 0 for whole exponents only, else NaN. */
// @ts-ignore: decorator
@inline
function powerOf(x: v128, a: v128): v128 {
  const magnitude = exp(mul(a, log(f32x4.abs(x))));
  const half = times(a, 0.5);
  const isOdd = f32x4.ne(f32x4.nearest(half), half);
  const signed = v128.bitselect(f32x4.neg(magnitude), magnitude, isOdd);
  const below = v128.bitselect(signed, f32x4.splat(NaN), f32x4.eq(f32x4.nearest(a), a));
  const power = v128.bitselect(below, magnitude, f32x4.lt(x, zeros()));
  return v128.bitselect(f32x4.splat(1), power, f32x4.eq(a, zeros()));
}

// @ts-ignore: decorator
@inline
function valueOf(f: Function, x: v128, a: v128): v128 {
  if (f == Function.Sqrt) return f32x4.sqrt(x);
  if (f == Function.Log) return log(x);
  if (f == Function.Abs) return f32x4.abs(x);
  const one = f32x4.splat(1);
  if (f == Function.Softplus) {
    const e = exp(f32x4.neg(f32x4.abs(x)));
    // The logarithm of what 1 + e was rounded to, put right by how much it was rounded.
    const sum = add(one, e);
    const rounded = sub(sum, one);
    const exact = mul(log(sum), f32x4.div(e, rounded));
    const small = v128.bitselect(e, exact, f32x4.eq(rounded, zeros()));
    return add(f32x4.max(x, zeros()), small);
  }
  if (f == Function.Step) return v128.and(one, f32x4.gt(x, a));
  if (f == Function.Square) return mul(x, x);
  if (f == Function.Power) return powerOf(x, a);
  if (f == Function.Truncated) return f32x4.trunc(x);
  const above = v128.and(one, f32x4.gt(x, zeros()));
  return sub(above, v128.and(one, f32x4.lt(x, zeros())));
}

/** The slope from what goes in. */
// @ts-ignore: decorator
@inline
function slopeOf(f: Function, x: v128, a: v128): v128 {
  const one = f32x4.splat(1);
  if (f == Function.Square) return add(x, x);
  if (f == Function.Power) return mul(a, powerOf(x, sub(a, one)));
  if (f == Function.Sqrt) return f32x4.div(f32x4.splat(0.5), f32x4.sqrt(x));
  if (f == Function.Log) return f32x4.div(one, x);
  if (f == Function.Abs) {
    return sub(v128.and(one, f32x4.gt(x, zeros())), v128.and(one, f32x4.lt(x, zeros())));
  }
  return sigmoidOf(x);
}

// @ts-ignore: decorator
@inline
function mapAll(f: Function, y: usize, x: usize, count: usize, a: f32): void {
  const bytes = count * 4;
  const whole = bytes & ~15;
  const p = f32x4.splat(a);
  let i: usize = 0;
  for (; i < whole; i += 16) st(y + i, valueOf(f, ld(x + i), p));
  for (; i < bytes; i += 4) store1(y + i, valueOf(f, load1(x + i), p));
}

// @ts-ignore: decorator
@inline
function slopeAll(f: Function, dx: usize, dy: usize, x: usize, count: usize, a: f32): void {
  const bytes = count * 4;
  const whole = bytes & ~15;
  const p = f32x4.splat(a);
  let i: usize = 0;
  for (; i < whole; i += 16) st(dx + i, mul(ld(dy + i), slopeOf(f, ld(x + i), p)));
  for (; i < bytes; i += 4) store1(dx + i, mul(load1(dy + i), slopeOf(f, load1(x + i), p)));
}

/** y = f(x) for `count` values. y may be x. */
export function mapRare(f: i32, y: usize, x: usize, count: usize, a: f32): void {
  if (f == Function.Sqrt) mapAll(Function.Sqrt, y, x, count, a);
  else if (f == Function.Log) mapAll(Function.Log, y, x, count, a);
  else if (f == Function.Abs) mapAll(Function.Abs, y, x, count, a);
  else if (f == Function.Softplus) mapAll(Function.Softplus, y, x, count, a);
  else if (f == Function.Step) mapAll(Function.Step, y, x, count, a);
  else if (f == Function.Sign) mapAll(Function.Sign, y, x, count, a);
  else if (f == Function.Square) mapAll(Function.Square, y, x, count, a);
  else if (f == Function.Power) mapAll(Function.Power, y, x, count, a);
  else mapAll(Function.Truncated, y, x, count, a);
}

/** dx = dy times the slope of f at x; 0 for steps, signs and whole numbers. dx may be dy. */
export function mapRareAdjoint(f: i32, dx: usize, dy: usize, x: usize, count: usize, a: f32): void {
  if (f == Function.Sqrt) slopeAll(Function.Sqrt, dx, dy, x, count, a);
  else if (f == Function.Log) slopeAll(Function.Log, dx, dy, x, count, a);
  else if (f == Function.Abs) slopeAll(Function.Abs, dx, dy, x, count, a);
  else if (f == Function.Softplus) slopeAll(Function.Softplus, dx, dy, x, count, a);
  else if (f == Function.Square) slopeAll(Function.Square, dx, dy, x, count, a);
  else if (f == Function.Power) slopeAll(Function.Power, dx, dy, x, count, a);
  else memory.fill(dx, 0, count * 4);
}
