import { add, ld, loadPart, mul, st, storePart, zeros } from "./vector";

/** What an index says where a relu was closed: no value of the window takes the gradient. */
const CLOSED: i32 = 255;

/**
 * Maxima of windows over x [rows, height, width, channels], the first of equal ones, and, unless `indices` is 0, a byte per maximum: its
 * place in the window, which must be less than 255. Padding never counts.
 *
 * `bias` [channels] (0: none) is added. `closes`: a relu follows, or went before; an index is 255 where the maximum is not positive.
 */
export function maxPool(
  x: usize,
  rows: i32,
  height: i32,
  width: i32,
  channels: i32,
  windowHeight: i32,
  windowWidth: i32,
  strideDown: i32,
  strideAcross: i32,
  top: i32,
  left: i32,
  outHeight: i32,
  outWidth: i32,
  closes: i32,
  y: usize,
  indices: usize,
  bias: usize,
): void {
  const pixel = <usize>channels * 4;
  const line = <usize>width * pixel;
  const isSquare = windowHeight == 2 && windowWidth == 2;
  const isTiling = isSquare && strideDown == 2 && strideAcross == 2 && top == 0 && left == 0;
  if (isTiling && 2 * outHeight <= height && 2 * outWidth <= width && (pixel & 15) == 0) {
    const run = <usize>outWidth * pixel;
    for (let n = 0; n < rows; n++, x += <usize>height * line) {
      for (let i = 0; i < outHeight; i++, y += run) {
        maximaOfTiles(x + <usize>(2 * i) * line, <usize>outWidth, pixel, line, bias, closes, y, indices);
        if (indices) indices += run >> 2;
      }
    }
    return;
  }
  for (let n = 0; n < rows; n++, x += <usize>height * line) {
    for (let i = 0; i < outHeight; i++) {
      const down = i * strideDown - top;
      const rowStart = max(0, -down);
      const rowEnd = min(windowHeight, height - down);
      for (let j = 0; j < outWidth; j++) {
        const across = j * strideAcross - left;
        const columnStart = max(0, -across);
        const columnEnd = min(windowWidth, width - across);
        const corner = x + <isize>down * <isize>line + <isize>across * <isize>pixel;
        if (isSquare && rowStart == 0 && columnStart == 0 && rowEnd == 2 && columnEnd == 2) {
          squareMaxima(corner, pixel, line, bias, closes, y, indices);
        } else {
          windowMaxima(
            corner,
            pixel,
            line,
            windowWidth,
            rowStart,
            rowEnd,
            columnStart,
            columnEnd,
            bias,
            closes,
            y,
            indices,
          );
        }
        y += pixel;
        if (indices) indices += channels;
      }
    }
  }
}

/** Bytes of two rows of pixels that stay in the first-level cache while one vector of channels after the other goes through them. */
const ROWS: usize = 8192;

/** How many windows of 2 x 2 these hold. */
// @ts-ignore: decorator
@inline
function windowsAtOnce(pixel: usize): usize {
  return max<usize>(1, ROWS / (4 * pixel));
}

/** A row of `count` windows of 2 x 2 side by side, whose pixels are whole vectors. */
function maximaOfTiles(
  x: usize,
  count: usize,
  pixel: usize,
  line: usize,
  bias: usize,
  closes: i32,
  y: usize,
  indices: usize,
): void {
  const low = closes ? zeros() : f32x4.splat(-Infinity);
  const closed = closes ? i32x4.splat(CLOSED) : zeros();
  const most = windowsAtOnce(pixel);
  while (count > 0) {
    const windows = min(count, most);
    for (let c: usize = 0; c < pixel; c += 16) {
      const shift = bias ? ld(bias + c) : zeros();
      let p = x + c;
      let q = p + line;
      let to = y + c;
      let mark = indices + (c >> 2);
      const end = to + windows * pixel;
      for (; to < end; to += pixel, p += 2 * pixel, q += 2 * pixel, mark += pixel >> 2) {
        const v0 = ld(p);
        const v1 = ld(p + pixel);
        const v2 = ld(q);
        const v3 = ld(q + pixel);
        // Places grow: the last that was larger than all before it is the largest.
        let where = v128.and(f32x4.gt(v1, v0), i32x4.splat(1));
        let best = f32x4.pmax(v0, v1);
        where = i32x4.max_s(where, v128.and(f32x4.gt(v2, best), i32x4.splat(2)));
        best = f32x4.pmax(best, v2);
        where = i32x4.max_s(where, v128.and(f32x4.gt(v3, best), i32x4.splat(3)));
        best = add(f32x4.pmax(best, v3), shift);
        st(to, f32x4.pmax(best, low));
        if (!indices) continue;
        where = v128.or(where, v128.andnot(closed, f32x4.gt(best, zeros())));
        const halves = i16x8.narrow_i32x4_s(where, where);
        v128.store32_lane(mark, i8x16.narrow_i16x8_u(halves, halves), 0);
      }
    }
    count -= windows;
    x += 2 * windows * pixel;
    y += windows * pixel;
    if (indices) indices += (windows * pixel) >> 2;
  }
}

/** Stores the maxima of four, two or one channels and their places. */
// @ts-ignore: decorator
@inline
function storeMaxima(
  bytes: i32,
  best: v128,
  where: v128,
  bias: usize,
  closes: i32,
  y: usize,
  indices: usize,
): void {
  if (bias) best = add(best, loadPart(bias, bytes));
  if (closes) {
    where = v128.or(where, v128.andnot(i32x4.splat(CLOSED), f32x4.gt(best, zeros())));
    best = f32x4.pmax(best, zeros());
  }
  storePart(y, best, bytes);
  if (indices) {
    const halves = i16x8.narrow_i32x4_s(where, where);
    const packed = i8x16.narrow_i16x8_u(halves, halves);
    if (bytes == 16) v128.store32_lane(indices, packed, 0);
    else if (bytes == 8) v128.store16_lane(indices, packed, 0);
    else v128.store8_lane(indices, packed, 0);
  }
}

// @ts-ignore: decorator
@inline
function squareMaxima(
  corner: usize,
  pixel: usize,
  line: usize,
  bias: usize,
  closes: i32,
  y: usize,
  indices: usize,
): void {
  let c: usize = 0;
  for (; c + 16 <= pixel; c += 16) squareMaximum(16, corner, c, pixel, line, bias, closes, y, indices);
  if (pixel & 8) {
    squareMaximum(8, corner, c, pixel, line, bias, closes, y, indices);
    c += 8;
  }
  if (pixel & 4) squareMaximum(4, corner, c, pixel, line, bias, closes, y, indices);
}

// @ts-ignore: decorator
@inline
function squareMaximum(
  bytes: i32,
  corner: usize,
  c: usize,
  pixel: usize,
  line: usize,
  bias: usize,
  closes: i32,
  y: usize,
  indices: usize,
): void {
  const p = corner + c;
  const v0 = loadPart(p, bytes);
  const v1 = loadPart(p + pixel, bytes);
  const v2 = loadPart(p + line, bytes);
  const v3 = loadPart(p + line + pixel, bytes);
  // Places grow: the last that was larger than all before it is the largest.
  let where = v128.and(f32x4.gt(v1, v0), i32x4.splat(1));
  let best = f32x4.pmax(v0, v1);
  where = i32x4.max_s(where, v128.and(f32x4.gt(v2, best), i32x4.splat(2)));
  best = f32x4.pmax(best, v2);
  where = i32x4.max_s(where, v128.and(f32x4.gt(v3, best), i32x4.splat(3)));
  best = f32x4.pmax(best, v3);
  storeMaxima(bytes, best, where, bias ? bias + c : 0, closes, y + c, indices ? indices + (c >> 2) : 0);
}

function windowMaxima(
  corner: usize,
  pixel: usize,
  line: usize,
  windowWidth: i32,
  rowStart: i32,
  rowEnd: i32,
  columnStart: i32,
  columnEnd: i32,
  bias: usize,
  closes: i32,
  y: usize,
  indices: usize,
): void {
  const first = rowStart * windowWidth + columnStart;
  const skipped = windowWidth - columnEnd + columnStart;
  const columns = columnEnd - columnStart;
  const from = corner + <usize>rowStart * line + <usize>columnStart * pixel;
  const height = rowEnd - rowStart;
  let c: usize = 0;
  for (; c + 16 <= pixel; c += 16) {
    windowMaximum(16, from, c, pixel, line, first, skipped, height, columns, bias, closes, y, indices);
  }
  if (pixel & 8) {
    windowMaximum(8, from, c, pixel, line, first, skipped, height, columns, bias, closes, y, indices);
    c += 8;
  }
  if (pixel & 4) {
    windowMaximum(4, from, c, pixel, line, first, skipped, height, columns, bias, closes, y, indices);
  }
}

// @ts-ignore: decorator
@inline
function windowMaximum(
  bytes: i32,
  from: usize,
  c: usize,
  pixel: usize,
  line: usize,
  first: i32,
  skipped: i32,
  height: i32,
  columns: i32,
  bias: usize,
  closes: i32,
  y: usize,
  indices: usize,
): void {
  let row = from + c;
  let place = i32x4.splat(first);
  let where = place;
  let best = loadPart(row, bytes);
  for (let a = 0; a < height; a++, row += line) {
    let p = row;
    for (let b = 0; b < columns; b++, p += pixel) {
      const value = loadPart(p, bytes);
      where = i32x4.max_s(where, v128.and(f32x4.gt(value, best), place));
      best = f32x4.pmax(best, value);
      place = i32x4.add(place, i32x4.splat(1));
    }
    place = i32x4.add(place, i32x4.splat(skipped));
  }
  storeMaxima(bytes, best, where, bias ? bias + c : 0, closes, y + c, indices ? indices + (c >> 2) : 0);
}

/**
 * Writes the gradient of `maxPool`'s input: each gradient of a maximum where its index says. db (0: none) += the sums, per channel, of the gradients
 * that were not closed.
 */
export function maxPoolAdjoint(
  dy: usize,
  indices: usize,
  rows: i32,
  height: i32,
  width: i32,
  channels: i32,
  windowHeight: i32,
  windowWidth: i32,
  strideDown: i32,
  strideAcross: i32,
  top: i32,
  left: i32,
  outHeight: i32,
  outWidth: i32,
  dx: usize,
  db: usize,
): void {
  const pixel = <usize>channels * 4;
  const line = <usize>width * pixel;
  const isTiling =
    windowHeight == 2 && windowWidth == 2 && strideDown == 2 && strideAcross == 2 && top == 0 && left == 0;
  // Whole tiles write every pixel.
  if (!isTiling || 2 * outHeight != height || 2 * outWidth != width) {
    memory.fill(dx, 0, <usize>rows * <usize>height * line);
  }
  // Without sums pixel after pixel is faster, as they are written to memory.
  if (db && isTiling && 2 * outHeight <= height && 2 * outWidth <= width && (pixel & 15) == 0) {
    const run = <usize>outWidth * pixel;
    for (let n = 0; n < rows; n++, dx += <usize>height * line) {
      for (let i = 0; i < outHeight; i++, dy += run, indices += run >> 2) {
        gradientsOfTiles(dy, indices, <usize>outWidth, pixel, line, dx + <usize>(2 * i) * line, db);
      }
    }
    return;
  }
  for (let n = 0; n < rows; n++, dx += <usize>height * line) {
    for (let i = 0; i < outHeight; i++) {
      const down = i * strideDown - top;
      const rowStart = max(0, -down);
      const rowEnd = min(windowHeight, height - down);
      if (db) sumsOfOpen(dy, indices, <usize>outWidth, pixel, db);
      for (let j = 0; j < outWidth; j++, dy += pixel, indices += channels) {
        const across = j * strideAcross - left;
        const columnStart = max(0, -across);
        const columnEnd = min(windowWidth, width - across);
        const corner = dx + <isize>down * <isize>line + <isize>across * <isize>pixel;
        if (isTiling && rowEnd == 2 && columnEnd == 2) {
          let c: usize = 0;
          for (; c + 16 <= pixel; c += 16) squareGradient(16, corner + c, pixel, line, dy + c, indices + (c >> 2));
          if (pixel & 8) {
            squareGradient(8, corner + c, pixel, line, dy + c, indices + (c >> 2));
            c += 8;
          }
          if (pixel & 4) squareGradient(4, corner + c, pixel, line, dy + c, indices + (c >> 2));
        } else {
          const from = corner + <usize>rowStart * line + <usize>columnStart * pixel;
          const first = rowStart * windowWidth + columnStart;
          windowGradients(
            from,
            pixel,
            line,
            first,
            windowWidth,
            rowEnd - rowStart,
            columnEnd - columnStart,
            dy,
            indices,
          );
        }
      }
    }
  }
}

/** A row of `count` windows of 2 x 2 side by side, whose pixels are whole vectors. */
function gradientsOfTiles(
  dy: usize,
  indices: usize,
  count: usize,
  pixel: usize,
  line: usize,
  dx: usize,
  db: usize,
): void {
  const closed = i32x4.splat(CLOSED);
  const most = windowsAtOnce(pixel);
  while (count > 0) {
    const windows = min(count, most);
    for (let c: usize = 0; c < pixel; c += 16) {
      let total = zeros();
      let from = dy + c;
      let mark = indices + (c >> 2);
      let p = dx + c;
      let q = p + line;
      const end = from + windows * pixel;
      for (; from < end; from += pixel, mark += pixel >> 2, p += 2 * pixel, q += 2 * pixel) {
        const where = placesAt(mark, 16);
        const gradient = ld(from);
        total = add(total, v128.andnot(gradient, i32x4.eq(where, closed)));
        st(p, v128.and(gradient, i32x4.eq(where, zeros())));
        st(p + pixel, v128.and(gradient, i32x4.eq(where, i32x4.splat(1))));
        st(q, v128.and(gradient, i32x4.eq(where, i32x4.splat(2))));
        st(q + pixel, v128.and(gradient, i32x4.eq(where, i32x4.splat(3))));
      }
      st(db + c, add(ld(db + c), total));
    }
    count -= windows;
    dy += windows * pixel;
    indices += (windows * pixel) >> 2;
    dx += 2 * windows * pixel;
  }
}

/** The indices of four, two or one channels as integers. */
// @ts-ignore: decorator
@inline
function placesAt(indices: usize, bytes: i32): v128 {
  const packed =
    bytes == 16
      ? v128.load32_zero(indices)
      : bytes == 8
        ? v128.load16_lane(indices, zeros(), 0)
        : v128.load8_lane(indices, zeros(), 0);
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(packed));
}

// @ts-ignore: decorator
@inline
function squareGradient(bytes: i32, corner: usize, pixel: usize, line: usize, dy: usize, indices: usize): void {
  const where = placesAt(indices, bytes);
  const gradient = loadPart(dy, bytes);
  storePart(corner, v128.and(gradient, i32x4.eq(where, i32x4.splat(0))), bytes);
  storePart(corner + pixel, v128.and(gradient, i32x4.eq(where, i32x4.splat(1))), bytes);
  storePart(corner + line, v128.and(gradient, i32x4.eq(where, i32x4.splat(2))), bytes);
  storePart(corner + line + pixel, v128.and(gradient, i32x4.eq(where, i32x4.splat(3))), bytes);
}

function windowGradients(
  from: usize,
  pixel: usize,
  line: usize,
  first: i32,
  windowWidth: i32,
  height: i32,
  columns: i32,
  dy: usize,
  indices: usize,
): void {
  let c: usize = 0;
  for (; c + 16 <= pixel; c += 16) {
    windowGradient(16, from + c, pixel, line, first, windowWidth, height, columns, dy + c, indices + (c >> 2));
  }
  if (pixel & 8) {
    windowGradient(8, from + c, pixel, line, first, windowWidth, height, columns, dy + c, indices + (c >> 2));
    c += 8;
  }
  if (pixel & 4) {
    windowGradient(4, from + c, pixel, line, first, windowWidth, height, columns, dy + c, indices + (c >> 2));
  }
}

// @ts-ignore: decorator
@inline
function windowGradient(
  bytes: i32,
  from: usize,
  pixel: usize,
  line: usize,
  first: i32,
  windowWidth: i32,
  height: i32,
  columns: i32,
  dy: usize,
  indices: usize,
): void {
  const where = placesAt(indices, bytes);
  const gradient = loadPart(dy, bytes);
  for (let a = 0; a < height; a++, from += line, first += windowWidth) {
    let p = from;
    for (let b = 0; b < columns; b++, p += pixel) {
      const chosen = v128.and(gradient, i32x4.eq(where, i32x4.splat(first + b)));
      storePart(p, add(loadPart(p, bytes), chosen), bytes);
    }
  }
}

/** db += the gradients of a row of `count` maxima whose index is not 255. */
function sumsOfOpen(dy: usize, indices: usize, count: usize, pixel: usize, db: usize): void {
  let c: usize = 0;
  for (; c + 16 <= pixel; c += 16) sumOfOpen(16, dy + c, indices + (c >> 2), count, pixel, db + c);
  if (pixel & 8) {
    sumOfOpen(8, dy + c, indices + (c >> 2), count, pixel, db + c);
    c += 8;
  }
  if (pixel & 4) sumOfOpen(4, dy + c, indices + (c >> 2), count, pixel, db + c);
}

// @ts-ignore: decorator
@inline
function sumOfOpen(bytes: i32, dy: usize, indices: usize, count: usize, pixel: usize, db: usize): void {
  const closed = i32x4.splat(CLOSED);
  let total = zeros();
  for (; count > 0; count--, dy += pixel, indices += pixel >> 2) {
    total = add(total, v128.and(loadPart(dy, bytes), i32x4.ne(placesAt(indices, bytes), closed)));
  }
  storePart(db, add(loadPart(db, bytes), total), bytes);
}
