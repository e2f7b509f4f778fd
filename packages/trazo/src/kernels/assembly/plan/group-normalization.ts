import { add, ld, load1, mul, st, store1, sub, sumOf, zeros } from "./vector";

/**
 * Normalization within a sample: of x [samples, places, groups, each] every group of channels by the mean and the biased variance that it has
 * over all places. gamma and beta (0: none) hold a number per channel, [groups, each].
 */

/** Of the values of a group, or of the squares of what they are apart from `mean`. `squares` is a constant wherever this is called. */
// @ts-ignore: decorator
@inline
function sum(squares: bool, x: usize, places: usize, stride: usize, run: usize, mean: f32): f32 {
  const around = f32x4.splat(mean);
  const whole = run & ~15;
  const pair = run & ~31;
  let s0 = zeros(), s1 = zeros();
  for (; places > 0; places--, x += stride) {
    let i: usize = 0;
    for (; i < pair; i += 32) {
      s0 = add(s0, summand(squares, ld(x + i), around));
      s1 = add(s1, summand(squares, ld(x + i, 16), around));
    }
    for (; i < whole; i += 16) s0 = add(s0, summand(squares, ld(x + i), around));
    for (; i < run; i += 4) {
      // One value, and zeros in the other lanes.
      const value = summand(squares, load1(x + i), around);
      s1 = add(s1, squares ? v128.and(value, i32x4(-1, 0, 0, 0)) : value);
    }
  }
  return sumOf(add(s0, s1));
}

// @ts-ignore: decorator
@inline
function summand(squares: bool, x: v128, mean: v128): v128 {
  if (!squares) return x;
  const apart = sub(x, mean);
  return mul(apart, apart);
}

/** y = gamma (x - mean) / sqrt(variance + epsilon) + beta; moments [samples, groups, 2] = the means, and one divided by the roots. */
export function normalizeGroups(
  x: usize,
  samples: usize,
  places: usize,
  groups: usize,
  each: usize,
  gamma: usize,
  beta: usize,
  epsilon: f32,
  y: usize,
  moments: usize,
): void {
  const run = each * 4;
  const stride = groups * run;
  const size = <f32>(places * each);
  for (; samples > 0; samples--, x += places * stride, y += places * stride) {
    for (let c: usize = 0; c < stride; c += run, moments += 8) {
      const mean = sum(false, x + c, places, stride, run, 0) / size;
      const variance = sum(true, x + c, places, stride, run, mean) / size;
      const inverse: f32 = 1 / sqrt<f32>(variance + epsilon);
      store<f32>(moments, mean);
      store<f32>(moments + 4, inverse);
      const factors = gamma ? gamma + c : 0;
      const summands = beta ? beta + c : 0;
      scale(x + c, places, stride, run, mean, inverse, factors, summands, y + c);
    }
  }
}

function scale(
  x: usize,
  places: usize,
  stride: usize,
  run: usize,
  mean: f32,
  inverse: f32,
  gamma: usize,
  beta: usize,
  y: usize,
): void {
  const m = f32x4.splat(mean);
  const s = f32x4.splat(inverse);
  const whole = run & ~15;
  for (; places > 0; places--, x += stride, y += stride) {
    let i: usize = 0;
    for (; i < whole; i += 16) {
      let value = mul(sub(ld(x + i), m), s);
      if (gamma) value = mul(value, ld(gamma + i));
      st(y + i, beta ? add(value, ld(beta + i)) : value);
    }
    for (; i < run; i += 4) {
      let value = mul(sub(load1(x + i), m), s);
      if (gamma) value = mul(value, load1(gamma + i));
      store1(y + i, beta ? add(value, load1(beta + i)) : value);
    }
  }
}

/** dx (0: none) = the gradient of x; dGamma and dBeta (0: none) += those of gamma and beta. */
export function normalizeGroupsAdjoint(
  dy: usize,
  x: usize,
  samples: usize,
  places: usize,
  groups: usize,
  each: usize,
  gamma: usize,
  moments: usize,
  dGamma: usize,
  dBeta: usize,
  dx: usize,
): void {
  const run = each * 4;
  const stride = groups * run;
  const size = <f32>(places * each);
  const whole = run & ~15;
  for (; samples > 0; samples--, x += places * stride, dy += places * stride, dx += dx ? places * stride : 0) {
    for (let c: usize = 0; c < stride; c += run, moments += 8) {
      const m = f32x4.splat(load<f32>(moments));
      const s = f32x4.splat(load<f32>(moments + 4));
      const g = gamma ? gamma + c : 0;
      let s0 = zeros(), s1 = zeros();
      for (let p: usize = 0, at = c; p < places; p++, at += stride) {
        let i: usize = 0;
        for (; i < whole; i += 16) {
          const d = ld(dy + at + i);
          const normal = mul(sub(ld(x + at + i), m), s);
          const product = mul(d, normal);
          if (dBeta) st(dBeta + c + i, add(ld(dBeta + c + i), d));
          if (dGamma) st(dGamma + c + i, add(ld(dGamma + c + i), product));
          s0 = add(s0, g ? mul(d, ld(g + i)) : d);
          s1 = add(s1, g ? mul(product, ld(g + i)) : product);
        }
        for (; i < run; i += 4) {
          // Zeros in the other lanes of the gradient.
          const d = load1(dy + at + i);
          const product = mul(d, mul(sub(load1(x + at + i), m), s));
          if (dBeta) store1(dBeta + c + i, add(load1(dBeta + c + i), d));
          if (dGamma) store1(dGamma + c + i, add(load1(dGamma + c + i), product));
          s0 = add(s0, g ? mul(d, load1(g + i)) : d);
          s1 = add(s1, g ? mul(product, load1(g + i)) : product);
        }
      }
      if (!dx) continue;
      const mean = f32x4.splat(sumOf(s0) / size);
      const slope = f32x4.splat(sumOf(s1) / size);
      for (let p: usize = 0, at = c; p < places; p++, at += stride) {
        let i: usize = 0;
        for (; i < whole; i += 16) {
          const d = g ? mul(ld(dy + at + i), ld(g + i)) : ld(dy + at + i);
          const normal = mul(sub(ld(x + at + i), m), s);
          st(dx + at + i, mul(s, sub(d, add(mean, mul(normal, slope)))));
        }
        for (; i < run; i += 4) {
          const d = g ? mul(load1(dy + at + i), load1(g + i)) : load1(dy + at + i);
          const normal = mul(sub(load1(x + at + i), m), s);
          store1(dx + at + i, mul(s, sub(d, add(mean, mul(normal, slope)))));
        }
      }
    }
  }
}
