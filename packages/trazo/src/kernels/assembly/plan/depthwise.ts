import { ceilingOf, floorOf } from "./activations";
import { firstMeeting, meetings, meetingStep } from "./meeting";
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
  const firstInside = min(outWidth, (left + strideAcross - 1) / strideAcross);
  const reach = width - 1 - (kernelWidth - 1) * dilationAcross + left;
  const endInside = reach >= 0 ? min(outWidth, reach / strideAcross + 1) : 0;
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
        if (isInside && j >= firstInside && j < endInside) {
          const count = min(SEGMENT, endInside - j);
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
  const line = <usize>outWidth * pixel;
  const kernelDown = meetingStep(strideDown, dilationDown);
  const kernelAcross = meetingStep(strideAcross, dilationAcross);
  const nextDown = -(<isize>((kernelDown * dilationDown) / strideDown) * <isize>line);
  const nextAcross = -(<isize>((kernelAcross * dilationAcross) / strideAcross) * <isize>pixel);
  const weightDown = <isize>(kernelDown * kernelWidth) * <isize>pixel;
  const weightAcross = <isize>kernelAcross * <isize>pixel;
  for (let n = 0; n < rows; n++, dy += <usize>outHeight * line) {
    for (let y = 0; y < height; y++) {
      const a = firstMeeting(y + top, strideDown, dilationDown, kernelDown, kernelHeight, outHeight);
      const countDown = meetings(a, y + top, dilationDown, kernelDown, kernelHeight);
      const i = (y + top - a * dilationDown) / strideDown;
      for (let z = 0; z < width; z++, dx += pixel) {
        const b = firstMeeting(z + left, strideAcross, dilationAcross, kernelAcross, kernelWidth, outWidth);
        const countAcross = meetings(b, z + left, dilationAcross, kernelAcross, kernelWidth);
        const j = (z + left - b * dilationAcross) / strideAcross;
        window(
          dy + <usize>i * line + <usize>j * pixel,
          weights + <usize>(a * kernelWidth + b) * pixel,
          countAcross > 0 ? countDown : 0,
          countAcross,
          nextDown,
          nextAcross,
          weightDown,
          weightAcross,
          pixel,
          0,
          -Infinity,
          Infinity,
          dx,
        );
      }
    }
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
        for (let b = 0; b < kernelWidth; b++) {
          const offset = b * dilationAcross - left;
          const start = offset < 0 ? (-offset + strideAcross - 1) / strideAcross : 0;
          const end = offset < width ? min(outWidth, (width - 1 - offset) / strideAcross + 1) : 0;
          if (start >= end) continue;
          addProducts(
            dy + <usize>start * pixel,
            x + <usize>row * line + <usize>(start * strideAcross + offset) * pixel,
            <usize>(end - start),
            pixel,
            stride,
            dw + <usize>(a * kernelWidth + b) * pixel,
          );
        }
      }
    }
  }
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
