/**
 * Convolutions of which whole tiles of outputs, `tileHeight` by `tileWidth`, are one row of a matrix product: of all pixels that they meet, times the kernel
 * spread to them. The outputs of a tile lie side by side, those of each window of `windowWidth` columns, over all its rows, before those of the next.
 */
import { copyRuns } from "./rearrangement";
import { add, addRun, loadPart, mul, storePart, zeros } from "./vector";

/** The first column of a matrix of tiles that belongs to the output at row p and column q of each. */
// @ts-ignore: decorator
@inline
function columnOf(p: i32, q: i32, tileHeight: i32, windowWidth: i32, filters: i32): i32 {
  return ((q / windowWidth) * tileHeight * windowWidth + p * windowWidth + (q % windowWidth)) * filters;
}

/** target [patch, tile] = the weights [kernelHeight, kernelWidth, channels, filters] for each output of a tile, and zeros. */
export function spreadKernel(
  weights: usize,
  kernelHeight: i32,
  kernelWidth: i32,
  channels: i32,
  filters: i32,
  tileHeight: i32,
  tileWidth: i32,
  windowWidth: i32,
  target: usize,
): void {
  const columns = tileHeight * tileWidth * filters;
  const patchWidth = kernelWidth + tileWidth - 1;
  const line = kernelWidth * channels;
  memory.fill(target, 0, <usize>((kernelHeight + tileHeight - 1) * patchWidth * channels * columns) * 4);
  for (let p = 0; p < tileHeight; p++) {
    for (let q = 0; q < tileWidth; q++) {
      const column = columnOf(p, q, tileHeight, windowWidth, filters);
      for (let a = 0; a < kernelHeight; a++) {
        const start = ((a + p) * patchWidth + q) * channels * columns + column;
        copyRuns(weights, a * line * filters, filters, line, filters, target, start, columns);
      }
    }
  }
}

/** sums [filters, kernelHeight, kernelWidth, channels] = what belongs to each weight of tiles [tile, patch]. */
export function gatherKernel(
  tiles: usize,
  kernelHeight: i32,
  kernelWidth: i32,
  channels: i32,
  filters: i32,
  tileHeight: i32,
  tileWidth: i32,
  windowWidth: i32,
  sums: usize,
): void {
  const patchWidth = kernelWidth + tileWidth - 1;
  const length = <usize>((kernelHeight + tileHeight - 1) * patchWidth * channels) * 4;
  const run = <usize>(kernelWidth * channels) * 4;
  memory.fill(sums, 0, <usize>(filters * kernelHeight) * run);
  for (let p = 0; p < tileHeight; p++) {
    for (let q = 0; q < tileWidth; q++) {
      let row = tiles + <usize>columnOf(p, q, tileHeight, windowWidth, filters) * length;
      row += <usize>((p * patchWidth + q) * channels) * 4;
      let to = sums;
      for (let f = 0; f < filters; f++, row += length) {
        let from = row;
        for (let a = 0; a < kernelHeight; a++, to += run, from += <usize>(patchWidth * channels) * 4) {
          addRun(to, from, run);
        }
      }
    }
  }
}

/**
 * y [rows, count, channels] += bias (0: none), then at least 0 where `relu` is not 0; means [rows, channels] = those of each row.
 */
export function averageActivated(
  y: usize,
  rows: i32,
  count: i32,
  channels: i32,
  bias: usize,
  relu: i32,
  means: usize,
): void {
  const pixel = <usize>channels * 4;
  const low = f32x4.splat(relu ? 0 : -Infinity);
  const factor = f32x4.splat(<f32>1 / <f32>count);
  for (; rows > 0; rows--, y += <usize>count * pixel, means += pixel) {
    let c: usize = 0;
    for (; c + 16 <= pixel; c += 16) activated(16, y + c, pixel, count, bias ? bias + c : 0, low, factor, means + c);
    if (pixel & 8) {
      activated(8, y + c, pixel, count, bias ? bias + c : 0, low, factor, means + c);
      c += 8;
    }
    if (pixel & 4) activated(4, y + c, pixel, count, bias ? bias + c : 0, low, factor, means + c);
  }
}

// @ts-ignore: decorator
@inline
function activated(
  bytes: i32,
  y: usize,
  pixel: usize,
  count: i32,
  bias: usize,
  low: v128,
  factor: v128,
  mean: usize,
): void {
  const b = bias ? loadPart(bias, bytes) : zeros();
  let sum = zeros();
  for (; count >= 4; count -= 4, y += 4 * pixel) {
    sum = add(sum, limited(bytes, y, b, low));
    sum = add(sum, limited(bytes, y + pixel, b, low));
    sum = add(sum, limited(bytes, y + 2 * pixel, b, low));
    sum = add(sum, limited(bytes, y + 3 * pixel, b, low));
  }
  for (; count > 0; count--, y += pixel) sum = add(sum, limited(bytes, y, b, low));
  storePart(mean, mul(sum, factor), bytes);
}

/** pmax keeps a NaN that is its first argument. */
// @ts-ignore: decorator
@inline
function limited(bytes: i32, y: usize, bias: v128, low: v128): v128 {
  const value = f32x4.pmax(add(loadPart(y, bytes), bias), low);
  storePart(y, value, bytes);
  return value;
}

/** y becomes the gradient of what was activated, from that of the means; db (0: none) += its sums per channel. */
export function averageActivatedAdjoint(
  dMeans: usize,
  y: usize,
  rows: i32,
  count: i32,
  channels: i32,
  relu: i32,
  db: usize,
): void {
  const pixel = <usize>channels * 4;
  const factor = f32x4.splat(<f32>1 / <f32>count);
  const open = relu ? zeros() : i32x4.splat(-1);
  for (; rows > 0; rows--, y += <usize>count * pixel, dMeans += pixel) {
    let c: usize = 0;
    for (; c + 16 <= pixel; c += 16) masked(16, y + c, pixel, count, dMeans + c, open, factor, db ? db + c : 0);
    if (pixel & 8) {
      masked(8, y + c, pixel, count, dMeans + c, open, factor, db ? db + c : 0);
      c += 8;
    }
    if (pixel & 4) masked(4, y + c, pixel, count, dMeans + c, open, factor, db ? db + c : 0);
  }
}

// @ts-ignore: decorator
@inline
function masked(
  bytes: i32,
  y: usize,
  pixel: usize,
  count: i32,
  dMean: usize,
  open: v128,
  factor: v128,
  db: usize,
): void {
  const share = mul(loadPart(dMean, bytes), factor);
  let sum = zeros();
  for (; count >= 4; count -= 4, y += 4 * pixel) {
    sum = add(sum, passed(bytes, y, share, open));
    sum = add(sum, passed(bytes, y + pixel, share, open));
    sum = add(sum, passed(bytes, y + 2 * pixel, share, open));
    sum = add(sum, passed(bytes, y + 3 * pixel, share, open));
  }
  for (; count > 0; count--, y += pixel) sum = add(sum, passed(bytes, y, share, open));
  if (db) storePart(db, add(loadPart(db, bytes), sum), bytes);
}

// @ts-ignore: decorator
@inline
function passed(bytes: i32, y: usize, share: v128, open: v128): v128 {
  const gradient = v128.and(share, v128.or(open, f32x4.gt(loadPart(y, bytes), zeros())));
  storePart(y, gradient, bytes);
  return gradient;
}
