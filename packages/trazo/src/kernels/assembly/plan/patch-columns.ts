import { copyRun, ld, st } from "./vector";

/**
 * As `patches` with strides and dilation of 1, but each value of the patches in a row of its own: target [kernelHeight * kernelWidth * channels,
 * rows * outHeight * outWidth]. So a product that sums over pixels reads what it sums side by side, and what is copied are whole rows of
 * pixels. Writes over work [outHeight + kernelHeight - 1, channels, outWidth + kernelWidth - 1]: an image's rows with padding,
 * channel by channel.
 */
export function patchColumns(
  x: usize,
  rows: i32,
  height: i32,
  width: i32,
  channels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  top: i32,
  left: i32,
  outHeight: i32,
  outWidth: i32,
  work: usize,
  target: usize,
): void {
  const line = <usize>width * channels * 4;
  const plane = <usize>(outWidth + kernelWidth - 1) * 4;
  const run = <usize>outWidth * 4;
  const image = <usize>outHeight * run;
  for (let n = 0; n < rows; n++, x += <usize>height * line, target += image) {
    for (let l = 0; l < outHeight + kernelHeight - 1; l++) {
      const row = l - top;
      const to = work + <usize>(l * channels) * plane;
      if (row < 0 || row >= height) memory.fill(to, 0, <usize>channels * plane);
      else separate(x + <usize>row * line, width, channels, left, plane, to);
    }
    let to = target;
    for (let a = 0; a < kernelHeight; a++) {
      for (let b = 0; b < kernelWidth; b++) {
        for (let c = 0; c < channels; c++, to += <usize>rows * image) {
          let from = work + <usize>(a * channels + c) * plane + <usize>b * 4;
          for (let at: usize = 0; at < image; at += run, from += <usize>channels * plane) copyLine(to + at, from, run);
        }
      }
    }
  }
}

/** Copies four vectors a turn. */
// @ts-ignore: decorator
@inline
function copyLine(target: usize, source: usize, bytes: usize): void {
  let i: usize = 0;
  for (; i + 64 <= bytes; i += 64) {
    st(target + i, ld(source + i));
    st(target + i, ld(source + i, 16), 16);
    st(target + i, ld(source + i, 32), 32);
    st(target + i, ld(source + i, 48), 48);
  }
  if (i < bytes) copyRun(target + i, source + i, bytes - i);
}

/** A row of pixels to one plane per channel, of `plane` bytes, with `left` zeros before it and zeros behind. */
function separate(x: usize, width: i32, channels: i32, left: i32, plane: usize, to: usize): void {
  memory.fill(to, 0, <usize>channels * plane);
  const first = to + <usize>left * 4;
  const count = <usize>min(width, <i32>(plane >> 2) - left);
  if (channels == 1) {
    copyRun(first, x, count * 4);
    return;
  }
  let i: usize = 0;
  if (channels == 3) {
    for (; i + 4 <= count; i += 4) threeChannels(x + i * 12, plane, first + i * 4);
  }
  for (; i < count; i++) {
    for (let c: usize = 0; c < <usize>channels; c++) {
      store<f32>(first + c * plane + i * 4, load<f32>(x + (i * channels + c) * 4));
    }
  }
}

/** Four pixels. */
// @ts-ignore: decorator
@inline
function threeChannels(x: usize, plane: usize, to: usize): void {
  // r0 g0 b0 r1, g1 b1 r2 g2, b2 r3 g3 b3
  const p = ld(x);
  const q = ld(x, 16);
  const s = ld(x, 32);
  st(to, v128.shuffle<f32>(v128.shuffle<f32>(p, q, 0, 3, 6, 6), s, 0, 1, 2, 5));
  st(to + plane, v128.shuffle<f32>(v128.shuffle<f32>(p, q, 1, 4, 7, 7), s, 0, 1, 2, 6));
  st(to + 2 * plane, v128.shuffle<f32>(v128.shuffle<f32>(p, q, 2, 5, 5, 5), s, 0, 1, 4, 7));
}
