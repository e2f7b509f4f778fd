import { add, ld, mul, st, sub, times } from "./vector";

/**
 * Winograd's F(4 x 4, 3 x 3) over channels-last images (Lavin and Gray 2016), with the points 0, ±3/4, ±3/2 and infinity. Channels and filters are
 * multiples of 4. A tile's 36 points lie in 36 planes [tiles + 1, channels]: the one row more keeps the planes from being a
 * power of two apart, which would let them all fall on the same lines of the cache; it is zero.
 */

const A: f32 = 0.75;
const B: f32 = 1.5;
const A2: f32 = A * A;
const B2: f32 = B * B;
const A3: f32 = A * A * A;
const B3: f32 = B * B * B;
/** The coefficients of (x² - a²)(x² - b²), but for the first. */
const SUM: f32 = A2 + B2;
const PRODUCT: f32 = A2 * B2;

/** Each thread's own 2304 bytes: a tile half transformed, and a tile of the image with its padding. */
let work: usize = 0;
const PATCH: usize = 1152;

/** Says where this thread's work memory is: 2304 bytes at a multiple of 16. */
export function setWork(at: usize): void {
  work = at;
}

/** Six values to six points, from `to` on in steps of `step`. */
// @ts-ignore: decorator
@inline
function over(d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128, to: usize, step: usize): void {
  st(to, add(sub(d4, times(d2, SUM)), times(d0, PRODUCT)));
  const even = sub(d4, times(d2, B2));
  const odd = times(sub(d3, times(d1, B2)), A);
  st(to + step, add(even, odd));
  st(to + 2 * step, sub(even, odd));
  const even2 = sub(d4, times(d2, A2));
  const odd2 = times(sub(d3, times(d1, A2)), B);
  st(to + 3 * step, add(even2, odd2));
  st(to + 4 * step, sub(even2, odd2));
  st(to + 5 * step, add(sub(d5, times(d3, SUM)), times(d1, PRODUCT)));
}

/** The transpose of `over`. */
// @ts-ignore: decorator
@inline
function overAdjoint(m0: v128, m1: v128, m2: v128, m3: v128, m4: v128, m5: v128, to: usize, step: usize): void {
  const plus = add(m1, m2);
  const minus = sub(m1, m2);
  const plus2 = add(m3, m4);
  const minus2 = sub(m3, m4);
  st(to, times(m0, PRODUCT));
  st(to + step, sub(times(m5, PRODUCT), add(times(minus, A * B2), times(minus2, B * A2))));
  st(to + 2 * step, sub(times(m0, -SUM), add(times(plus, B2), times(plus2, A2))));
  st(to + 3 * step, sub(add(times(minus, A), times(minus2, B)), times(m5, SUM)));
  st(to + 4 * step, add(m0, add(plus, plus2)));
  st(to + 5 * step, m5);
}

/** Six points to four values. */
// @ts-ignore: decorator
@inline
function back(m0: v128, m1: v128, m2: v128, m3: v128, m4: v128, m5: v128, to: usize, step: usize): void {
  const plus = add(m1, m2);
  const minus = sub(m1, m2);
  const plus2 = add(m3, m4);
  const minus2 = sub(m3, m4);
  st(to, add(m0, add(plus, plus2)));
  st(to + step, add(times(minus, A), times(minus2, B)));
  st(to + 2 * step, add(times(plus, A2), times(plus2, B2)));
  st(to + 3 * step, add(add(times(minus, A3), times(minus2, B3)), m5));
}

/** The transpose of `back`. */
// @ts-ignore: decorator
@inline
function backAdjoint(y0: v128, y1: v128, y2: v128, y3: v128, to: usize, step: usize): void {
  st(to, y0);
  const even = add(y0, times(y2, A2));
  const odd = add(times(y1, A), times(y3, A3));
  st(to + step, add(even, odd));
  st(to + 2 * step, sub(even, odd));
  const even2 = add(y0, times(y2, B2));
  const odd2 = add(times(y1, B), times(y3, B3));
  st(to + 3 * step, add(even2, odd2));
  st(to + 4 * step, sub(even2, odd2));
  st(to + 5 * step, y3);
}

/** `over` of six values that lie `step` apart. */
// @ts-ignore: decorator
@inline
function overAt(from: usize, step: usize, to: usize, toStep: usize): void {
  over(
    ld(from),
    ld(from + step),
    ld(from + 2 * step),
    ld(from + 3 * step),
    ld(from + 4 * step),
    ld(from + 5 * step),
    to,
    toStep,
  );
}

// @ts-ignore: decorator
@inline
function overAdjointAt(from: usize, step: usize, to: usize, toStep: usize): void {
  overAdjoint(
    ld(from),
    ld(from + step),
    ld(from + 2 * step),
    ld(from + 3 * step),
    ld(from + 4 * step),
    ld(from + 5 * step),
    to,
    toStep,
  );
}

// @ts-ignore: decorator
@inline
function backAt(from: usize, step: usize, to: usize, toStep: usize): void {
  back(
    ld(from),
    ld(from + step),
    ld(from + 2 * step),
    ld(from + 3 * step),
    ld(from + 4 * step),
    ld(from + 5 * step),
    to,
    toStep,
  );
}

// @ts-ignore: decorator
@inline
function backAdjointAt(from: usize, step: usize, to: usize, toStep: usize): void {
  backAdjoint(ld(from), ld(from + step), ld(from + 2 * step), ld(from + 3 * step), to, toStep);
}

/** The extra row of each plane. */
function clearLastRows(planes: usize, plane: usize, row: usize): void {
  for (let p: usize = 1; p <= 36; p++) memory.fill(planes + p * plane - row, 0, row);
}

/** Copies the pixels of a square that lie inside the image, four channels of each, with zeros for the others. */
// @ts-ignore: decorator
@inline
function fetch(
  x: usize,
  height: i32,
  width: i32,
  pixel: usize,
  down: i32,
  across: i32,
  side: i32,
  target: usize,
): void {
  const zero = f32x4.splat(0);
  for (let a = 0; a < side; a++) {
    const row = down + a;
    for (let b = 0; b < side; b++, target += 16) {
      const column = across + b;
      const inside = row >= 0 && row < height && column >= 0 && column < width;
      st(target, inside ? ld(x + <usize>(row * width + column) * pixel) : zero);
    }
  }
}

/** x [rows, height, width, channels] to planes [36][tiles + 1, channels] of `tilesDown` x `tilesAcross` tiles per image. */
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
  _tile: i32,
  planes: usize,
): void {
  const pixel = <usize>channels * 4;
  const line = <usize>width * pixel;
  const plane = <usize>(rows * tilesDown * tilesAcross + 1) * pixel;
  const half = work;
  const patch = work + PATCH;
  clearLastRows(planes, plane, pixel);
  let target = planes;
  for (let n = 0; n < rows; n++, x += <usize>height * line) {
    for (let i = 0; i < tilesDown; i++) {
      const down = i * 4 - top;
      for (let j = 0; j < tilesAcross; j++, target += pixel) {
        const across = j * 4 - left;
        const inside = down >= 0 && across >= 0 && down + 6 <= height && across + 6 <= width;
        const corner = x + <usize>(down * width + across) * pixel;
        for (let c: usize = 0; c < pixel; c += 16) {
          let from = corner + c;
          let step = line;
          let next = pixel;
          if (!inside) {
            fetch(x + c, height, width, pixel, down, across, 6, patch);
            from = patch;
            step = 96;
            next = 16;
          }
          overAt(from, step, half, 96);
          overAt(from + next, step, half + 16, 96);
          overAt(from + 2 * next, step, half + 32, 96);
          overAt(from + 3 * next, step, half + 48, 96);
          overAt(from + 4 * next, step, half + 64, 96);
          overAt(from + 5 * next, step, half + 80, 96);
          const to = target + c;
          overAt(half, 16, to, plane);
          overAt(half + 96, 16, to + 6 * plane, plane);
          overAt(half + 192, 16, to + 12 * plane, plane);
          overAt(half + 288, 16, to + 18 * plane, plane);
          overAt(half + 384, 16, to + 24 * plane, plane);
          overAt(half + 480, 16, to + 30 * plane, plane);
        }
      }
    }
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
  _tile: i32,
  dx: usize,
): void {
  const pixel = <usize>channels * 4;
  const line = <usize>width * pixel;
  const plane = <usize>(rows * tilesDown * tilesAcross + 1) * pixel;
  const half = work;
  const patch = work + PATCH;
  memory.fill(dx, 0, <usize>rows * <usize>height * line);
  let source = planes;
  for (let n = 0; n < rows; n++, dx += <usize>height * line) {
    for (let i = 0; i < tilesDown; i++) {
      const down = i * 4 - top;
      const rowStart = max(0, -down);
      const rowEnd = min(6, height - down);
      for (let j = 0; j < tilesAcross; j++, source += pixel) {
        const across = j * 4 - left;
        const columnStart = max(0, -across);
        const columnEnd = min(6, width - across);
        const corner = dx + <isize>(down * width + across) * <isize>pixel;
        for (let c: usize = 0; c < pixel; c += 16) {
          const from = source + c;
          overAdjointAt(from, plane, half, 16);
          overAdjointAt(from + 6 * plane, plane, half + 96, 16);
          overAdjointAt(from + 12 * plane, plane, half + 192, 16);
          overAdjointAt(from + 18 * plane, plane, half + 288, 16);
          overAdjointAt(from + 24 * plane, plane, half + 384, 16);
          overAdjointAt(from + 30 * plane, plane, half + 480, 16);
          overAdjointAt(half, 96, patch, 96);
          overAdjointAt(half + 16, 96, patch + 16, 96);
          overAdjointAt(half + 32, 96, patch + 32, 96);
          overAdjointAt(half + 48, 96, patch + 48, 96);
          overAdjointAt(half + 64, 96, patch + 64, 96);
          overAdjointAt(half + 80, 96, patch + 80, 96);
          for (let a = rowStart; a < rowEnd; a++) {
            let to = corner + <usize>a * line + <usize>columnStart * pixel + c;
            let value = patch + <usize>(a * 6 + columnStart) * 16;
            for (let b = columnStart; b < columnEnd; b++, to += pixel, value += 16) st(to, add(ld(to), ld(value)));
          }
        }
      }
    }
  }
}

/** Planes [36][tiles + 1, filters] to y [rows, height, width, filters], plus the bias (none: 0), then the activation: 0 none, 1 relu. */
export function winogradOutput(
  planes: usize,
  rows: i32,
  height: i32,
  width: i32,
  filters: i32,
  tilesDown: i32,
  tilesAcross: i32,
  _tile: i32,
  bias: usize,
  activation: i32,
  y: usize,
): void {
  const pixel = <usize>filters * 4;
  const line = <usize>width * pixel;
  const plane = <usize>(rows * tilesDown * tilesAcross + 1) * pixel;
  const half = work;
  const patch = work + PATCH;
  const floor = f32x4.splat(activation == 1 ? <f32>0 : <f32>-Infinity);
  let source = planes;
  for (let n = 0; n < rows; n++, y += <usize>height * line) {
    for (let i = 0; i < tilesDown; i++) {
      const rowEnd = min(4, height - i * 4);
      for (let j = 0; j < tilesAcross; j++, source += pixel) {
        const columnEnd = min(4, width - j * 4);
        const corner = y + <usize>(i * 4 * width + j * 4) * pixel;
        for (let c: usize = 0; c < pixel; c += 16) {
          const from = source + c;
          backAt(from, plane, half, 16);
          backAt(from + 6 * plane, plane, half + 64, 16);
          backAt(from + 12 * plane, plane, half + 128, 16);
          backAt(from + 18 * plane, plane, half + 192, 16);
          backAt(from + 24 * plane, plane, half + 256, 16);
          backAt(from + 30 * plane, plane, half + 320, 16);
          backAt(half, 64, patch, 64);
          backAt(half + 16, 64, patch + 16, 64);
          backAt(half + 32, 64, patch + 32, 64);
          backAt(half + 48, 64, patch + 48, 64);
          const shift = bias ? ld(bias + c) : f32x4.splat(0);
          for (let a = 0; a < rowEnd; a++) {
            let to = corner + <usize>a * line + c;
            let value = patch + <usize>a * 64;
            for (let b = 0; b < columnEnd; b++, to += pixel, value += 16) st(to, f32x4.max(add(ld(value), shift), floor));
          }
        }
      }
    }
  }
}

/** The adjoint of `winogradOutput` without bias and activation: writes the planes. */
export function winogradOutputAdjoint(
  dy: usize,
  rows: i32,
  height: i32,
  width: i32,
  filters: i32,
  tilesDown: i32,
  tilesAcross: i32,
  _tile: i32,
  planes: usize,
): void {
  const pixel = <usize>filters * 4;
  const line = <usize>width * pixel;
  const plane = <usize>(rows * tilesDown * tilesAcross + 1) * pixel;
  const half = work;
  const patch = work + PATCH;
  clearLastRows(planes, plane, pixel);
  let target = planes;
  for (let n = 0; n < rows; n++, dy += <usize>height * line) {
    for (let i = 0; i < tilesDown; i++) {
      const down = i * 4;
      for (let j = 0; j < tilesAcross; j++, target += pixel) {
        const across = j * 4;
        const inside = down + 4 <= height && across + 4 <= width;
        const corner = dy + <usize>(down * width + across) * pixel;
        for (let c: usize = 0; c < pixel; c += 16) {
          let from = corner + c;
          let step = line;
          let next = pixel;
          if (!inside) {
            fetch(dy + c, height, width, pixel, down, across, 4, patch);
            from = patch;
            step = 64;
            next = 16;
          }
          backAdjointAt(from, step, half, 64);
          backAdjointAt(from + next, step, half + 16, 64);
          backAdjointAt(from + 2 * next, step, half + 32, 64);
          backAdjointAt(from + 3 * next, step, half + 48, 64);
          const to = target + c;
          backAdjointAt(half, 16, to, plane);
          backAdjointAt(half + 64, 16, to + 6 * plane, plane);
          backAdjointAt(half + 128, 16, to + 12 * plane, plane);
          backAdjointAt(half + 192, 16, to + 18 * plane, plane);
          backAdjointAt(half + 256, 16, to + 24 * plane, plane);
          backAdjointAt(half + 320, 16, to + 30 * plane, plane);
        }
      }
    }
  }
}

/** What each of the six points takes of the three values of a kernel's row: the value of the polynomial there over its scale. */
// @ts-ignore: decorator
@inline
function kernelShare(point: i32, power: i32): f32 {
  if (point == 5) return power == 2 ? 1 : 0;
  if (point == 0) return power == 0 ? 1 / PRODUCT : 0;
  const place: f32 = point == 1 ? A : point == 2 ? -A : point == 3 ? B : -B;
  const square = place * place;
  const scale: f32 = <f32>2 * square * (square - (point < 3 ? B2 : A2));
  return (power == 0 ? <f32>1 : power == 1 ? place : square) / scale;
}

/** w [3, 3, count] to U [36, count]; `count` is a multiple of 4. */
export function winogradKernel(w: usize, count: usize, _tile: i32, U: usize): void {
  const bytes = count * 4;
  const half = work;
  for (let i: usize = 0; i < bytes; i += 16) {
    for (let b: usize = 0; b < 3; b++) {
      const w0 = ld(w + b * bytes + i);
      const w1 = ld(w + (3 + b) * bytes + i);
      const w2 = ld(w + (6 + b) * bytes + i);
      kernelOver(w0, w1, w2, half + b * 16, 48);
    }
    for (let p: usize = 0; p < 6; p++) {
      const row = half + p * 48;
      kernelOver(ld(row), ld(row + 16), ld(row + 32), U + p * 6 * bytes + i, bytes);
    }
  }
}

/** Three values of a kernel to six points. */
// @ts-ignore: decorator
@inline
function kernelOver(w0: v128, w1: v128, w2: v128, to: usize, step: usize): void {
  st(to, times(w0, kernelShare(0, 0)));
  const even = add(times(w0, kernelShare(1, 0)), times(w2, kernelShare(1, 2)));
  const odd = times(w1, kernelShare(1, 1));
  st(to + step, add(even, odd));
  st(to + 2 * step, sub(even, odd));
  const even2 = add(times(w0, kernelShare(3, 0)), times(w2, kernelShare(3, 2)));
  const odd2 = times(w1, kernelShare(3, 1));
  st(to + 3 * step, add(even2, odd2));
  st(to + 4 * step, sub(even2, odd2));
  st(to + 5 * step, w2);
}

/** The adjoint of `winogradKernel`: writes dw. */
export function winogradKernelAdjoint(dU: usize, count: usize, _tile: i32, dw: usize): void {
  const bytes = count * 4;
  memory.fill(dw, 0, 9 * bytes);
  for (let p = 0; p < 6; p++) {
    for (let q = 0; q < 6; q++) {
      const source = dU + <usize>(p * 6 + q) * bytes;
      for (let a = 0; a < 3; a++) {
        for (let b = 0; b < 3; b++) {
          const share = kernelShare(p, a) * kernelShare(q, b);
          if (share == 0) continue;
          const target = dw + <usize>(a * 3 + b) * bytes;
          const factor = f32x4.splat(share);
          for (let i: usize = 0; i < bytes; i += 16) st(target + i, add(ld(target + i), mul(ld(source + i), factor)));
        }
      }
    }
  }
}
