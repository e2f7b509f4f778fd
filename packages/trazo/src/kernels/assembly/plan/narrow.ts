/**
 * Convolutions with up to eight filters, an even number, without dilation: so narrow that a matrix product would waste most of each vector. Pixels are
 * multiplied where they lie. A row of the kernel is a run of kernelWidth * channels values of the image.
 */
import { add, ld, loadPart, mul, st, storePart, zeros } from "./vector";

/** Images of which the columns of outputs from `firstInside` to `endInside` need no padding to the left and right. */
// @ts-ignore: decorator
@inline
function firstInside(left: i32, stride: i32, outWidth: i32): i32 {
  return min(outWidth, (left + stride - 1) / stride);
}

// @ts-ignore: decorator
@inline
function endInside(width: i32, kernelWidth: i32, left: i32, stride: i32, outWidth: i32): i32 {
  const reach = width - kernelWidth + left;
  return reach >= 0 ? min(outWidth, reach / stride + 1) : 0;
}

/** y = the convolution plus bias (0: none), at least `low`. */
export function narrowConvolution(
  x: usize,
  rows: i32,
  height: i32,
  width: i32,
  channels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideDown: i32,
  strideAcross: i32,
  dilationDown: i32,
  dilationAcross: i32,
  top: i32,
  left: i32,
  outHeight: i32,
  outWidth: i32,
  weights: usize,
  filters: i32,
  bias: usize,
  relu: i32,
  y: usize,
): void {
  const first = firstInside(left, strideAcross, outWidth);
  const end = endInside(width, kernelWidth, left, strideAcross, outWidth);
  const line = <usize>(4 * width * channels);
  const step = <usize>(4 * strideAcross * channels);
  const low: f32 = relu ? 0 : -Infinity;
  for (let n = 0; n < rows; n++, x += <usize>height * line) {
    for (let i = 0; i < outHeight; i++, y += <usize>(4 * outWidth * filters)) {
      const down = i * strideDown - top;
      const a0 = max(0, -down);
      const lines = min(kernelHeight, height - down) - a0;
      const row = x + <isize>(down + a0) * <isize>line;
      const w = weights + <usize>(4 * a0 * kernelWidth * channels * filters);
      for (let j = 0; j < outWidth; ) {
        const count = j >= first && j < end ? end - j : 1;
        const across = j * strideAcross - left;
        const b0 = max(0, -across);
        const taps = (min(kernelWidth, width - across) - b0) * channels;
        const from = row + <isize>((across + b0) * channels * 4);
        const wFrom = w + <usize>(4 * b0 * channels * filters);
        const skip = <usize>(4 * (kernelWidth * channels - taps) * filters);
        const to = y + <usize>(4 * j * filters);
        if (filters == 8) pixels(1, 16, from, line, step, lines, taps, wFrom, skip, bias, low, to, count);
        else if (filters == 6) pixels(1, 8, from, line, step, lines, taps, wFrom, skip, bias, low, to, count);
        else if (filters == 4) pixels(0, 16, from, line, step, lines, taps, wFrom, skip, bias, low, to, count);
        else pixels(0, 8, from, line, step, lines, taps, wFrom, skip, bias, low, to, count);
        j += count;
      }
    }
  }
}

/** Outputs next to each other. `whole` vectors of filters, then one of `bytes` bytes: constants. `skip` bytes of weights lie between two rows of taps. */
// @ts-ignore: decorator
@inline
function pixels(
  whole: i32,
  bytes: i32,
  x: usize,
  line: usize,
  step: usize,
  lines: i32,
  taps: i32,
  weights: usize,
  skip: usize,
  bias: usize,
  low: f32,
  y: usize,
  count: i32,
): void {
  const wide = <usize>(16 * whole + bytes);
  const limit = f32x4.splat(low);
  const b0 = bias && whole ? ld(bias) : zeros();
  const b1 = bias ? loadPart(bias + 16 * whole, bytes) : zeros();
  for (; count >= 4; count -= 4, x += 4 * step, y += 4 * wide) {
    let p0 = b0, p1 = b0, p2 = b0, p3 = b0;
    let q0 = b1, q1 = b1, q2 = b1, q3 = b1;
    let row = x;
    let w = weights;
    for (let a = 0; a < lines; a++, row += line, w += skip) {
      let at = row;
      for (let t = 0; t < taps; t++, at += 4, w += wide) {
        const v1 = loadPart(w + 16 * whole, bytes);
        const v0 = whole ? ld(w) : v1;
        const x0 = v128.load32_splat(at);
        if (whole) p0 = add(p0, mul(v0, x0));
        q0 = add(q0, mul(v1, x0));
        const x1 = v128.load32_splat(at + step);
        if (whole) p1 = add(p1, mul(v0, x1));
        q1 = add(q1, mul(v1, x1));
        const x2 = v128.load32_splat(at + 2 * step);
        if (whole) p2 = add(p2, mul(v0, x2));
        q2 = add(q2, mul(v1, x2));
        const x3 = v128.load32_splat(at + 3 * step);
        if (whole) p3 = add(p3, mul(v0, x3));
        q3 = add(q3, mul(v1, x3));
      }
    }
    put(whole, bytes, y, p0, q0, limit);
    put(whole, bytes, y + wide, p1, q1, limit);
    put(whole, bytes, y + 2 * wide, p2, q2, limit);
    put(whole, bytes, y + 3 * wide, p3, q3, limit);
  }
  for (; count > 0; count--, x += step, y += wide) {
    let p = b0;
    let q = b1;
    let row = x;
    let w = weights;
    for (let a = 0; a < lines; a++, row += line, w += skip) {
      let at = row;
      for (let t = 0; t < taps; t++, at += 4, w += wide) {
        const value = v128.load32_splat(at);
        if (whole) p = add(p, mul(ld(w), value));
        q = add(q, mul(loadPart(w + 16 * whole, bytes), value));
      }
    }
    put(whole, bytes, y, p, q, limit);
  }
}

/** pmax keeps a NaN that is its first argument. */
// @ts-ignore: decorator
@inline
function put(whole: i32, bytes: i32, y: usize, p: v128, q: v128, low: v128): void {
  if (whole) st(y, f32x4.pmax(p, low));
  storePart(y + 16 * whole, f32x4.pmax(q, low), bytes);
}

/** dw += the gradient of the weights. */
export function narrowKernelAdjoint(
  x: usize,
  rows: i32,
  height: i32,
  width: i32,
  channels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideDown: i32,
  strideAcross: i32,
  dilationDown: i32,
  dilationAcross: i32,
  top: i32,
  left: i32,
  outHeight: i32,
  outWidth: i32,
  dy: usize,
  filters: i32,
  dw: usize,
): void {
  const line = <usize>(4 * width * channels);
  const step = <usize>(4 * strideAcross * channels);
  const pixel = <usize>(4 * filters);
  for (let a = 0; a < kernelHeight; a++) {
    // The rows of outputs of which this row of the kernel meets the image.
    const i0 = max(0, (top - a + strideDown - 1) / strideDown);
    const i1 = min(outHeight, height - 1 - a + top < 0 ? 0 : (height - 1 - a + top) / strideDown + 1);
    for (let b = 0; b < kernelWidth; ) {
      // Columns of the kernel that meet the image at the same columns of outputs are taken together.
      const j0 = max(0, (left - b + strideAcross - 1) / strideAcross);
      const j1 = min(outWidth, width - 1 - b + left < 0 ? 0 : (width - 1 - b + left) / strideAcross + 1);
      let columns = 1;
      while (
        b + columns < kernelWidth &&
        max(0, (left - b - columns + strideAcross - 1) / strideAcross) == j0 &&
        min(outWidth, width - 1 - b - columns + left < 0 ? 0 : (width - 1 - b - columns + left) / strideAcross + 1) == j1
      ) {
        columns++;
      }
      const target = dw + <usize>((a * kernelWidth + b) * channels) * pixel;
      const across = j0 * strideAcross - left + b;
      const from = x + <isize>(i0 * strideDown - top + a) * <isize>line + <isize>(4 * across * channels);
      const gradient = dy + <usize>(i0 * outWidth + j0) * pixel;
      if (i1 > i0 && j1 > j0) {
        taps(from, rows, i1 - i0, j1 - j0, line * height, line * strideDown, step, gradient,
          pixel * <usize>(outHeight * outWidth), pixel * <usize>outWidth, filters, columns * channels, target);
      }
      b += columns;
    }
  }
}

/** Values next to each other in the image, each times the gradients of all outputs that it goes to. */
function taps(
  x: usize,
  rows: i32,
  down: i32,
  across: i32,
  image: usize,
  line: usize,
  step: usize,
  dy: usize,
  dImage: usize,
  dLine: usize,
  filters: i32,
  count: i32,
  dw: usize,
): void {
  const pixel = <usize>(4 * filters);
  let at = x;
  let to = dw;
  let left = count;
  for (; filters <= 4 && left >= 5; left -= 5, at += 20, to += 5 * pixel) {
    if (filters == 4) sums(5, 0, 16, at, rows, down, across, image, line, step, dy, dImage, dLine, to);
    else sums(5, 0, 8, at, rows, down, across, image, line, step, dy, dImage, dLine, to);
  }
  for (; left >= 3; left -= 3, at += 12, to += 3 * pixel) {
    if (filters == 8) sums(3, 1, 16, at, rows, down, across, image, line, step, dy, dImage, dLine, to);
    else if (filters == 6) sums(3, 1, 8, at, rows, down, across, image, line, step, dy, dImage, dLine, to);
    else if (filters == 4) sums(3, 0, 16, at, rows, down, across, image, line, step, dy, dImage, dLine, to);
    else sums(3, 0, 8, at, rows, down, across, image, line, step, dy, dImage, dLine, to);
  }
  for (; filters > 4 && left >= 2; left -= 2, at += 8, to += 2 * pixel) {
    if (filters == 8) sums(2, 1, 16, at, rows, down, across, image, line, step, dy, dImage, dLine, to);
    else sums(2, 1, 8, at, rows, down, across, image, line, step, dy, dImage, dLine, to);
  }
  for (; left > 0; left--, at += 4, to += pixel) {
    if (filters == 8) sums(1, 1, 16, at, rows, down, across, image, line, step, dy, dImage, dLine, to);
    else if (filters == 6) sums(1, 1, 8, at, rows, down, across, image, line, step, dy, dImage, dLine, to);
    else if (filters == 4) sums(1, 0, 16, at, rows, down, across, image, line, step, dy, dImage, dLine, to);
    else sums(1, 0, 8, at, rows, down, across, image, line, step, dy, dImage, dLine, to);
  }
}

/**
 * One to three of them, or five without `whole`: with more sums than that there are too few registers. `whole` vectors of filters, 0 or 1, then one
 * of `bytes` bytes: constants.
 */
// @ts-ignore: decorator
@inline
function sums(
  count: i32,
  whole: i32,
  bytes: i32,
  x: usize,
  rows: i32,
  down: i32,
  across: i32,
  image: usize,
  line: usize,
  step: usize,
  dy: usize,
  dImage: usize,
  dLine: usize,
  dw: usize,
): void {
  const pixel = <usize>(16 * whole + bytes);
  let s0 = zeros(), s1 = zeros(), s2 = zeros(), s3 = zeros(), s4 = zeros();
  let t0 = zeros(), t1 = zeros(), t2 = zeros();
  for (let n = 0; n < rows; n++, x += image, dy += dImage) {
    let row = x;
    let dRow = dy;
    for (let i = 0; i < down; i++, row += line, dRow += dLine) {
      let at = row;
      let d = dRow;
      for (let j = 0; j < across; j++, at += step, d += pixel) {
        const v = loadPart(d + 16 * whole, bytes);
        const u = whole ? ld(d) : v;
        const x0 = v128.load32_splat(at);
        s0 = add(s0, mul(v, x0));
        if (whole) t0 = add(t0, mul(u, x0));
        if (count >= 2) {
          const x1 = v128.load32_splat(at, 4);
          s1 = add(s1, mul(v, x1));
          if (whole) t1 = add(t1, mul(u, x1));
        }
        if (count >= 3) {
          const x2 = v128.load32_splat(at, 8);
          s2 = add(s2, mul(v, x2));
          if (whole) t2 = add(t2, mul(u, x2));
        }
        if (count >= 5) {
          s3 = add(s3, mul(v, v128.load32_splat(at, 12)));
          s4 = add(s4, mul(v, v128.load32_splat(at, 16)));
        }
      }
    }
  }
  addTo(whole, bytes, dw, t0, s0);
  if (count >= 2) addTo(whole, bytes, dw + pixel, t1, s1);
  if (count >= 3) addTo(whole, bytes, dw + 2 * pixel, t2, s2);
  if (count >= 5) {
    addTo(0, bytes, dw + 3 * pixel, s3, s3);
    addTo(0, bytes, dw + 4 * pixel, s4, s4);
  }
}

// @ts-ignore: decorator
@inline
function addTo(whole: i32, bytes: i32, to: usize, first: v128, last: v128): void {
  if (whole) st(to, add(ld(to), first));
  const rest = to + 16 * whole;
  storePart(rest, add(loadPart(rest, bytes), last), bytes);
}
