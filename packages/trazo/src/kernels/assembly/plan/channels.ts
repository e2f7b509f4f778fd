import { add, ld, mul, st, sub } from "./vector";

/**
 * Kernels over rows of `channels` values. Those that sum go down the rows four vectors of channels at a time, then one, then
 * value by value, so that the sums stay in registers.
 */

/** y += bias (none: 0), then the activation: 0 none, 1 relu. In place. */
export function biasActivation(y: usize, rows: usize, channels: usize, bias: usize, activation: i32): void {
  const bytes = channels * 4;
  const whole = bytes & ~15;
  const low: f32 = activation == 1 ? 0 : -Infinity;
  const floor = f32x4.splat(low);
  for (let r: usize = 0; r < rows; r++, y += bytes) {
    let c: usize = 0;
    if (bias) {
      for (; c < whole; c += 16) st(y + c, f32x4.max(add(ld(y + c), ld(bias + c)), floor));
      for (; c < bytes; c += 4) store<f32>(y + c, max<f32>(load<f32>(y + c) + load<f32>(bias + c), low));
    } else {
      for (; c < whole; c += 16) st(y + c, f32x4.max(ld(y + c), floor));
      for (; c < bytes; c += 4) store<f32>(y + c, max<f32>(load<f32>(y + c), low));
    }
  }
}

/** dy = 0 where the activation closed (y <= 0), in place; db += the sums of the channels (none: 0). */
export function activationAdjoint(
  dy: usize,
  y: usize,
  rows: usize,
  channels: usize,
  activation: i32,
  db: usize,
): void {
  const bytes = channels * 4;
  const zero = f32x4.splat(0);
  let c: usize = 0;
  for (; c + 16 <= bytes; c += 16) {
    let total = db ? ld(db + c) : zero;
    let d = dy + c;
    if (activation == 1) {
      let p = y + c;
      for (let r: usize = 0; r < rows; r++, d += bytes, p += bytes) {
        const value = v128.and(ld(d), f32x4.gt(ld(p), zero));
        st(d, value);
        total = add(total, value);
      }
    } else {
      for (let r: usize = 0; r < rows; r++, d += bytes) total = add(total, ld(d));
    }
    if (db) st(db + c, total);
  }
  for (; c < bytes; c += 4) {
    let total: f32 = db ? load<f32>(db + c) : 0;
    let d = dy + c;
    if (activation == 1) {
      let p = y + c;
      for (let r: usize = 0; r < rows; r++, d += bytes, p += bytes) {
        const value: f32 = load<f32>(p) > 0 ? load<f32>(d) : 0;
        store<f32>(d, value);
        total += value;
      }
    } else {
      for (let r: usize = 0; r < rows; r++, d += bytes) total += load<f32>(d);
    }
    if (db) store<f32>(db + c, total);
  }
}

/** sums += the sums of the channels */
export function channelSums(x: usize, rows: usize, channels: usize, sums: usize): void {
  activationAdjoint(x, 0, rows, channels, 0, sums);
}

/** sums += the sums of the squares around the means */
export function channelSquares(x: usize, rows: usize, channels: usize, means: usize, sums: usize): void {
  const bytes = channels * 4;
  let c: usize = 0;
  for (; c + 16 <= bytes; c += 16) {
    const mean = ld(means + c);
    let total = ld(sums + c);
    let p = x + c;
    for (let r: usize = 0; r < rows; r++, p += bytes) {
      const apart = sub(ld(p), mean);
      total = add(total, mul(apart, apart));
    }
    st(sums + c, total);
  }
  for (; c < bytes; c += 4) {
    const mean = load<f32>(means + c);
    let total = load<f32>(sums + c);
    let p = x + c;
    for (let r: usize = 0; r < rows; r++, p += bytes) {
      const apart = load<f32>(p) - mean;
      total += apart * apart;
    }
    store<f32>(sums + c, total);
  }
}

/** sums [2, channels] += the sums of dy, and of dy times x around its means */
export function channelProducts(
  dy: usize,
  x: usize,
  rows: usize,
  channels: usize,
  means: usize,
  sums: usize,
): void {
  const bytes = channels * 4;
  let c: usize = 0;
  for (; c + 16 <= bytes; c += 16) {
    const mean = ld(means + c);
    let total = ld(sums + c);
    let product = ld(sums + bytes + c);
    let p = x + c;
    let d = dy + c;
    for (let r: usize = 0; r < rows; r++, p += bytes, d += bytes) {
      const g = ld(d);
      total = add(total, g);
      product = add(product, mul(g, sub(ld(p), mean)));
    }
    st(sums + c, total);
    st(sums + bytes + c, product);
  }
  for (; c < bytes; c += 4) {
    const mean = load<f32>(means + c);
    let total = load<f32>(sums + c);
    let product = load<f32>(sums + bytes + c);
    let p = x + c;
    let d = dy + c;
    for (let r: usize = 0; r < rows; r++, p += bytes, d += bytes) {
      const g = load<f32>(d);
      total += g;
      product += g * (load<f32>(p) - mean);
    }
    store<f32>(sums + c, total);
    store<f32>(sums + bytes + c, product);
  }
}

/** y = x * factors [+ the summands that lie behind the factors] */
export function scaleChannels(
  x: usize,
  rows: usize,
  channels: usize,
  factors: usize,
  adds: i32,
  y: usize,
): void {
  const bytes = channels * 4;
  const whole = bytes & ~15;
  const summands = factors + bytes;
  for (let r: usize = 0; r < rows; r++, x += bytes, y += bytes) {
    let c: usize = 0;
    if (adds) {
      for (; c < whole; c += 16) st(y + c, add(mul(ld(x + c), ld(factors + c)), ld(summands + c)));
      for (; c < bytes; c += 4)
        store<f32>(y + c, load<f32>(x + c) * load<f32>(factors + c) + load<f32>(summands + c));
    } else {
      for (; c < whole; c += 16) st(y + c, mul(ld(x + c), ld(factors + c)));
      for (; c < bytes; c += 4) store<f32>(y + c, load<f32>(x + c) * load<f32>(factors + c));
    }
  }
}

/** dx = a dy + b x + c with three numbers per channel, `factors` [3, channels] */
export function combineChannels(
  dy: usize,
  x: usize,
  rows: usize,
  channels: usize,
  factors: usize,
  dx: usize,
): void {
  const bytes = channels * 4;
  const whole = bytes & ~15;
  const slopes = factors + bytes;
  const summands = factors + 2 * bytes;
  for (let r: usize = 0; r < rows; r++, x += bytes, dy += bytes, dx += bytes) {
    let c: usize = 0;
    for (; c < whole; c += 16) {
      st(dx + c, add(add(mul(ld(dy + c), ld(factors + c)), mul(ld(x + c), ld(slopes + c))), ld(summands + c)));
    }
    for (; c < bytes; c += 4) {
      const scaled = load<f32>(dy + c) * load<f32>(factors + c) + load<f32>(x + c) * load<f32>(slopes + c);
      store<f32>(dx + c, scaled + load<f32>(summands + c));
    }
  }
}
