import { ceilingOf, floorOf } from "./activations";
import { add, clamp, ld, loadPart, mul, st, storePart, zeros } from "./vector";

/** Pixels of a row that are taken together: the nine weights of a vector of channels stay in registers over them. */
const SEGMENT: i32 = 16;

/**
 * Each channel of x [rows, height, width, channels] with its own kernel, `weights` [kernelHeight, kernelWidth, channels], plus the bias (0: none), then
 * the activation, one that limits.
 */
export function depthwise(
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
  bias: usize,
  activation: i32,
  y: usize,
): void {
  correlate(
    x,
    rows,
    height,
    width,
    channels,
    kernelHeight,
    kernelWidth,
    strideDown,
    strideAcross,
    dilationDown,
    dilationAcross,
    top,
    left,
    outHeight,
    outWidth,
    weights,
    <isize>channels * 4,
    bias,
    floorOf(activation),
    ceilingOf(activation),
    y,
  );
}

/** Weights of neighboring places in the kernel lie `next` bytes apart. */
function correlate(
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
  next: isize,
  bias: usize,
  low: f32,
  high: f32,
  y: usize,
): void {
  const pixel = <usize>channels * 4;
  const line = <usize>width * pixel;
  const lineStep = <usize>dilationDown * line;
  const pixelStep = <usize>dilationAcross * pixel;
  const stride = <usize>strideAcross * pixel;
  const isThree = kernelHeight == 3 && kernelWidth == 3;
  // Columns whose windows lie inside of the image.
  const columnsFrom = min(outWidth, (left + strideAcross - 1) / strideAcross);
  const reach = width - 1 - (kernelWidth - 1) * dilationAcross + left;
  const columnsTo = reach >= 0 ? min(outWidth, reach / strideAcross + 1) : 0;
  for (let n = 0; n < rows; n++, x += <usize>height * line) {
    for (let i = 0; i < outHeight; i++, y += <usize>outWidth * pixel) {
      const down = i * strideDown - top;
      const rowStart = down < 0 ? (-down + dilationDown - 1) / dilationDown : 0;
      const rowEnd = down < height ? min(kernelHeight, (height - 1 - down) / dilationDown + 1) : 0;
      const isInside = isThree && rowStart == 0 && rowEnd == 3;
      for (let j = 0; j < outWidth; ) {
        const across = j * strideAcross - left;
        const corner = x + <isize>down * <isize>line + <isize>across * <isize>pixel;
        const to = y + <usize>j * pixel;
        if (isInside && j >= columnsFrom && j < columnsTo) {
          const count = min(SEGMENT, columnsTo - j);
          const end = to + <usize>count * pixel;
          segment(corner, lineStep, pixelStep, stride, pixel, weights, next, bias, low, high, to, end);
          j += count;
          continue;
        }
        const columnStart = across < 0 ? (-across + dilationAcross - 1) / dilationAcross : 0;
        const columnEnd = across < width ? min(kernelWidth, (width - 1 - across) / dilationAcross + 1) : 0;
        window(
          corner + <usize>rowStart * lineStep + <usize>columnStart * pixelStep,
          weights + <isize>(rowStart * kernelWidth + columnStart) * next,
          rowEnd - rowStart,
          columnEnd - columnStart,
          lineStep,
          pixelStep,
          next * kernelWidth,
          next,
          pixel,
          bias,
          low,
          high,
          to,
        );
        j++;
      }
    }
  }
}

/** Windows of 3 x 3 inside the image, side by side: outputs from `to` up to `end`. */
function segment(
  corner: usize,
  line: usize,
  step: usize,
  stride: usize,
  pixel: usize,
  weights: usize,
  next: isize,
  bias: usize,
  low: f32,
  high: f32,
  to: usize,
  end: usize,
): void {
  let c: usize = 0;
  if (step == pixel && stride == pixel) {
    for (; c + 16 <= pixel; c += 16) {
      neighbors(16, corner + c, line, pixel, weights + c, next, bias ? bias + c : 0, low, high, to + c, end + c);
    }
    if (pixel & 8) {
      neighbors(8, corner + c, line, pixel, weights + c, next, bias ? bias + c : 0, low, high, to + c, end + c);
      c += 8;
    }
    if (pixel & 4) {
      neighbors(4, corner + c, line, pixel, weights + c, next, bias ? bias + c : 0, low, high, to + c, end + c);
    }
    return;
  }
  for (; c + 16 <= pixel; c += 16) {
    threes(16, corner + c, line, step, stride, pixel, weights + c, next, bias ? bias + c : 0, low, high, to + c, end + c);
  }
  if (pixel & 8) {
    threes(8, corner + c, line, step, stride, pixel, weights + c, next, bias ? bias + c : 0, low, high, to + c, end + c);
    c += 8;
  }
  if (pixel & 4) {
    threes(4, corner + c, line, step, stride, pixel, weights + c, next, bias ? bias + c : 0, low, high, to + c, end + c);
  }
}

/** With stride 1 each pixel is loaded once for the three windows that it is in: a turn ends one, and adds to two. */
// @ts-ignore: decorator
@inline
function neighbors(
  part: i32,
  p: usize,
  line: usize,
  pixel: usize,
  w: usize,
  next: isize,
  bias: usize,
  low: f32,
  high: f32,
  to: usize,
  end: usize,
): void {
  const w0 = loadPart(w, part);
  const w1 = loadPart(w + next, part);
  const w2 = loadPart(w + 2 * next, part);
  const w3 = loadPart(w + 3 * next, part);
  const w4 = loadPart(w + 4 * next, part);
  const w5 = loadPart(w + 5 * next, part);
  const w6 = loadPart(w + 6 * next, part);
  const w7 = loadPart(w + 7 * next, part);
  const w8 = loadPart(w + 8 * next, part);
  const shift = bias ? loadPart(bias, part) : zeros();
  const floor = f32x4.splat(low);
  const ceiling = f32x4.splat(high);
  let a = loadPart(p, part), b = loadPart(p + line, part), c = loadPart(p + 2 * line, part);
  let first = add(shift, threefold(a, w0, b, w3, c, w6));
  p += pixel;
  a = loadPart(p, part), b = loadPart(p + line, part), c = loadPart(p + 2 * line, part);
  first = add(first, threefold(a, w1, b, w4, c, w7));
  let second = add(shift, threefold(a, w0, b, w3, c, w6));
  p += pixel;
  for (; to < end; to += pixel, p += pixel) {
    a = loadPart(p, part), b = loadPart(p + line, part), c = loadPart(p + 2 * line, part);
    storePart(to, clamp(add(first, threefold(a, w2, b, w5, c, w8)), floor, ceiling), part);
    first = add(second, threefold(a, w1, b, w4, c, w7));
    second = add(shift, threefold(a, w0, b, w3, c, w6));
  }
}

// @ts-ignore: decorator
@inline
function threefold(a: v128, u: v128, b: v128, v: v128, c: v128, w: v128): v128 {
  return add(add(mul(a, u), mul(b, v)), mul(c, w));
}

// @ts-ignore: decorator
@inline
function threes(
  part: i32,
  p: usize,
  line: usize,
  step: usize,
  stride: usize,
  pixel: usize,
  w: usize,
  next: isize,
  bias: usize,
  low: f32,
  high: f32,
  to: usize,
  end: usize,
): void {
  const w0 = loadPart(w, part);
  const w1 = loadPart(w + next, part);
  const w2 = loadPart(w + 2 * next, part);
  const w3 = loadPart(w + 3 * next, part);
  const w4 = loadPart(w + 4 * next, part);
  const w5 = loadPart(w + 5 * next, part);
  const w6 = loadPart(w + 6 * next, part);
  const w7 = loadPart(w + 7 * next, part);
  const w8 = loadPart(w + 8 * next, part);
  const shift = bias ? loadPart(bias, part) : zeros();
  const floor = f32x4.splat(low);
  const ceiling = f32x4.splat(high);
  for (; to < end; to += pixel, p += stride) {
    const q = p + line;
    const r = q + line;
    const first = add(
      add(mul(loadPart(p, part), w0), mul(loadPart(p + step, part), w1)),
      mul(loadPart(p + 2 * step, part), w2),
    );
    const second = add(
      add(mul(loadPart(q, part), w3), mul(loadPart(q + step, part), w4)),
      mul(loadPart(q + 2 * step, part), w5),
    );
    const third = add(
      add(mul(loadPart(r, part), w6), mul(loadPart(r + step, part), w7)),
      mul(loadPart(r + 2 * step, part), w8),
    );
    storePart(to, clamp(add(add(first, second), add(third, shift)), floor, ceiling), part);
  }
}

/** One window of any size. */
function window(
  from: usize,
  weights: usize,
  countDown: i32,
  countAcross: i32,
  line: isize,
  step: isize,
  weightLine: isize,
  weightStep: isize,
  pixel: usize,
  bias: usize,
  low: f32,
  high: f32,
  to: usize,
): void {
  let c: usize = 0;
  for (; c + 64 <= pixel; c += 64) {
    four(from + c, weights + c, countDown, countAcross, line, step, weightLine, weightStep, bias ? bias + c : 0, low, high, to + c);
  }
  for (; c + 16 <= pixel; c += 16) {
    one(16, from + c, weights + c, countDown, countAcross, line, step, weightLine, weightStep, bias ? bias + c : 0, low, high, to + c);
  }
  if (pixel & 8) {
    one(8, from + c, weights + c, countDown, countAcross, line, step, weightLine, weightStep, bias ? bias + c : 0, low, high, to + c);
    c += 8;
  }
  if (pixel & 4) {
    one(4, from + c, weights + c, countDown, countAcross, line, step, weightLine, weightStep, bias ? bias + c : 0, low, high, to + c);
  }
}

// @ts-ignore: decorator
@inline
function four(
  from: usize,
  weights: usize,
  countDown: i32,
  countAcross: i32,
  line: isize,
  step: isize,
  weightLine: isize,
  weightStep: isize,
  bias: usize,
  low: f32,
  high: f32,
  to: usize,
): void {
  let s0 = zeros(), s1 = zeros(), s2 = zeros(), s3 = zeros();
  if (bias) {
    s0 = ld(bias);
    s1 = ld(bias, 16);
    s2 = ld(bias, 32);
    s3 = ld(bias, 48);
  }
  for (let a = 0; a < countDown; a++, from += line, weights += weightLine) {
    let p = from;
    let w = weights;
    for (let b = 0; b < countAcross; b++, p += step, w += weightStep) {
      s0 = add(s0, mul(ld(p), ld(w)));
      s1 = add(s1, mul(ld(p, 16), ld(w, 16)));
      s2 = add(s2, mul(ld(p, 32), ld(w, 32)));
      s3 = add(s3, mul(ld(p, 48), ld(w, 48)));
    }
  }
  const floor = f32x4.splat(low);
  const ceiling = f32x4.splat(high);
  st(to, clamp(s0, floor, ceiling));
  st(to, clamp(s1, floor, ceiling), 16);
  st(to, clamp(s2, floor, ceiling), 32);
  st(to, clamp(s3, floor, ceiling), 48);
}

// @ts-ignore: decorator
@inline
function one(
  part: i32,
  from: usize,
  weights: usize,
  countDown: i32,
  countAcross: i32,
  line: isize,
  step: isize,
  weightLine: isize,
  weightStep: isize,
  bias: usize,
  low: f32,
  high: f32,
  to: usize,
): void {
  let total = bias ? loadPart(bias, part) : zeros();
  for (let a = 0; a < countDown; a++, from += line, weights += weightLine) {
    let p = from;
    let w = weights;
    for (let b = 0; b < countAcross; b++, p += step, w += weightStep) {
      total = add(total, mul(loadPart(p, part), loadPart(w, part)));
    }
  }
  storePart(to, clamp(total, f32x4.splat(low), f32x4.splat(high)), part);
}

/** Writes dx, the gradient of `depthwise`'s input. */
export function depthwiseInputAdjoint(
  dy: usize,
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
  dx: usize,
): void {
  const pixel = <usize>channels * 4;
  if (strideDown == 1 && strideAcross == 1) {
    // The same again, with the kernel turned around.
    correlate(
      dy,
      rows,
      outHeight,
      outWidth,
      channels,
      kernelHeight,
      kernelWidth,
      1,
      1,
      dilationDown,
      dilationAcross,
      (kernelHeight - 1) * dilationDown - top,
      (kernelWidth - 1) * dilationAcross - left,
      height,
      width,
      weights + <usize>(kernelHeight * kernelWidth - 1) * pixel,
      -(<isize>pixel),
      0,
      -Infinity,
      Infinity,
      dx,
    );
    return;
  }
  const line = <usize>width * pixel;
  const isThree = kernelHeight == 3 && kernelWidth == 3;
  if (isThree && strideDown == 2 && strideAcross == 2 && dilationDown == 1 && dilationAcross == 1) {
    for (let n = 0; n < rows; n++, dx += <usize>height * line, dy += <usize>(outHeight * outWidth) * pixel) {
      spreadByTwo(dy, height, width, pixel, top, left, outHeight, outWidth, weights, dx);
    }
    return;
  }
  const stride = <usize>strideAcross * pixel;
  memory.fill(dx, 0, <usize>rows * <usize>height * line);
  for (let n = 0; n < rows; n++, dx += <usize>height * line) {
    for (let i = 0; i < outHeight; i++, dy += <usize>outWidth * pixel) {
      for (let a = 0; a < kernelHeight; a++) {
        const row = i * strideDown - top + a * dilationDown;
        if (row < 0 || row >= height) continue;
        for (let b = 0; b < kernelWidth; b++) {
          const offset = b * dilationAcross - left;
          const start = firstInside(offset, strideAcross);
          const end = endInside(offset, strideAcross, width, outWidth);
          if (start >= end) continue;
          spread(
            dy + <usize>start * pixel,
            <usize>(end - start),
            pixel,
            weights + <usize>(a * kernelWidth + b) * pixel,
            stride,
            dx + <usize>row * line + <usize>(start * strideAcross + offset) * pixel,
          );
        }
      }
    }
  }
}

/**
 * One image of dx for windows of 3 x 3 with strides of 2: a row meets the middle rows of the windows above it, or the last ones of some and the
 * first ones of others. Each pixel of dx is written once.
 */
function spreadByTwo(
  dy: usize,
  height: i32,
  width: i32,
  pixel: usize,
  top: i32,
  left: i32,
  outHeight: i32,
  outWidth: i32,
  weights: usize,
  dx: usize,
): void {
  const dLine = <usize>outWidth * pixel;
  const wLine = pixel * 3;
  for (let row = 0; row < height; row++, dx += <usize>width * pixel) {
    const i = (row + top) >> 1;
    const isHere = i < outHeight;
    const p = dy + <usize>i * dLine;
    if ((row + top) & 1) {
      if (isHere) spreadLine(false, p, 0, pixel, weights + wLine, 0, outWidth, width, left, dx);
      else memory.fill(dx, 0, <usize>width * pixel);
      continue;
    }
    const isAbove = i >= 1 && i <= outHeight;
    const q = p - dLine;
    const last = weights + 2 * wLine;
    if (isHere && isAbove) spreadLine(true, p, q, pixel, weights, last, outWidth, width, left, dx);
    else if (isHere) spreadLine(false, p, 0, pixel, weights, 0, outWidth, width, left, dx);
    else if (isAbove) spreadLine(false, q, 0, pixel, last, 0, outWidth, width, left, dx);
    else memory.fill(dx, 0, <usize>width * pixel);
  }
}

/** A row of dx, of the row p of dy with the weights w and, where `both`, of the row q with the weights v. */
// @ts-ignore: decorator
@inline
function spreadLine(
  both: bool,
  p: usize,
  q: usize,
  pixel: usize,
  w: usize,
  v: usize,
  outWidth: i32,
  width: i32,
  left: i32,
  dx: usize,
): void {
  let c: usize = 0;
  for (; c + 16 <= pixel; c += 16) {
    spreadColumn(both, 16, p + c, q + c, pixel, w + c, v + c, outWidth, width, left, dx + c);
  }
  if (pixel & 8) {
    spreadColumn(both, 8, p + c, q + c, pixel, w + c, v + c, outWidth, width, left, dx + c);
    c += 8;
  }
  if (pixel & 4) spreadColumn(both, 4, p + c, q + c, pixel, w + c, v + c, outWidth, width, left, dx + c);
}

/** Two pixels a turn: the first meets the first column of a window and the last of the one before, the second the middle one. */
// @ts-ignore: decorator
@inline
function spreadColumn(
  both: bool,
  part: i32,
  p: usize,
  q: usize,
  pixel: usize,
  w: usize,
  v: usize,
  outWidth: i32,
  width: i32,
  left: i32,
  dx: usize,
): void {
  const w0 = loadPart(w, part);
  const w1 = loadPart(w + pixel, part);
  const w2 = loadPart(w + 2 * pixel, part);
  const v0 = both ? loadPart(v, part) : w0;
  const v1 = both ? loadPart(v + pixel, part) : w1;
  const v2 = both ? loadPart(v + 2 * pixel, part) : w2;
  const end = width + left;
  let j = left >> 1;
  let before = zeros(), beforeQ = zeros();
  if (j > 0 && j <= outWidth) {
    before = loadPart(p + <usize>(j - 1) * pixel, part);
    if (both) beforeQ = loadPart(q + <usize>(j - 1) * pixel, part);
  }
  let at = <usize>j * pixel;
  let to = dx + <isize>(2 * j - left) * <isize>pixel;
  for (let t = 2 * j; t < end; t += 2, j++, at += pixel, to += 2 * pixel) {
    let here = zeros(), hereQ = zeros();
    if (j < outWidth) {
      here = loadPart(p + at, part);
      if (both) hereQ = loadPart(q + at, part);
    }
    if (t >= left) {
      const first = add(mul(here, w0), mul(before, w2));
      storePart(to, both ? add(first, add(mul(hereQ, v0), mul(beforeQ, v2))) : first, part);
    }
    if (t + 1 < end) {
      const middle = mul(here, w1);
      storePart(to + pixel, both ? add(middle, mul(hereQ, v1)) : middle, part);
    }
    before = here;
    beforeQ = hereQ;
  }
}

/** The first window whose place `offset` lies inside of the image. */
// @ts-ignore: decorator
@inline
function firstInside(offset: i32, stride: i32): i32 {
  return offset < 0 ? (-offset + stride - 1) / stride : 0;
}

// @ts-ignore: decorator
@inline
function endInside(offset: i32, stride: i32, width: i32, outWidth: i32): i32 {
  return offset < width ? min(outWidth, (width - 1 - offset) / stride + 1) : 0;
}

/** Adds `count` pixels of dy, times a weight per channel, to pixels of dx that lie `stride` apart. */
function spread(dy: usize, count: usize, pixel: usize, w: usize, stride: usize, dx: usize): void {
  let c: usize = 0;
  for (; c + 64 <= pixel; c += 64) {
    const w0 = ld(w + c), w1 = ld(w + c, 16), w2 = ld(w + c, 32), w3 = ld(w + c, 48);
    let p = dy + c;
    let q = dx + c;
    for (let j = count; j > 0; j--, p += pixel, q += stride) {
      st(q, add(ld(q), mul(ld(p), w0)));
      st(q, add(ld(q, 16), mul(ld(p, 16), w1)), 16);
      st(q, add(ld(q, 32), mul(ld(p, 32), w2)), 32);
      st(q, add(ld(q, 48), mul(ld(p, 48), w3)), 48);
    }
  }
  for (; c + 16 <= pixel; c += 16) spreadPart(16, dy + c, count, pixel, w + c, stride, dx + c);
  if (pixel & 8) {
    spreadPart(8, dy + c, count, pixel, w + c, stride, dx + c);
    c += 8;
  }
  if (pixel & 4) spreadPart(4, dy + c, count, pixel, w + c, stride, dx + c);
}

// @ts-ignore: decorator
@inline
function spreadPart(part: i32, p: usize, count: usize, pixel: usize, w: usize, stride: usize, q: usize): void {
  const weight = loadPart(w, part);
  for (; count > 0; count--, p += pixel, q += stride) {
    storePart(q, add(loadPart(q, part), mul(loadPart(p, part), weight)), part);
  }
}

/** dw [kernelHeight, kernelWidth, channels] += the gradient of `depthwise`'s weights. */
export function depthwiseKernelAdjoint(
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
  dw: usize,
): void {
  const pixel = <usize>channels * 4;
  const line = <usize>width * pixel;
  const stride = <usize>strideAcross * pixel;
  for (let n = 0; n < rows; n++, x += <usize>height * line) {
    for (let i = 0; i < outHeight; i++, dy += <usize>outWidth * pixel) {
      for (let a = 0; a < kernelHeight; a++) {
        const row = i * strideDown - top + a * dilationDown;
        if (row < 0 || row >= height) continue;
        const from = x + <usize>row * line;
        const to = dw + <usize>(a * kernelWidth) * pixel;
        // Windows that lie inside of the image with all three columns are taken together.
        const isThree = kernelWidth == 3 && strideAcross <= 2 && dilationAcross == 1;
        const inside = isThree ? firstInside(-left, strideAcross) : 0;
        const outside = isThree ? max(inside, endInside(2 - left, strideAcross, width, outWidth)) : 0;
        if (inside < outside) {
          const count = <usize>(outside - inside);
          const x0 = from + <usize>(inside * strideAcross - left) * pixel;
          if (strideAcross == 1) addNeighbors(1, dy + <usize>inside * pixel, x0, count, pixel, to);
          else addNeighbors(2, dy + <usize>inside * pixel, x0, count, pixel, to);
        }
        for (let b = 0; b < kernelWidth; b++) {
          const offset = b * dilationAcross - left;
          const start = firstInside(offset, strideAcross);
          const end = endInside(offset, strideAcross, width, outWidth);
          const at = to + <usize>b * pixel;
          if (inside < outside) {
            addSome(dy, from, start, inside, offset, pixel, stride, at);
            addSome(dy, from, outside, end, offset, pixel, stride, at);
          } else addSome(dy, from, start, end, offset, pixel, stride, at);
        }
      }
    }
  }
}

/** Products of the windows from `start` to `end`. */
// @ts-ignore: decorator
@inline
function addSome(
  dy: usize,
  x: usize,
  start: i32,
  end: i32,
  offset: i32,
  pixel: usize,
  stride: usize,
  dw: usize,
): void {
  if (start >= end) return;
  const from = x + <usize>start * stride + <isize>offset * <isize>pixel;
  addProducts(dy + <usize>start * pixel, from, <usize>(end - start), pixel, stride, dw);
}

/**
 * dw [3, channels] += the products of `count` pixels of dy with three pixels of x each, of which the next shares two with stride 1, one with
 * stride 2. `step` is that stride, a constant wherever this is called.
 */
// @ts-ignore: decorator
@inline
function addNeighbors(step: usize, dy: usize, x: usize, count: usize, pixel: usize, dw: usize): void {
  let c: usize = 0;
  for (; c + 32 <= pixel; c += 32) neighborPairs(step, dy + c, x + c, count, pixel, dw + c);
  for (; c + 16 <= pixel; c += 16) neighborProducts(step, 16, dy + c, x + c, count, pixel, dw + c);
  if (pixel & 8) {
    neighborProducts(step, 8, dy + c, x + c, count, pixel, dw + c);
    c += 8;
  }
  if (pixel & 4) neighborProducts(step, 4, dy + c, x + c, count, pixel, dw + c);
}

/** Two vectors of channels: six sums do not wait for each other. */
// @ts-ignore: decorator
@inline
function neighborPairs(step: usize, p: usize, q: usize, count: usize, pixel: usize, dw: usize): void {
  let a = ld(q), d = ld(q, 16);
  let b = zeros(), e = zeros();
  if (step == 1) {
    b = ld(q + pixel);
    e = ld(q + pixel, 16);
  }
  q += 2 * pixel;
  let s0 = zeros(), s1 = zeros(), s2 = zeros();
  let t0 = zeros(), t1 = zeros(), t2 = zeros();
  for (; count > 0; count--, p += pixel, q += step * pixel) {
    if (step == 2) {
      b = ld(q - pixel);
      e = ld(q - pixel, 16);
    }
    const c = ld(q), f = ld(q, 16);
    const u = ld(p), v = ld(p, 16);
    s0 = add(s0, mul(u, a));
    t0 = add(t0, mul(v, d));
    s1 = add(s1, mul(u, b));
    t1 = add(t1, mul(v, e));
    s2 = add(s2, mul(u, c));
    t2 = add(t2, mul(v, f));
    a = step == 1 ? b : c;
    d = step == 1 ? e : f;
    b = c;
    e = f;
  }
  addPair(dw, s0, t0);
  addPair(dw + pixel, s1, t1);
  addPair(dw + 2 * pixel, s2, t2);
}

// @ts-ignore: decorator
@inline
function addPair(to: usize, s: v128, t: v128): void {
  st(to, add(ld(to), s));
  st(to, add(ld(to, 16), t), 16);
}

// @ts-ignore: decorator
@inline
function neighborProducts(
  step: usize,
  part: i32,
  p: usize,
  q: usize,
  count: usize,
  pixel: usize,
  dw: usize,
): void {
  let a = loadPart(q, part);
  let b = step == 1 ? loadPart(q + pixel, part) : zeros();
  q += 2 * pixel;
  let s0 = zeros(), s1 = zeros(), s2 = zeros();
  for (; count > 0; count--, p += pixel, q += step * pixel) {
    if (step == 2) b = loadPart(q - pixel, part);
    const c = loadPart(q, part);
    const dy = loadPart(p, part);
    s0 = add(s0, mul(dy, a));
    s1 = add(s1, mul(dy, b));
    s2 = add(s2, mul(dy, c));
    a = step == 1 ? b : c;
    b = c;
  }
  storePart(dw, add(loadPart(dw, part), s0), part);
  storePart(dw + pixel, add(loadPart(dw + pixel, part), s1), part);
  storePart(dw + 2 * pixel, add(loadPart(dw + 2 * pixel, part), s2), part);
}

/** dw += the products, per channel, of `count` pixels of dy with pixels of x that lie `stride` apart. */
function addProducts(dy: usize, x: usize, count: usize, pixel: usize, stride: usize, dw: usize): void {
  let c: usize = 0;
  for (; c + 64 <= pixel; c += 64) {
    let s0 = zeros(), s1 = zeros(), s2 = zeros(), s3 = zeros();
    let p = dy + c;
    let q = x + c;
    for (let j = count; j > 0; j--, p += pixel, q += stride) {
      s0 = add(s0, mul(ld(p), ld(q)));
      s1 = add(s1, mul(ld(p, 16), ld(q, 16)));
      s2 = add(s2, mul(ld(p, 32), ld(q, 32)));
      s3 = add(s3, mul(ld(p, 48), ld(q, 48)));
    }
    const to = dw + c;
    st(to, add(ld(to), s0));
    st(to, add(ld(to, 16), s1), 16);
    st(to, add(ld(to, 32), s2), 32);
    st(to, add(ld(to, 48), s3), 48);
  }
  for (; c + 16 <= pixel; c += 16) productsOf(16, dy + c, x + c, count, pixel, stride, dw + c);
  if (pixel & 8) {
    productsOf(8, dy + c, x + c, count, pixel, stride, dw + c);
    c += 8;
  }
  if (pixel & 4) productsOf(4, dy + c, x + c, count, pixel, stride, dw + c);
}

// @ts-ignore: decorator
@inline
function productsOf(part: i32, p: usize, q: usize, count: usize, pixel: usize, stride: usize, dw: usize): void {
  let total = zeros();
  for (; count > 0; count--, p += pixel, q += stride) {
    total = add(total, mul(loadPart(p, part), loadPart(q, part)));
  }
  storePart(dw, add(loadPart(dw, part), total), part);
}
