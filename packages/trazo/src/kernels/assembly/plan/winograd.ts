import { ceilingOf, floorOf } from "./activations";
import {
  backRun,
  backTransposedRun,
  Ending,
  kernelRun,
  kernelTransposedRun,
  overLine,
  overTransposedLine,
} from "./winograd-lines";
import { addRun, ld, loadPart, st, zeros } from "./vector";

/**
 * Winograd's minimal filtering for 3 x 3 kernels over channels-last images, in tiles of 4 x 4 outputs (36 points) or 2 x 2 (16).
 *
 * A tile's points lie in as many planes [tiles + 1, channels], point (a, b) in plane a * (tile + 2) + b. The one row more keeps planes from lying a
 * power of two apart, where they would compete for the same lines of the cache. It is zero in what `winogradInput` and
 * `winogradOutputAdjoint` write, so that products may run over all rows, and here it stands for pixels outside of the image.
 *
 * Transforms go down first, then across. Those of the input keep a vector of each point in between, in a work memory that stays in the first-level cache
 * and whose places are known; those of the output do both within the planes, and planes that are read are used up.
 */

/** Bytes of the work memory in which a vector of each of a tile's points lies; a row of pixels follows. */
const POINTS: usize = 36 * 16;

/** Bytes of channels that are taken together, so that a tile's points stay in the first-level cache between both directions. */
const CHUNK: usize = 256;

// @ts-ignore: decorator
@inline
function planeOf(rows: i32, tilesDown: i32, tilesAcross: i32, pixel: usize): usize {
  return <usize>(rows * tilesDown * tilesAcross + 1) * pixel;
}

/** Zeros in the last row of each plane. */
function clearLastRows(planes: usize, count: usize, plane: usize, pixel: usize): void {
  for (let p: usize = 1; p <= count; p++) memory.fill(planes + p * plane - pixel, 0, pixel);
}

/** Where the pixels of line `line` begin, or `nowhere`. */
// @ts-ignore: decorator
@inline
function placeOf(corner: usize, row: i32, start: i32, end: i32, line: usize, nowhere: usize): usize {
  return row >= start && row < end ? corner + <usize>row * line : nowhere;
}

/** x [rows, height, width, channels] to planes, with zeros around the image: `top` rows and `left` columns come before it. */
export function winogradInput(
  x: usize,
  rows: i32,
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  left: i32,
  tilesDown: i32,
  tilesAcross: i32,
  tile: i32,
  planes: usize,
  work: usize,
): void {
  if (tile == 2) input(2, x, rows, height, width, channels, top, left, tilesDown, tilesAcross, planes, work);
  else input(4, x, rows, height, width, channels, top, left, tilesDown, tilesAcross, planes, work);
}

// @ts-ignore: decorator
@inline
function input(
  tile: i32,
  x: usize,
  rows: i32,
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  left: i32,
  tilesDown: i32,
  tilesAcross: i32,
  planes: usize,
  work: usize,
): void {
  const points = tile + 2;
  const pixel = <usize>channels * 4;
  const line = <usize>width * pixel;
  const plane = planeOf(rows, tilesDown, tilesAcross, pixel);
  clearLastRows(planes, <usize>(points * points), plane, pixel);
  // A row of pixels outside of the image.
  const zero = work + POINTS;
  memory.fill(zero, 0, <usize>points * pixel);
  let target = planes;
  for (let n = 0; n < rows; n++, x += <usize>height * line) {
    for (let i = 0; i < tilesDown; i++) {
      const down = i * tile - top;
      const start = -down;
      const end = height - down;
      for (let j = 0; j < tilesAcross; j++, target += pixel) {
        const across = j * tile - left;
        const corner = x + <isize>(down * width + across) * <isize>pixel;
        const p0 = placeOf(corner, 0, start, end, line, zero);
        const p1 = placeOf(corner, 1, start, end, line, zero);
        const p2 = placeOf(corner, 2, start, end, line, zero);
        const p3 = placeOf(corner, 3, start, end, line, zero);
        const p4 = tile == 4 ? placeOf(corner, 4, start, end, line, zero) : 0;
        const p5 = tile == 4 ? placeOf(corner, 5, start, end, line, zero) : 0;
        const last = width - across;
        let c: usize = 0;
        for (; c + 16 <= pixel; c += 16) {
          inputPart(16, tile, c, p0, p1, p2, p3, p4, p5, pixel, -across, last, work, target, plane);
        }
        if (pixel & 8) {
          inputPart(8, tile, c, p0, p1, p2, p3, p4, p5, pixel, -across, last, work, target, plane);
          c += 8;
        }
        if (pixel & 4) {
          inputPart(4, tile, c, p0, p1, p2, p3, p4, p5, pixel, -across, last, work, target, plane);
        }
      }
    }
  }
}

/** A vector of channels of a tile, or part of one: rows begin at p0 to p5, and the image has the columns from `first` to `last`. */
// @ts-ignore: decorator
@inline
function inputPart(
  part: i32,
  tile: i32,
  c: usize,
  p0: usize,
  p1: usize,
  p2: usize,
  p3: usize,
  p4: usize,
  p5: usize,
  pixel: usize,
  first: i32,
  last: i32,
  work: usize,
  target: usize,
  plane: usize,
): void {
  const points = tile + 2;
  const none = zeros();
  const size = <usize>(16 * points);
  let at = c;
  let w = work;
  for (let b = 0; b < points; b++, at += pixel, w += size) {
    if (b < first || b >= last) {
      for (let a: usize = 0; a < size; a += 16) st(w + a, none);
      continue;
    }
    const d0 = loadPart(p0 + at, part);
    const d1 = loadPart(p1 + at, part);
    const d2 = loadPart(p2 + at, part);
    const d3 = loadPart(p3 + at, part);
    const d4 = tile == 4 ? loadPart(p4 + at, part) : none;
    const d5 = tile == 4 ? loadPart(p5 + at, part) : none;
    overLine(16, tile, true, d0, d1, d2, d3, d4, d5, w, 0);
  }
  let to = target + c;
  w = work;
  const planeRow = <usize>points * plane;
  for (let a = 0; a < points; a++, w += 16, to += planeRow) {
    if (tile == 2) overLine(part, 2, false, ld(w), ld(w, 64), ld(w, 128), ld(w, 192), none, none, to, plane);
    else overLine(part, 4, false, ld(w), ld(w, 96), ld(w, 192), ld(w, 288), ld(w, 384), ld(w, 480), to, plane);
  }
}

/** The adjoint of `winogradInput`: writes dx. */
export function winogradInputAdjoint(
  planes: usize,
  rows: i32,
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  left: i32,
  tilesDown: i32,
  tilesAcross: i32,
  tile: i32,
  dx: usize,
  work: usize,
): void {
  if (tile == 2) {
    inputAdjoint(2, planes, rows, height, width, channels, top, left, tilesDown, tilesAcross, dx, work);
  } else {
    inputAdjoint(4, planes, rows, height, width, channels, top, left, tilesDown, tilesAcross, dx, work);
  }
}

// @ts-ignore: decorator
@inline
function inputAdjoint(
  tile: i32,
  planes: usize,
  rows: i32,
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  left: i32,
  tilesDown: i32,
  tilesAcross: i32,
  dx: usize,
  work: usize,
): void {
  const pixel = <usize>channels * 4;
  const line = <usize>width * pixel;
  const plane = planeOf(rows, tilesDown, tilesAcross, pixel);
  // A row of pixels outside of the image.
  const discarded = work + POINTS;
  memory.fill(discarded, 0, <usize>(tile + 2) * pixel);
  let source = planes;
  for (let n = 0; n < rows; n++, dx += <usize>height * line) {
    for (let i = 0; i < tilesDown; i++) {
      const down = i * tile - top;
      const start = -down;
      const end = height - down;
      for (let j = 0; j < tilesAcross; j++, source += pixel) {
        const across = j * tile - left;
        const corner = dx + <isize>(down * width + across) * <isize>pixel;
        const q0 = placeOf(corner, 0, start, end, line, discarded);
        const q1 = placeOf(corner, 1, start, end, line, discarded);
        const q2 = placeOf(corner, 2, start, end, line, discarded);
        const q3 = placeOf(corner, 3, start, end, line, discarded);
        const q4 = tile == 4 ? placeOf(corner, 4, start, end, line, discarded) : 0;
        const q5 = tile == 4 ? placeOf(corner, 5, start, end, line, discarded) : 0;
        const last = width - across;
        let c: usize = 0;
        for (; c + 16 <= pixel; c += 16) {
          adjointPart(16, tile, c, source, plane, work, q0, q1, q2, q3, q4, q5, pixel, -across, last, i, j);
        }
        if (pixel & 8) {
          adjointPart(8, tile, c, source, plane, work, q0, q1, q2, q3, q4, q5, pixel, -across, last, i, j);
          c += 8;
        }
        if (pixel & 4) {
          adjointPart(4, tile, c, source, plane, work, q0, q1, q2, q3, q4, q5, pixel, -across, last, i, j);
        }
      }
    }
  }
}

/**
 * A vector of channels of the tile (i, j), or part of one. Two rows and columns of a tile are also the last two of the one before: there
 * something lies to be added to.
 */
// @ts-ignore: decorator
@inline
function adjointPart(
  part: i32,
  tile: i32,
  c: usize,
  source: usize,
  plane: usize,
  work: usize,
  q0: usize,
  q1: usize,
  q2: usize,
  q3: usize,
  q4: usize,
  q5: usize,
  pixel: usize,
  first: i32,
  last: i32,
  i: i32,
  j: i32,
): void {
  const points = tile + 2;
  const none = zeros();
  let from = source + c;
  let w = work;
  for (let a = 0; a < points; a++, w += <usize>(16 * points)) {
    const m0 = loadPart(from, part);
    from += plane;
    const m1 = loadPart(from, part);
    from += plane;
    const m2 = loadPart(from, part);
    from += plane;
    const m3 = loadPart(from, part);
    from += plane;
    const m4 = tile == 4 ? loadPart(from, part) : none;
    if (tile == 4) from += plane;
    const m5 = tile == 4 ? loadPart(from, part) : none;
    if (tile == 4) from += plane;
    overTransposedLine(16, tile, Ending.Pack, Ending.Pack, m0, m1, m2, m3, m4, m5, w, 0, 0, 0, 0, 0, 0);
  }
  w = work;
  let at = c;
  for (let b = 0; b < points; b++, w += 16, at += pixel) {
    if (b < first || b >= last) continue;
    const m0 = ld(w);
    const m1 = tile == 4 ? ld(w, 96) : ld(w, 64);
    const m2 = tile == 4 ? ld(w, 192) : ld(w, 128);
    const m3 = tile == 4 ? ld(w, 288) : ld(w, 192);
    const m4 = tile == 4 ? ld(w, 384) : none;
    const m5 = tile == 4 ? ld(w, 480) : none;
    const r0 = q0 + at, r1 = q1 + at, r2 = q2 + at, r3 = q3 + at, r4 = q4 + at, r5 = q5 + at;
    if (b < 2 && j > 0) {
      overTransposedLine(part, tile, Ending.Add, Ending.Add, m0, m1, m2, m3, m4, m5, 0, r0, r1, r2, r3, r4, r5);
    } else if (i > 0) {
      overTransposedLine(part, tile, Ending.Add, Ending.Store, m0, m1, m2, m3, m4, m5, 0, r0, r1, r2, r3, r4, r5);
    } else {
      overTransposedLine(part, tile, Ending.Store, Ending.Store, m0, m1, m2, m3, m4, m5, 0, r0, r1, r2, r3, r4, r5);
    }
  }
}

/** Planes to y [rows, height, width, filters], plus the bias (0: none), then the activation, one that limits (0, 1 or 2). Uses up the planes. */
export function winogradOutput(
  planes: usize,
  rows: i32,
  height: i32,
  width: i32,
  filters: i32,
  tilesDown: i32,
  tilesAcross: i32,
  tile: i32,
  bias: usize,
  activation: i32,
  y: usize,
): void {
  if (tile == 2) {
    output(2, planes, rows, height, width, filters, tilesDown, tilesAcross, bias, activation, y);
  } else {
    output(4, planes, rows, height, width, filters, tilesDown, tilesAcross, bias, activation, y);
  }
}

// @ts-ignore: decorator
@inline
function output(
  tile: i32,
  planes: usize,
  rows: i32,
  height: i32,
  width: i32,
  filters: i32,
  tilesDown: i32,
  tilesAcross: i32,
  bias: usize,
  activation: i32,
  y: usize,
): void {
  const points = tile + 2;
  const pixel = <usize>filters * 4;
  const line = <usize>width * pixel;
  const plane = planeOf(rows, tilesDown, tilesAcross, pixel);
  const planeRow = <usize>points * plane;
  const discarded = planes + plane - pixel;
  const low = f32x4.splat(floorOf(activation));
  const high = f32x4.splat(ceilingOf(activation));
  let source = planes;
  for (let n = 0; n < rows; n++, y += <usize>height * line) {
    for (let i = 0; i < tilesDown; i++) {
      const end = height - i * tile;
      for (let j = 0; j < tilesAcross; j++, source += pixel) {
        const columns = min(tile, width - j * tile);
        const corner = y + <usize>(i * tile * width + j * tile) * pixel;
        for (let c: usize = 0; c < pixel; c += CHUNK) {
          const bytes = min(CHUNK, pixel - c);
          const from = source + c;
          const nowhere = discarded + c;
          for (let a = 0; a < points; a++) {
            const at = from + <usize>a * planeRow;
            backRun(
              tile,
              Ending.Store,
              at,
              plane,
              at,
              at + plane,
              at + 2 * plane,
              at + 3 * plane,
              0,
              low,
              high,
              bytes,
            );
          }
          for (let b = 0; b < columns; b++) {
            const at = corner + c + <usize>b * pixel;
            backRun(
              tile,
              Ending.Bias,
              from + <usize>b * plane,
              planeRow,
              at,
              placeOf(at, 1, 0, end, line, nowhere),
              tile == 4 ? placeOf(at, 2, 0, end, line, nowhere) : 0,
              tile == 4 ? placeOf(at, 3, 0, end, line, nowhere) : 0,
              bias ? bias + c : 0,
              low,
              high,
              bytes,
            );
          }
        }
      }
    }
  }
}

/** The adjoint of `winogradOutput` without bias and activation: dy to planes. */
export function winogradOutputAdjoint(
  dy: usize,
  rows: i32,
  height: i32,
  width: i32,
  filters: i32,
  tilesDown: i32,
  tilesAcross: i32,
  tile: i32,
  planes: usize,
): void {
  if (tile == 2) outputAdjoint(2, dy, rows, height, width, filters, tilesDown, tilesAcross, planes);
  else outputAdjoint(4, dy, rows, height, width, filters, tilesDown, tilesAcross, planes);
}

// @ts-ignore: decorator
@inline
function outputAdjoint(
  tile: i32,
  dy: usize,
  rows: i32,
  height: i32,
  width: i32,
  filters: i32,
  tilesDown: i32,
  tilesAcross: i32,
  planes: usize,
): void {
  const points = tile + 2;
  const pixel = <usize>filters * 4;
  const line = <usize>width * pixel;
  const plane = planeOf(rows, tilesDown, tilesAcross, pixel);
  const planeRow = <usize>points * plane;
  clearLastRows(planes, <usize>(points * points), plane, pixel);
  const zero = planes + plane - pixel;
  let target = planes;
  for (let n = 0; n < rows; n++, dy += <usize>height * line) {
    for (let i = 0; i < tilesDown; i++) {
      const end = height - i * tile;
      for (let j = 0; j < tilesAcross; j++, target += pixel) {
        const corner = dy + <usize>(i * tile * width + j * tile) * pixel;
        for (let c: usize = 0; c < pixel; c += CHUNK) {
          const bytes = min(CHUNK, pixel - c);
          const to = target + c;
          const nowhere = zero + c;
          for (let b = 0; b < tile; b++) {
            const at = corner + c + <usize>b * pixel;
            const last = j * tile + b < width ? end : 0;
            backTransposedRun(
              tile,
              placeOf(at, 0, 0, last, line, nowhere),
              placeOf(at, 1, 0, last, line, nowhere),
              tile == 4 ? placeOf(at, 2, 0, last, line, nowhere) : 0,
              tile == 4 ? placeOf(at, 3, 0, last, line, nowhere) : 0,
              to + <usize>b * plane,
              planeRow,
              bytes,
            );
          }
          for (let a = 0; a < points; a++) {
            const at = to + <usize>a * planeRow;
            backTransposedRun(tile, at, at + plane, at + 2 * plane, at + 3 * plane, at, plane, bytes);
          }
        }
      }
    }
  }
}

/** `columns` of the `count` columns of w [3, 3, count] to those of U [36 or 16, count], where `count` is channels times filters. */
export function winogradKernel(w: usize, count: usize, tile: i32, U: usize, columns: usize): void {
  if (tile == 2) kernel(2, w, count, U, columns);
  else kernel(4, w, count, U, columns);
}

// @ts-ignore: decorator
@inline
function kernel(tile: i32, w: usize, count: usize, U: usize, columns: usize): void {
  const points = <usize>tile + 2;
  const plane = count * 4;
  const end = columns * 4;
  for (let c: usize = 0; c < end; c += CHUNK) {
    const bytes = min(CHUNK, end - c);
    for (let b: usize = 0; b < 3; b++) {
      const at = w + c + b * plane;
      kernelRun(tile, at, at + 3 * plane, at + 6 * plane, U + c + b * plane, points * plane, bytes);
    }
    for (let a: usize = 0; a < points; a++) {
      const at = U + c + a * points * plane;
      kernelRun(tile, at, at + plane, at + 2 * plane, at, plane, bytes);
    }
  }
}

/**
 * The adjoint of `winogradKernel`, of the sum of `parts` arrays dU that begin `step` bytes after each other: writes `columns` columns of dw. Uses up
 * those of the first dU.
 */
export function winogradKernelAdjoint(
  dU: usize,
  step: usize,
  parts: i32,
  count: usize,
  tile: i32,
  dw: usize,
  columns: usize,
): void {
  if (tile == 2) kernelAdjoint(2, dU, step, parts, count, dw, columns);
  else kernelAdjoint(4, dU, step, parts, count, dw, columns);
}

// @ts-ignore: decorator
@inline
function kernelAdjoint(
  tile: i32,
  dU: usize,
  step: usize,
  parts: i32,
  count: usize,
  dw: usize,
  columns: usize,
): void {
  const points = <usize>tile + 2;
  const plane = count * 4;
  const end = columns * 4;
  for (let c: usize = 0; c < end; c += CHUNK) {
    const bytes = min(CHUNK, end - c);
    for (let p: usize = 0; p < points * points; p++) {
      const at = dU + c + p * plane;
      for (let part = 1; part < parts; part++) addRun(at, at + <usize>part * step, bytes);
    }
    for (let a: usize = 0; a < points; a++) {
      const at = dU + c + a * points * plane;
      kernelTransposedRun(tile, at, plane, at, at + plane, at + 2 * plane, bytes);
    }
    for (let b: usize = 0; b < 3; b++) {
      const to = dw + c + b * plane;
      kernelTransposedRun(
        tile,
        dU + c + b * plane,
        points * plane,
        to,
        to + 3 * plane,
        to + 6 * plane,
        bytes,
      );
    }
  }
}
