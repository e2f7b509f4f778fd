import { add, clamp, ld, load1, mul, st, store1, sub, zeros } from "./vector";

/**
 * Loops over rows of `channels` values, with parameters per channel. Where `channels` is not a multiple of four, four rows
 * together are `channels` whole vectors; a vector's parameters then are those of four channels in turn, and begin again at the first after
 * the last. The rows that remain go value by value. Rows are taken in chunks that stay in the first-level cache, because
 * several passes go over each: one per column of vectors.
 */

/** Bytes of a chunk: half of a small first-level cache, since some loops read two arrays. */
const CHUNK: usize = 16384;

/** Bytes of the rows that are taken together. */
// @ts-ignore: decorator
@inline
export function strideOf(channels: usize): usize {
  return channels & 3 ? 16 * channels : 4 * channels;
}

// @ts-ignore: decorator
@inline
function chunkOf(stride: usize): usize {
  return max<usize>(CHUNK / stride, 4);
}

/** Four values in turn from the `channels` at `at`, beginning with value `first`. */
function valuesInTurn(at: usize, first: usize, channels: usize): v128 {
  let i = first % channels;
  let result = f32x4.splat(load<f32>(at + 4 * i));
  i = i + 1 == channels ? 0 : i + 1;
  result = f32x4.replace_lane(result, 1, load<f32>(at + 4 * i));
  i = i + 1 == channels ? 0 : i + 1;
  result = f32x4.replace_lane(result, 2, load<f32>(at + 4 * i));
  i = i + 1 == channels ? 0 : i + 1;
  return f32x4.replace_lane(result, 3, load<f32>(at + 4 * i));
}

/** The parameters of the vector at byte `column` of a row, or of four rows. */
// @ts-ignore: decorator
@inline
function parameters(at: usize, column: usize, channels: usize): v128 {
  return channels & 3 ? valuesInTurn(at, column >> 2, channels) : ld(at + column);
}

/** Adds a vector of sums to those of its channels. */
function addSums(sums: usize, column: usize, channels: usize, value: v128): void {
  if (!(channels & 3)) {
    st(sums + column, add(ld(sums + column), value));
    return;
  }
  let i = (column >> 2) % channels;
  addSum(sums + 4 * i, f32x4.extract_lane(value, 0));
  i = i + 1 == channels ? 0 : i + 1;
  addSum(sums + 4 * i, f32x4.extract_lane(value, 1));
  i = i + 1 == channels ? 0 : i + 1;
  addSum(sums + 4 * i, f32x4.extract_lane(value, 2));
  i = i + 1 == channels ? 0 : i + 1;
  addSum(sums + 4 * i, f32x4.extract_lane(value, 3));
}

// @ts-ignore: decorator
@inline
function addSum(at: usize, value: f32): void {
  store<f32>(at, load<f32>(at) + value);
}

/** What `mapRows` computes of a value x, a second value y and up to three parameters of the channel. */
export const enum Map {
  /** x + p */
  Bias,
  /** x p */
  Scale,
  /** x p + q */
  Affine,
  /** x p + y q + r */
  Combine,
  /** x p + q + y */
  AffineSum,
}

// @ts-ignore: decorator
@inline
function mapped(map: Map, x: v128, y: v128, p: v128, q: v128, r: v128): v128 {
  if (map == Map.Bias) return add(x, p);
  if (map == Map.Scale) return mul(x, p);
  if (map == Map.Affine) return add(mul(x, p), q);
  if (map == Map.AffineSum) return add(add(mul(x, p), q), y);
  return add(add(mul(x, p), mul(y, q)), r);
}

/** target = map(x, y, p, q, r), limited to [low, high]. `map` and `limits` are constants wherever this is called. */
// @ts-ignore: decorator
@inline
export function mapRows(
  map: Map,
  limits: bool,
  x: usize,
  y: usize,
  rows: usize,
  channels: usize,
  p: usize,
  q: usize,
  r: usize,
  low: f32,
  high: f32,
  target: usize,
): void {
  const floor = f32x4.splat(low);
  const ceiling = f32x4.splat(high);
  const second = map >= Map.Combine;
  const third = map == Map.Combine;
  if (!(channels & 3)) {
    const bytes = channels * 4;
    const end = x + rows * bytes;
    while (x < end) {
      for (let c: usize = 0; c < bytes; c += 16) {
        const value = mapped(
          map,
          ld(x + c),
          second ? ld(y + c) : zeros(),
          ld(p + c),
          map >= Map.Affine ? ld(q + c) : zeros(),
          third ? ld(r + c) : zeros(),
        );
        st(target + c, limits ? clamp(value, floor, ceiling) : value);
      }
      x += bytes;
      y += bytes;
      target += bytes;
    }
    return;
  }
  const stride = strideOf(channels);
  const largest = chunkOf(stride);
  let groups = rows >> 2;
  while (groups > 0) {
    const count = min(groups, largest);
    for (let c: usize = 0; c < stride; c += 16) {
      const pv = parameters(p, c, channels);
      const qv = map >= Map.Affine ? parameters(q, c, channels) : zeros();
      const rv = third ? parameters(r, c, channels) : zeros();
      const end = count * stride;
      for (let i = c; i < end; i += stride) {
        const value = mapped(map, ld(x + i), second ? ld(y + i) : zeros(), pv, qv, rv);
        st(target + i, limits ? clamp(value, floor, ceiling) : value);
      }
    }
    x += count * stride;
    y += count * stride;
    target += count * stride;
    groups -= count;
  }
  for (let row: usize = rows & 3; row > 0; row--) {
    for (let c: usize = 0; c < channels * 4; c += 4, x += 4, y += 4, target += 4) {
      const value = mapped(
        map,
        load1(x),
        second ? load1(y) : zeros(),
        load1(p + c),
        map >= Map.Affine ? load1(q + c) : zeros(),
        third ? load1(r + c) : zeros(),
      );
      store1(target, limits ? clamp(value, floor, ceiling) : value);
    }
  }
}

/** What `sumRows` adds up of x, y and the parameters of the channel. */
export const enum Sum {
  /** x */
  Values,
  /** x where y > 0, else 0, which is stored as x */
  Masked,
  /** (x - p)² */
  Squares,
  /** x, and x (y - p) */
  Products,
  /** As `Products`, with 0 in place of x where q y + r <= 0, which is stored as x */
  MaskedProducts,
  /** As `Products`, with 0 in place of x where z <= 0, which is stored as x */
  GatedProducts,
}

// @ts-ignore: decorator
@inline
function isSecond(sum: Sum): bool {
  return sum == Sum.Masked || sum >= Sum.Products;
}

// @ts-ignore: decorator
@inline
function isMasking(sum: Sum): bool {
  return sum == Sum.Masked || sum >= Sum.MaskedProducts;
}

// @ts-ignore: decorator
@inline
function summand(sum: Sum, x: v128, y: v128, z: v128, p: v128, q: v128, r: v128): v128 {
  if (sum == Sum.Masked) return v128.and(x, f32x4.gt(y, zeros()));
  if (sum == Sum.MaskedProducts) return v128.and(x, f32x4.gt(add(mul(y, q), r), zeros()));
  if (sum == Sum.GatedProducts) return v128.and(x, f32x4.gt(z, zeros()));
  if (sum == Sum.Squares) {
    const apart = sub(x, p);
    return mul(apart, apart);
  }
  return x;
}

/**
 * Adds what `sum` says, over all rows, to `sums` and, for products, to `products`, per channel. `sum` is a constant wherever this is
 * called. Several sums take turns: the additions do not wait for each other, and lose fewer digits.
 */
// @ts-ignore: decorator
@inline
export function sumRows(
  sum: Sum,
  x: usize,
  y: usize,
  z: usize,
  rows: usize,
  channels: usize,
  p: usize,
  q: usize,
  r: usize,
  sums: usize,
  products: usize,
): void {
  const stride = strideOf(channels);
  const largest = chunkOf(stride);
  let groups = channels & 3 ? rows >> 2 : rows;
  while (groups > 0) {
    const count = min(groups, largest);
    const end = count * stride;
    if (channels & 15) {
      for (let c: usize = 0; c < stride; c += 16) {
        sumColumn(sum, x, y, z, count, stride, c, channels, p, q, r, sums, products);
      }
    } else {
      for (let c: usize = 0; c < stride; c += 64) {
        sumLine(sum, x + c, y + c, z + c, count, stride, p + c, q + c, r + c, sums + c, products + c);
      }
    }
    x += end;
    y += end;
    z += end;
    groups -= count;
  }
  if (channels & 3) sumRest(sum, x, y, z, rows & 3, channels, p, q, r, sums, products);
}

/** A column of vectors. */
// @ts-ignore: decorator
@inline
function sumColumn(
  sum: Sum,
  x: usize,
  y: usize,
  z: usize,
  count: usize,
  stride: usize,
  c: usize,
  channels: usize,
  p: usize,
  q: usize,
  r: usize,
  sums: usize,
  products: usize,
): void {
  const second = isSecond(sum);
  const third = sum == Sum.GatedProducts;
  const masks = isMasking(sum);
  const multiplies = sum >= Sum.Products;
  const pv = sum >= Sum.Squares ? parameters(p, c, channels) : zeros();
  const qv = sum == Sum.MaskedProducts ? parameters(q, c, channels) : zeros();
  const rv = sum == Sum.MaskedProducts ? parameters(r, c, channels) : zeros();
  const end = count * stride;
  const whole = (count & ~3) * stride;
  let s0 = zeros(), s1 = zeros(), s2 = zeros(), s3 = zeros();
  let t0 = zeros(), t1 = zeros(), t2 = zeros(), t3 = zeros();
  let i = c;
  for (; i < whole; i += 4 * stride) {
    const i1 = i + stride, i2 = i + 2 * stride, i3 = i + 3 * stride;
    const y0 = second ? ld(y + i) : zeros();
    const y1 = second ? ld(y + i1) : zeros();
    const y2 = second ? ld(y + i2) : zeros();
    const y3 = second ? ld(y + i3) : zeros();
    const v0 = summand(sum, ld(x + i), y0, third ? ld(z + i) : zeros(), pv, qv, rv);
    const v1 = summand(sum, ld(x + i1), y1, third ? ld(z + i1) : zeros(), pv, qv, rv);
    const v2 = summand(sum, ld(x + i2), y2, third ? ld(z + i2) : zeros(), pv, qv, rv);
    const v3 = summand(sum, ld(x + i3), y3, third ? ld(z + i3) : zeros(), pv, qv, rv);
    if (masks) {
      st(x + i, v0);
      st(x + i1, v1);
      st(x + i2, v2);
      st(x + i3, v3);
    }
    s0 = add(s0, v0);
    s1 = add(s1, v1);
    s2 = add(s2, v2);
    s3 = add(s3, v3);
    if (multiplies) {
      t0 = add(t0, mul(v0, sub(y0, pv)));
      t1 = add(t1, mul(v1, sub(y1, pv)));
      t2 = add(t2, mul(v2, sub(y2, pv)));
      t3 = add(t3, mul(v3, sub(y3, pv)));
    }
  }
  for (; i < end; i += stride) {
    const y0 = second ? ld(y + i) : zeros();
    const v0 = summand(sum, ld(x + i), y0, third ? ld(z + i) : zeros(), pv, qv, rv);
    if (masks) st(x + i, v0);
    s0 = add(s0, v0);
    if (multiplies) t0 = add(t0, mul(v0, sub(y0, pv)));
  }
  addSums(sums, c, channels, add(add(s0, s1), add(s2, s3)));
  if (multiplies) addSums(products, c, channels, add(add(t0, t1), add(t2, t3)));
}

/** A column of four vectors, which are a line of the cache: all of it is used as it comes. */
// @ts-ignore: decorator
@inline
function sumLine(
  sum: Sum,
  x: usize,
  y: usize,
  z: usize,
  count: usize,
  stride: usize,
  p: usize,
  q: usize,
  r: usize,
  sums: usize,
  products: usize,
): void {
  const second = isSecond(sum);
  const third = sum == Sum.GatedProducts;
  const centers = sum >= Sum.Squares;
  const affine = sum == Sum.MaskedProducts;
  const masks = isMasking(sum);
  const multiplies = sum >= Sum.Products;
  const none = zeros();
  const p0 = centers ? ld(p) : none, p1 = centers ? ld(p, 16) : none;
  const p2 = centers ? ld(p, 32) : none, p3 = centers ? ld(p, 48) : none;
  const q0 = affine ? ld(q) : none, q1 = affine ? ld(q, 16) : none;
  const q2 = affine ? ld(q, 32) : none, q3 = affine ? ld(q, 48) : none;
  const r0 = affine ? ld(r) : none, r1 = affine ? ld(r, 16) : none;
  const r2 = affine ? ld(r, 32) : none, r3 = affine ? ld(r, 48) : none;
  let s0 = none, s1 = none, s2 = none, s3 = none;
  let t0 = none, t1 = none, t2 = none, t3 = none;
  const end = count * stride;
  for (let i: usize = 0; i < end; i += stride) {
    const at = x + i, to = y + i, gate = z + i;
    const y0 = second ? ld(to) : none, y1 = second ? ld(to, 16) : none;
    const y2 = second ? ld(to, 32) : none, y3 = second ? ld(to, 48) : none;
    const v0 = summand(sum, ld(at), y0, third ? ld(gate) : none, p0, q0, r0);
    const v1 = summand(sum, ld(at, 16), y1, third ? ld(gate, 16) : none, p1, q1, r1);
    const v2 = summand(sum, ld(at, 32), y2, third ? ld(gate, 32) : none, p2, q2, r2);
    const v3 = summand(sum, ld(at, 48), y3, third ? ld(gate, 48) : none, p3, q3, r3);
    if (masks) {
      st(at, v0);
      st(at, v1, 16);
      st(at, v2, 32);
      st(at, v3, 48);
    }
    s0 = add(s0, v0);
    s1 = add(s1, v1);
    s2 = add(s2, v2);
    s3 = add(s3, v3);
    if (multiplies) {
      t0 = add(t0, mul(v0, sub(y0, p0)));
      t1 = add(t1, mul(v1, sub(y1, p1)));
      t2 = add(t2, mul(v2, sub(y2, p2)));
      t3 = add(t3, mul(v3, sub(y3, p3)));
    }
  }
  addLine(sums, s0, s1, s2, s3);
  if (multiplies) addLine(products, t0, t1, t2, t3);
}

// @ts-ignore: decorator
@inline
function addLine(at: usize, v0: v128, v1: v128, v2: v128, v3: v128): void {
  st(at, add(ld(at), v0));
  st(at, add(ld(at, 16), v1), 16);
  st(at, add(ld(at, 32), v2), 32);
  st(at, add(ld(at, 48), v3), 48);
}

/** The last rows, value by value. */
// @ts-ignore: decorator
@inline
function sumRest(
  sum: Sum,
  x: usize,
  y: usize,
  z: usize,
  rows: usize,
  channels: usize,
  p: usize,
  q: usize,
  r: usize,
  sums: usize,
  products: usize,
): void {
  const second = isSecond(sum);
  const affine = sum == Sum.MaskedProducts;
  for (let row = rows; row > 0; row--) {
    for (let c: usize = 0; c < channels * 4; c += 4, x += 4, y += 4, z += 4) {
      const y0 = second ? load1(y) : zeros();
      const z0 = sum == Sum.GatedProducts ? load1(z) : zeros();
      const pv = sum >= Sum.Squares ? load1(p + c) : zeros();
      const qv = affine ? load1(q + c) : zeros();
      const rv = affine ? load1(r + c) : zeros();
      const value = summand(sum, load1(x), y0, z0, pv, qv, rv);
      if (isMasking(sum)) store1(x, value);
      addSum(sums + c, f32x4.extract_lane(value, 0));
      if (sum >= Sum.Products) addSum(products + c, f32x4.extract_lane(mul(value, sub(y0, pv)), 0));
    }
  }
}
