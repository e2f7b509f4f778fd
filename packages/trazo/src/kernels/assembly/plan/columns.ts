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
  /** As `Combine`, with 0 in place of x where y s + t <= 0 */
  CombineMasked,
}

// @ts-ignore: decorator
@inline
function mapped(map: Map, x: v128, y: v128, p: v128, q: v128, r: v128, s: v128, t: v128): v128 {
  if (map == Map.Bias) return add(x, p);
  if (map == Map.Scale) return mul(x, p);
  if (map == Map.Affine) return add(mul(x, p), q);
  if (map == Map.AffineSum) return add(add(mul(x, p), q), y);
  const open = map == Map.CombineMasked ? v128.and(x, f32x4.gt(add(mul(y, s), t), zeros())) : x;
  return add(add(mul(open, p), mul(y, q)), r);
}

/** target = map(x, y, p, q, r, s, t), limited to [low, high]. `map` and `limits` are constants wherever this is called. */
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
  s: usize = 0,
  t: usize = 0,
): void {
  const floor = f32x4.splat(low);
  const ceiling = f32x4.splat(high);
  const second = map >= Map.Combine;
  const masks = map == Map.CombineMasked;
  const third = map == Map.Combine || masks;
  if (!(channels & 15)) {
    mapLines(map, limits, x, y, rows, channels * 4, p, q, r, floor, ceiling, target, s, t);
    return;
  }
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
          map != Map.Bias && map != Map.Scale ? ld(q + c) : zeros(),
          third ? ld(r + c) : zeros(),
          masks ? ld(s + c) : zeros(),
          masks ? ld(t + c) : zeros(),
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
      const sv = masks ? parameters(s, c, channels) : zeros();
      const tv = masks ? parameters(t, c, channels) : zeros();
      const end = count * stride;
      for (let i = c; i < end; i += stride) {
        const value = mapped(map, ld(x + i), second ? ld(y + i) : zeros(), pv, qv, rv, sv, tv);
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
        masks ? load1(s + c) : zeros(),
        masks ? load1(t + c) : zeros(),
      );
      store1(target, limits ? clamp(value, floor, ceiling) : value);
    }
  }
}

/** Rows of whole lines of the cache, in the order in which they lie, so that they are fetched ahead. */
// @ts-ignore: decorator
@inline
function mapLines(
  map: Map,
  limits: bool,
  x: usize,
  y: usize,
  rows: usize,
  stride: usize,
  p: usize,
  q: usize,
  r: usize,
  floor: v128,
  ceiling: v128,
  target: usize,
  s: usize,
  t: usize,
): void {
  const end = x + rows * stride;
  while (x < end) {
    for (let c: usize = 0; c < stride; c += 64) {
      mapVector(map, limits, x + c, y + c, p + c, q + c, r + c, floor, ceiling, target + c, s + c, t + c, 0);
      mapVector(map, limits, x + c, y + c, p + c, q + c, r + c, floor, ceiling, target + c, s + c, t + c, 16);
      mapVector(map, limits, x + c, y + c, p + c, q + c, r + c, floor, ceiling, target + c, s + c, t + c, 32);
      mapVector(map, limits, x + c, y + c, p + c, q + c, r + c, floor, ceiling, target + c, s + c, t + c, 48);
    }
    x += stride;
    y += stride;
    target += stride;
  }
}

// @ts-ignore: decorator
@inline
function mapVector(
  map: Map,
  limits: bool,
  x: usize,
  y: usize,
  p: usize,
  q: usize,
  r: usize,
  floor: v128,
  ceiling: v128,
  target: usize,
  s: usize,
  t: usize,
  offset: usize,
): void {
  const none = zeros();
  const other = map >= Map.Combine ? ld(y, offset) : none;
  const summand = map >= Map.Affine ? ld(q, offset) : none;
  const masks = map == Map.CombineMasked;
  const last = map == Map.Combine || masks ? ld(r, offset) : none;
  const slope = masks ? ld(s, offset) : none;
  const start = masks ? ld(t, offset) : none;
  const value = mapped(map, ld(x, offset), other, ld(p, offset), summand, last, slope, start);
  st(target, limits ? clamp(value, floor, ceiling) : value, offset);
}

/** What `sumRows` adds up of x, y and the parameters of the channel. */
export const enum Sum {
  /** x */
  Values,
  /** x where y > 0, else 0, which is stored as x */
  Masked,
  /** x - p, and (x - p)² */
  Deviations,
  /** x, and x (y - p) */
  Products,
  /** As `Products`, with 0 in place of x where q y + r <= 0 */
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
function isStoring(sum: Sum): bool {
  return sum == Sum.Masked || sum == Sum.GatedProducts;
}

// @ts-ignore: decorator
@inline
function summand(sum: Sum, x: v128, y: v128, z: v128, p: v128, q: v128, r: v128): v128 {
  if (sum == Sum.Masked) return v128.and(x, f32x4.gt(y, zeros()));
  if (sum == Sum.MaskedProducts) return v128.and(x, f32x4.gt(add(mul(y, q), r), zeros()));
  if (sum == Sum.GatedProducts) return v128.and(x, f32x4.gt(z, zeros()));
  return sum == Sum.Deviations ? sub(x, p) : x;
}

/** What a summand is multiplied by for the second sum. */
// @ts-ignore: decorator
@inline
function factor(sum: Sum, value: v128, y: v128, p: v128): v128 {
  return sum == Sum.Deviations ? value : sub(y, p);
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
  if (!(channels & 3) && channels >= 16) {
    for (; groups >= 4; groups -= 4) {
      sumFour(sum, x, y, z, stride, p, q, r, sums, products);
      x += 4 * stride;
      y += 4 * stride;
      z += 4 * stride;
    }
  }
  while (groups > 0) {
    const count = min(groups, largest);
    const end = count * stride;
    for (let c: usize = 0; c < stride; c += 16) {
      sumColumn(sum, x, y, z, count, stride, c, channels, p, q, r, sums, products);
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
  const stores = isStoring(sum);
  const multiplies = sum >= Sum.Deviations;
  const pv = multiplies ? parameters(p, c, channels) : zeros();
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
    if (stores) {
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
      t0 = add(t0, mul(v0, factor(sum, v0, y0, pv)));
      t1 = add(t1, mul(v1, factor(sum, v1, y1, pv)));
      t2 = add(t2, mul(v2, factor(sum, v2, y2, pv)));
      t3 = add(t3, mul(v3, factor(sum, v3, y3, pv)));
    }
  }
  for (; i < end; i += stride) {
    const y0 = second ? ld(y + i) : zeros();
    const v0 = summand(sum, ld(x + i), y0, third ? ld(z + i) : zeros(), pv, qv, rv);
    if (stores) st(x + i, v0);
    s0 = add(s0, v0);
    if (multiplies) t0 = add(t0, mul(v0, factor(sum, v0, y0, pv)));
  }
  addSums(sums, c, channels, add(add(s0, s1), add(s2, s3)));
  if (multiplies) addSums(products, c, channels, add(add(t0, t1), add(t2, t3)));
}

/**
 * Four rows, vector by vector: they are read in about the order in which they lie, so that they are fetched ahead, and the sums are
 * loaded and stored once for all four.
 */
// @ts-ignore: decorator
@inline
function sumFour(
  sum: Sum,
  x: usize,
  y: usize,
  z: usize,
  stride: usize,
  p: usize,
  q: usize,
  r: usize,
  sums: usize,
  products: usize,
): void {
  const multiplies = sum >= Sum.Deviations;
  const affine = sum == Sum.MaskedProducts;
  const none = zeros();
  for (let c: usize = 0; c < stride; c += 16) {
    const pv = multiplies ? ld(p + c) : none;
    const qv = affine ? ld(q + c) : none;
    const rv = affine ? ld(r + c) : none;
    const i1 = c + stride, i2 = c + 2 * stride, i3 = c + 3 * stride;
    const y0 = isSecond(sum) ? ld(y + c) : none;
    const v0 = summandAt(sum, x + c, y0, z + c, pv, qv, rv);
    const y1 = isSecond(sum) ? ld(y + i1) : none;
    const v1 = summandAt(sum, x + i1, y1, z + i1, pv, qv, rv);
    const y2 = isSecond(sum) ? ld(y + i2) : none;
    const v2 = summandAt(sum, x + i2, y2, z + i2, pv, qv, rv);
    const y3 = isSecond(sum) ? ld(y + i3) : none;
    const v3 = summandAt(sum, x + i3, y3, z + i3, pv, qv, rv);
    st(sums + c, add(ld(sums + c), add(add(v0, v1), add(v2, v3))));
    if (multiplies) {
      const early = add(mul(v0, factor(sum, v0, y0, pv)), mul(v1, factor(sum, v1, y1, pv)));
      const late = add(mul(v2, factor(sum, v2, y2, pv)), mul(v3, factor(sum, v3, y3, pv)));
      st(products + c, add(ld(products + c), add(early, late)));
    }
  }
}

/** The summand of a vector, stored where it is to be. */
// @ts-ignore: decorator
@inline
function summandAt(sum: Sum, x: usize, y: v128, z: usize, p: v128, q: v128, r: v128): v128 {
  const value = summand(sum, ld(x), y, sum == Sum.GatedProducts ? ld(z) : zeros(), p, q, r);
  if (isStoring(sum)) st(x, value);
  return value;
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
  const multiplies = sum >= Sum.Deviations;
  for (let row = rows; row > 0; row--) {
    for (let c: usize = 0; c < channels * 4; c += 4, x += 4, y += 4, z += 4) {
      const y0 = second ? load1(y) : zeros();
      const z0 = sum == Sum.GatedProducts ? load1(z) : zeros();
      const pv = multiplies ? load1(p + c) : zeros();
      const qv = affine ? load1(q + c) : zeros();
      const rv = affine ? load1(r + c) : zeros();
      const value = summand(sum, load1(x), y0, z0, pv, qv, rv);
      if (isStoring(sum)) store1(x, value);
      addSum(sums + c, f32x4.extract_lane(value, 0));
      if (multiplies) addSum(products + c, f32x4.extract_lane(mul(value, factor(sum, value, y0, pv)), 0));
    }
  }
}
