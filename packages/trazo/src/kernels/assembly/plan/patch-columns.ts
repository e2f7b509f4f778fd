import { copyRun, ld, st } from "./vector";

/**
 * As `patches` without dilation, but each value of the patches in a row of its own: target [kernelHeight * kernelWidth * channels,
 * rows * outHeight * outWidth]. So a product that sums over pixels reads what it sums side by side, and what is copied are whole rows of
 * pixels. Writes over work [1 + (outHeight - 1) * strideDown + kernelHeight, channels, strideAcross, outWidth + (kernelWidth - 1) / strideAcross]: a line
 * for itself, then an image's rows with padding, channel by channel, and there the columns that lie a stride apart side by side.
 */
export function patchColumns(
  x: usize,
  rows: i32,
  height: i32,
  width: i32,
  channels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideDown: i32,
  strideAcross: i32,
  top: i32,
  left: i32,
  outHeight: i32,
  outWidth: i32,
  work: usize,
  target: usize,
): void {
  const line = <usize>width * channels * 4;
  const columns = <usize>(outWidth + (kernelWidth - 1) / strideAcross) * 4;
  const plane = <usize>strideAcross * columns;
  const planes = <usize>channels * plane;
  const run = <usize>outWidth * 4;
  const image = <usize>outHeight * run;
  const lines = work + planes;
  for (let n = 0; n < rows; n++, x += <usize>height * line, target += image) {
    for (let l = 0; l < (outHeight - 1) * strideDown + kernelHeight; l++) {
      const row = l - top;
      const to = lines + <usize>l * planes;
      if (row < 0 || row >= height) memory.fill(to, 0, planes);
      else if (strideAcross == 1) separate(x + <usize>row * line, width, channels, left, plane, to);
      else {
        separate(x + <usize>row * line, width, channels, left, plane, work);
        for (let c: usize = 0; c < planes; c += plane) sortColumns(work + c, strideAcross, columns, to + c);
      }
    }
    let to = target;
    for (let a = 0; a < kernelHeight; a++) {
      for (let b = 0; b < kernelWidth; b++) {
        const first = lines + <usize>(b % strideAcross) * columns + <usize>(b / strideAcross) * 4;
        for (let c = 0; c < channels; c++, to += <usize>rows * image) {
          let from = first + <usize>a * planes + <usize>c * plane;
          for (let at: usize = 0; at < image; at += run, from += <usize>strideDown * planes) copyLine(to + at, from, run);
        }
      }
    }
  }
}

/** A line to `stride` lines of `columns` bytes: each holds the values that lie a stride apart. */
function sortColumns(x: usize, stride: i32, columns: usize, to: usize): void {
  let i: usize = 0;
  if (stride == 2) {
    for (; i + 16 <= columns; i += 16) {
      const p = ld(x + 2 * i);
      const q = ld(x + 2 * i, 16);
      st(to + i, v128.shuffle<f32>(p, q, 0, 2, 4, 6));
      st(to + columns + i, v128.shuffle<f32>(p, q, 1, 3, 5, 7));
    }
  }
  for (; i < columns; i += 4) {
    for (let k: usize = 0; k < <usize>stride; k++) {
      store<f32>(to + k * columns + i, load<f32>(x + i * stride + k * 4));
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
