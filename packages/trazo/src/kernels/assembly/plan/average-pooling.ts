import { add, ld, loadPart, mul, st, storePart, zeros } from "./vector";

/** Means of windows over x [rows, height, width, channels], of the pixels inside the image. A window of the image's size is global pooling. */
export function averagePool(
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
  y: usize,
): void {
  const pixel = <usize>channels * 4;
  const line = <usize>width * pixel;
  for (let n = 0; n < rows; n++, x += <usize>height * line) {
    for (let i = 0; i < outHeight; i++) {
      const down = i * strideDown - top;
      const rowStart = max(0, -down);
      const countDown = min(windowHeight, height - down) - rowStart;
      for (let j = 0; j < outWidth; j++, y += pixel) {
        const across = j * strideAcross - left;
        const columnStart = max(0, -across);
        const countAcross = min(windowWidth, width - across) - columnStart;
        const from =
          x + <isize>(down + rowStart) * <isize>line + <isize>(across + columnStart) * <isize>pixel;
        windowMeans(from, pixel, line, countDown, countAcross, y);
      }
    }
  }
}

function windowMeans(
  from: usize,
  pixel: usize,
  line: usize,
  countDown: i32,
  countAcross: i32,
  y: usize,
): void {
  const share: f32 = <f32>1 / <f32>(countDown * countAcross);
  const factor = f32x4.splat(share);
  let c: usize = 0;
  for (; c + 64 <= pixel; c += 64) {
    let s0 = zeros(), s1 = zeros(), s2 = zeros(), s3 = zeros();
    let row = from + c;
    for (let a = 0; a < countDown; a++, row += line) {
      let p = row;
      for (let b = 0; b < countAcross; b++, p += pixel) {
        s0 = add(s0, ld(p));
        s1 = add(s1, ld(p, 16));
        s2 = add(s2, ld(p, 32));
        s3 = add(s3, ld(p, 48));
      }
    }
    st(y + c, mul(s0, factor));
    st(y + c, mul(s1, factor), 16);
    st(y + c, mul(s2, factor), 32);
    st(y + c, mul(s3, factor), 48);
  }
  for (; c + 16 <= pixel; c += 16) windowMean(16, from + c, pixel, line, countDown, countAcross, factor, y + c);
  if (pixel & 8) {
    windowMean(8, from + c, pixel, line, countDown, countAcross, factor, y + c);
    c += 8;
  }
  if (pixel & 4) windowMean(4, from + c, pixel, line, countDown, countAcross, factor, y + c);
}

// @ts-ignore: decorator
@inline
function windowMean(
  bytes: i32,
  from: usize,
  pixel: usize,
  line: usize,
  countDown: i32,
  countAcross: i32,
  factor: v128,
  y: usize,
): void {
  let total = zeros();
  for (let a = 0; a < countDown; a++, from += line) {
    let p = from;
    for (let b = 0; b < countAcross; b++, p += pixel) total = add(total, loadPart(p, bytes));
  }
  storePart(y, mul(total, factor), bytes);
}

/** Writes the gradient of `averagePool`'s input. */
export function averagePoolAdjoint(
  dy: usize,
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
): void {
  const pixel = <usize>channels * 4;
  const line = <usize>width * pixel;
  // Windows side by side write what belongs to them; else it is added up.
  const isApart = strideDown >= windowHeight && strideAcross >= windowWidth;
  const isCovered = strideDown == windowHeight && strideAcross == windowWidth &&
    outHeight * windowHeight >= height + top && outWidth * windowWidth >= width + left;
  if (!isApart || !isCovered) memory.fill(dx, 0, <usize>rows * <usize>height * line);
  for (let n = 0; n < rows; n++, dx += <usize>height * line) {
    for (let i = 0; i < outHeight; i++) {
      const down = i * strideDown - top;
      const rowStart = max(0, -down);
      const countDown = min(windowHeight, height - down) - rowStart;
      for (let j = 0; j < outWidth; j++, dy += pixel) {
        const across = j * strideAcross - left;
        const columnStart = max(0, -across);
        const countAcross = min(windowWidth, width - across) - columnStart;
        const to =
          dx + <isize>(down + rowStart) * <isize>line + <isize>(across + columnStart) * <isize>pixel;
        if (isApart) windowShares(false, to, pixel, line, countDown, countAcross, dy);
        else windowShares(true, to, pixel, line, countDown, countAcross, dy);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function windowShares(
  adds: bool,
  to: usize,
  pixel: usize,
  line: usize,
  countDown: i32,
  countAcross: i32,
  dy: usize,
): void {
  const share: f32 = <f32>1 / <f32>(countDown * countAcross);
  const factor = f32x4.splat(share);
  for (let a = 0; a < countDown; a++, to += line) {
    let p = to;
    for (let b = 0; b < countAcross; b++, p += pixel) {
      let c: usize = 0;
      for (; c + 16 <= pixel; c += 16) addShare(adds, 16, p + c, dy + c, factor);
      if (pixel & 8) {
        addShare(adds, 8, p + c, dy + c, factor);
        c += 8;
      }
      if (pixel & 4) addShare(adds, 4, p + c, dy + c, factor);
    }
  }
}

// @ts-ignore: decorator
@inline
function addShare(adds: bool, bytes: i32, to: usize, dy: usize, factor: v128): void {
  const share = mul(loadPart(dy, bytes), factor);
  storePart(to, adds ? add(loadPart(to, bytes), share) : share, bytes);
}
