import { add, ld, st, times } from "./vector";

/** What an index says where a relu was closed: no value of the window takes the gradient. */
const CLOSED: i32 = 255;

/**
 * Maxima of windows over x [rows, height, width, channels], the first of equal ones, and, unless `indices` is 0, a byte per maximum: its place in
 * the window. With `closes`, that is 255 where the maximum is not positive. Padding never counts.
 */
export function maxPool(
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
  closes: i32,
  y: usize,
  indices: usize,
): void {
  const pixel = <usize>channels * 4;
  const whole = pixel & ~15;
  const line = <usize>width * pixel;
  const zero = f32x4.splat(0);
  for (let n = 0; n < rows; n++, x += <usize>height * line) {
    for (let i = 0; i < outHeight; i++) {
      const rowStart = max(0, top - i * strideDown);
      const rowEnd = min(windowHeight, height + top - i * strideDown);
      for (let j = 0; j < outWidth; j++) {
        const columnStart = max(0, left - j * strideAcross);
        const columnEnd = min(windowWidth, width + left - j * strideAcross);
        const corner =
          x + <isize>(i * strideDown - top) * <isize>line + <isize>(j * strideAcross - left) * <isize>pixel;
        const firstIndex = rowStart * windowWidth + columnStart;
        const firstAt = corner + <usize>rowStart * line + <usize>columnStart * pixel;
        let c: usize = 0;
        for (; c < whole; c += 16, y += 16) {
          let best = ld(firstAt + c);
          let where = i32x4.splat(firstIndex);
          for (let a = rowStart; a < rowEnd; a++) {
            let p = corner + <usize>a * line + <usize>columnStart * pixel + c;
            for (let b = columnStart; b < columnEnd; b++, p += pixel) {
              const value = ld(p);
              const larger = f32x4.gt(value, best);
              best = v128.bitselect(value, best, larger);
              where = v128.bitselect(i32x4.splat(a * windowWidth + b), where, larger);
            }
          }
          st(y, best);
          if (indices) {
            if (closes) where = v128.bitselect(where, i32x4.splat(CLOSED), f32x4.gt(best, zero));
            const halves = i16x8.narrow_i32x4_s(where, where);
            v128.store32_lane(indices, i8x16.narrow_i16x8_u(halves, halves), 0);
            indices += 4;
          }
        }
        for (; c < pixel; c += 4, y += 4) {
          let best = load<f32>(firstAt + c);
          let where = firstIndex;
          for (let a = rowStart; a < rowEnd; a++) {
            let p = corner + <usize>a * line + <usize>columnStart * pixel + c;
            for (let b = columnStart; b < columnEnd; b++, p += pixel) {
              const value = load<f32>(p);
              if (value > best) {
                best = value;
                where = a * windowWidth + b;
              }
            }
          }
          store<f32>(y, best);
          if (indices) {
            store<u8>(indices, <u8>(closes && !(best > 0) ? CLOSED : where));
            indices += 1;
          }
        }
      }
    }
  }
}

/** Writes the gradient of `maxPool`'s input: each gradient of an output where its index says. */
export function maxPoolAdjoint(
  dy: usize,
  indices: usize,
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
  const whole = pixel & ~15;
  const line = <usize>width * pixel;
  memory.fill(dx, 0, <usize>rows * <usize>height * line);
  for (let n = 0; n < rows; n++, dx += <usize>height * line) {
    for (let i = 0; i < outHeight; i++) {
      const rowStart = max(0, top - i * strideDown);
      const rowEnd = min(windowHeight, height + top - i * strideDown);
      for (let j = 0; j < outWidth; j++) {
        const columnStart = max(0, left - j * strideAcross);
        const columnEnd = min(windowWidth, width + left - j * strideAcross);
        const corner =
          dx + <isize>(i * strideDown - top) * <isize>line + <isize>(j * strideAcross - left) * <isize>pixel;
        let c: usize = 0;
        for (; c < whole; c += 16, dy += 16, indices += 4) {
          const gradient = ld(dy);
          const where = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(indices)));
          for (let a = rowStart; a < rowEnd; a++) {
            let p = corner + <usize>a * line + <usize>columnStart * pixel + c;
            for (let b = columnStart; b < columnEnd; b++, p += pixel) {
              const chosen = i32x4.eq(where, i32x4.splat(a * windowWidth + b));
              st(p, add(ld(p), v128.and(gradient, chosen)));
            }
          }
        }
        for (; c < pixel; c += 4, dy += 4, indices += 1) {
          const where = <i32>load<u8>(indices);
          if (where == CLOSED) continue;
          const p = corner + <usize>(where / windowWidth) * line + <usize>(where % windowWidth) * pixel + c;
          store<f32>(p, load<f32>(p) + load<f32>(dy));
        }
      }
    }
  }
}

/** Means of windows, of the pixels inside the image. */
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
  const whole = pixel & ~15;
  const line = <usize>width * pixel;
  for (let n = 0; n < rows; n++, x += <usize>height * line) {
    for (let i = 0; i < outHeight; i++) {
      const rowStart = max(0, top - i * strideDown);
      const rowEnd = min(windowHeight, height + top - i * strideDown);
      for (let j = 0; j < outWidth; j++) {
        const columnStart = max(0, left - j * strideAcross);
        const columnEnd = min(windowWidth, width + left - j * strideAcross);
        const corner =
          x + <isize>(i * strideDown - top) * <isize>line + <isize>(j * strideAcross - left) * <isize>pixel;
        const share: f32 = <f32>1 / <f32>((rowEnd - rowStart) * (columnEnd - columnStart));
        let c: usize = 0;
        for (; c < whole; c += 16, y += 16) {
          let total = f32x4.splat(0);
          for (let a = rowStart; a < rowEnd; a++) {
            let p = corner + <usize>a * line + <usize>columnStart * pixel + c;
            for (let b = columnStart; b < columnEnd; b++, p += pixel) total = add(total, ld(p));
          }
          st(y, times(total, share));
        }
        for (; c < pixel; c += 4, y += 4) {
          let total: f32 = 0;
          for (let a = rowStart; a < rowEnd; a++) {
            let p = corner + <usize>a * line + <usize>columnStart * pixel + c;
            for (let b = columnStart; b < columnEnd; b++, p += pixel) total += load<f32>(p);
          }
          store<f32>(y, total * share);
        }
      }
    }
  }
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
  const whole = pixel & ~15;
  const line = <usize>width * pixel;
  memory.fill(dx, 0, <usize>rows * <usize>height * line);
  for (let n = 0; n < rows; n++, dx += <usize>height * line) {
    for (let i = 0; i < outHeight; i++) {
      const rowStart = max(0, top - i * strideDown);
      const rowEnd = min(windowHeight, height + top - i * strideDown);
      for (let j = 0; j < outWidth; j++) {
        const columnStart = max(0, left - j * strideAcross);
        const columnEnd = min(windowWidth, width + left - j * strideAcross);
        const corner =
          dx + <isize>(i * strideDown - top) * <isize>line + <isize>(j * strideAcross - left) * <isize>pixel;
        const share: f32 = <f32>1 / <f32>((rowEnd - rowStart) * (columnEnd - columnStart));
        let c: usize = 0;
        for (; c < whole; c += 16, dy += 16) {
          const gradient = times(ld(dy), share);
          for (let a = rowStart; a < rowEnd; a++) {
            let p = corner + <usize>a * line + <usize>columnStart * pixel + c;
            for (let b = columnStart; b < columnEnd; b++, p += pixel) st(p, add(ld(p), gradient));
          }
        }
        for (; c < pixel; c += 4, dy += 4) {
          const gradient = load<f32>(dy) * share;
          for (let a = rowStart; a < rowEnd; a++) {
            let p = corner + <usize>a * line + <usize>columnStart * pixel + c;
            for (let b = columnStart; b < columnEnd; b++, p += pixel) store<f32>(p, load<f32>(p) + gradient);
          }
        }
      }
    }
  }
}
