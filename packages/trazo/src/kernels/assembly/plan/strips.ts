import { maxPool, maxPoolAdjoint } from "./max-pooling";

/**
 * `maxPool` of a strip of each image, x [rows, height, width, channels], in windows side by side. The maxima are `outHeight` rows of the image's
 * `wholeHeight`, from row `first` on; y and indices are those of whole images.
 */
export function maxPoolStrip(
  x: usize,
  rows: i32,
  height: i32,
  width: i32,
  channels: i32,
  windowHeight: i32,
  windowWidth: i32,
  outHeight: i32,
  outWidth: i32,
  first: i32,
  wholeHeight: i32,
  closes: i32,
  y: usize,
  indices: usize,
  bias: usize,
): void {
  const line = <usize>outWidth * channels;
  const strip = <usize>height * width * channels * 4;
  let at = <usize>first * line;
  for (let n = 0; n < rows; n++, x += strip, at += <usize>wholeHeight * line) {
    maxPool(
      x,
      1,
      height,
      width,
      channels,
      windowHeight,
      windowWidth,
      windowHeight,
      windowWidth,
      0,
      0,
      outHeight,
      outWidth,
      closes,
      y + at * 4,
      indices ? indices + at : 0,
      bias,
    );
  }
}

/** The adjoint: writes dx, the strips' gradients. db (0: none) += the sums, per channel, of the gradients that were not closed. */
export function maxPoolStripAdjoint(
  dy: usize,
  indices: usize,
  rows: i32,
  height: i32,
  width: i32,
  channels: i32,
  windowHeight: i32,
  windowWidth: i32,
  outHeight: i32,
  outWidth: i32,
  first: i32,
  wholeHeight: i32,
  dx: usize,
  db: usize,
): void {
  const line = <usize>outWidth * channels;
  const strip = <usize>height * width * channels * 4;
  let at = <usize>first * line;
  for (let n = 0; n < rows; n++, dx += strip, at += <usize>wholeHeight * line) {
    maxPoolAdjoint(
      dy + at * 4,
      indices + at,
      1,
      height,
      width,
      channels,
      windowHeight,
      windowWidth,
      windowHeight,
      windowWidth,
      0,
      0,
      outHeight,
      outWidth,
      dx,
      db,
    );
  }
}
