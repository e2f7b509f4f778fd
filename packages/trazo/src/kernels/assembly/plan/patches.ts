import { addRun, copyRun, zeroRun } from "./vector";

/**
 * Images x [rows, height, width, channels] to patches [rows * outHeight * outWidth, kernelHeight * kernelWidth * channels], with
 * zeros for the padding of `top` rows and `left` columns and what lies beyond the image.
 */
export function patches(
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
  target: usize,
): void {
  const pixel = <usize>channels * 4;
  const run = <usize>kernelWidth * pixel;
  const line = <usize>width * pixel;
  for (let n = 0; n < rows; n++, x += <usize>height * line) {
    for (let i = 0; i < outHeight; i++) {
      for (let j = 0; j < outWidth; j++) {
        const across = j * strideAcross - left;
        const inside = dilationAcross == 1 && across >= 0 && across + kernelWidth <= width;
        for (let a = 0; a < kernelHeight; a++, target += run) {
          const down = i * strideDown - top + a * dilationDown;
          if (down < 0 || down >= height) {
            zeroRun(target, run);
            continue;
          }
          const from = x + <usize>down * line;
          if (inside) {
            copyRun(target, from + <usize>across * pixel, run);
            continue;
          }
          for (let b = 0; b < kernelWidth; b++) {
            const column = across + b * dilationAcross;
            const to = target + <usize>b * pixel;
            if (column < 0 || column >= width) zeroRun(to, pixel);
            else copyRun(to, from + <usize>column * pixel, pixel);
          }
        }
      }
    }
  }
}

/** The adjoint of `patches`: adds every value of the patches to the pixel that it was copied from. */
export function patchesAdjoint(
  source: usize,
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
  dx: usize,
): void {
  const pixel = <usize>channels * 4;
  const run = <usize>kernelWidth * pixel;
  const line = <usize>width * pixel;
  for (let n = 0; n < rows; n++, dx += <usize>height * line) {
    for (let i = 0; i < outHeight; i++) {
      for (let j = 0; j < outWidth; j++) {
        const across = j * strideAcross - left;
        const inside = dilationAcross == 1 && across >= 0 && across + kernelWidth <= width;
        for (let a = 0; a < kernelHeight; a++, source += run) {
          const down = i * strideDown - top + a * dilationDown;
          if (down < 0 || down >= height) continue;
          const to = dx + <usize>down * line;
          if (inside) {
            addRun(to + <usize>across * pixel, source, run);
            continue;
          }
          for (let b = 0; b < kernelWidth; b++) {
            const column = across + b * dilationAcross;
            if (column < 0 || column >= width) continue;
            addRun(to + <usize>column * pixel, source + <usize>b * pixel, pixel);
          }
        }
      }
    }
  }
}
