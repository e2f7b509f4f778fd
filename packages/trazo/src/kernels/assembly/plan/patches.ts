import { firstMeeting, meetings, meetingStep } from "./meeting";
import { add, copyRun, ld, loadPart, st, storePart, zeroRun, zeros } from "./vector";

/**
 * Images x [rows, height, width, channels] to patches [rows * outHeight * outWidth, rowLength], with zeros for the padding of `top` rows and
 * `left` columns and for what lies beyond the image. A patch is kernelHeight * kernelWidth * channels values; `rowLength` (0: as many)
 * may be more, and the rest is zero.
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
  rowLength: i32,
): void {
  const pixel = <usize>channels * 4;
  const run = <usize>kernelWidth * pixel;
  const line = <usize>width * pixel;
  const length = <usize>kernelHeight * run;
  const step = rowLength ? <usize>rowLength * 4 : length;
  // Columns of patches that lie inside the image, where a row of a patch is one run of memory.
  const firstInside = dilationAcross == 1 ? min(outWidth, (left + strideAcross - 1) / strideAcross) : outWidth;
  const reach = width - kernelWidth + left;
  const endInside = dilationAcross == 1 && reach >= 0 ? min(outWidth, reach / strideAcross + 1) : 0;
  for (let n = 0; n < rows; n++, x += <usize>height * line) {
    for (let i = 0; i < outHeight; i++) {
      const down = i * strideDown - top;
      const isInside = down >= 0 && down + (kernelHeight - 1) * dilationDown < height;
      for (let j = 0; j < outWidth; ) {
        const across = j * strideAcross - left;
        if (isInside && j >= firstInside && j < endInside) {
          const from = x + <usize>down * line + <usize>across * pixel;
          const end = target + <usize>(endInside - j) * step;
          insidePatches(
            from,
            <usize>strideAcross * pixel,
            <usize>dilationDown * line,
            kernelHeight,
            run,
            target,
            end,
            step,
          );
          target = end;
          j = endInside;
          continue;
        }
        edgePatch(
          x,
          height,
          width,
          pixel,
          kernelHeight,
          kernelWidth,
          dilationDown,
          dilationAcross,
          down,
          across,
          target,
        );
        if (step > length) zeroRun(target + length, step - length);
        target += step;
        j++;
      }
    }
  }
}

/** A patch of which some lies outside of the image, or whose columns are not neighbors. */
function edgePatch(
  x: usize,
  height: i32,
  width: i32,
  pixel: usize,
  kernelHeight: i32,
  kernelWidth: i32,
  dilationDown: i32,
  dilationAcross: i32,
  down: i32,
  across: i32,
  target: usize,
): void {
  const line = <usize>width * pixel;
  for (let a = 0; a < kernelHeight; a++, down += dilationDown) {
    const isRow = down >= 0 && down < height;
    const from = x + <usize>down * line;
    let column = across;
    for (let b = 0; b < kernelWidth; b++, column += dilationAcross, target += pixel) {
      if (isRow && column >= 0 && column < width) copyRun(target, from + <usize>column * pixel, pixel);
      else zeroRun(target, pixel);
    }
  }
}

/** A row of patches inside the image, by loops for how many vectors a run takes. */
function insidePatches(
  from: usize,
  next: usize,
  line: usize,
  kernelHeight: i32,
  run: usize,
  target: usize,
  end: usize,
  step: usize,
): void {
  const vectors = (run + 15) >> 4;
  if (run < 16 || vectors > 4) copyPatches(0, 0, from, next, line, kernelHeight, run, target, end, step);
  else if (kernelHeight == 3 && vectors == 3) copyPatches(3, 3, from, next, line, 3, run, target, end, step);
  else if (vectors == 1) copyPatches(1, 0, from, next, line, kernelHeight, run, target, end, step);
  else if (vectors == 2) copyPatches(2, 0, from, next, line, kernelHeight, run, target, end, step);
  else if (vectors == 3) copyPatches(3, 0, from, next, line, kernelHeight, run, target, end, step);
  else copyPatches(4, 0, from, next, line, kernelHeight, run, target, end, step);
}

/** `vectors` and `lines` are constants, or 0 where they are to be counted. */
// @ts-ignore: decorator
@inline
function copyPatches(
  vectors: i32,
  lines: i32,
  from: usize,
  next: usize,
  line: usize,
  kernelHeight: i32,
  run: usize,
  target: usize,
  end: usize,
  step: usize,
): void {
  const length = <usize>kernelHeight * run;
  for (; target < end; target += step, from += next) {
    if (lines == 3) {
      copyVectors(vectors, target, from, run);
      copyVectors(vectors, target + run, from + line, run);
      copyVectors(vectors, target + 2 * run, from + 2 * line, run);
    } else {
      let to = target;
      let source = from;
      for (let a = 0; a < kernelHeight; a++, to += run, source += line) copyVectors(vectors, to, source, run);
    }
    if (step > length) zeroRun(target + length, step - length);
  }
}

/** A run of so many vectors, of which the last overlaps the one before. */
// @ts-ignore: decorator
@inline
function copyVectors(vectors: i32, target: usize, from: usize, run: usize): void {
  if (vectors == 0) {
    copyRun(target, from, run);
    return;
  }
  if (vectors >= 2) st(target, ld(from));
  if (vectors >= 3) st(target, ld(from, 16), 16);
  if (vectors >= 4) st(target, ld(from, 32), 32);
  st(target + run - 16, ld(from + run - 16));
}

/**
 * The adjoint of `patches`: adds to every pixel of dx all values of the patches that are copies of it. Each pixel gathers its own, so
 * that it is read and written once.
 */
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
  rowLength: i32,
): void {
  const pixel = <usize>channels * 4;
  const run = <usize>kernelWidth * pixel;
  const step = rowLength ? <usize>rowLength * 4 : <usize>kernelHeight * run;
  const line = <usize>outWidth * step;
  // From one row of the kernel that meets a pixel to the next, and how many rows of patches earlier that one begins.
  const kernelDown = meetingStep(strideDown, dilationDown);
  const earlierDown = (kernelDown * dilationDown) / strideDown;
  const kernelAcross = meetingStep(strideAcross, dilationAcross);
  const earlierAcross = (kernelAcross * dilationAcross) / strideAcross;
  const nextDown = <isize>kernelDown * <isize>run - <isize>earlierDown * <isize>line;
  const nextAcross = <isize>kernelAcross * <isize>pixel - <isize>earlierAcross * <isize>step;
  for (let n = 0; n < rows; n++, source += <usize>outHeight * line) {
    for (let y = 0; y < height; y++) {
      const a = firstMeeting(y + top, strideDown, dilationDown, kernelDown, kernelHeight, outHeight);
      const countDown = meetings(a, y + top, dilationDown, kernelDown, kernelHeight);
      const i = (y + top - a * dilationDown) / strideDown;
      const row = source + <usize>i * line + <usize>a * run;
      if (dilationAcross == 1) {
        gatherRow(dx, width, pixel, row, countDown, nextDown, strideAcross, left, kernelWidth, outWidth, step);
        dx += <usize>width * pixel;
        continue;
      }
      for (let z = 0; z < width; z++, dx += pixel) {
        const b = firstMeeting(z + left, strideAcross, dilationAcross, kernelAcross, kernelWidth, outWidth);
        const countAcross = meetings(b, z + left, dilationAcross, kernelAcross, kernelWidth);
        if (countDown <= 0 || countAcross <= 0) continue;
        const j = (z + left - b * dilationAcross) / strideAcross;
        gatherPixel(dx, pixel, row + <usize>j * step + <usize>b * pixel, countDown, nextDown, countAcross, nextAcross);
      }
    }
  }
}

/** The pixels of a row, where columns of the kernel are neighbors: counted along instead of divided for each. */
function gatherRow(
  dx: usize,
  width: i32,
  pixel: usize,
  from: usize,
  countDown: i32,
  nextDown: isize,
  stride: i32,
  left: i32,
  kernelWidth: i32,
  outWidth: i32,
  step: usize,
): void {
  if (countDown <= 0) return;
  const nextAcross = <isize>stride * <isize>pixel - <isize>step;
  const whole = kernelWidth / stride;
  const rest = kernelWidth % stride;
  // Of the windows that hold a pixel the last one, and where in it the pixel lies, if there were windows without end.
  let window = left / stride;
  let place = left % stride;
  for (let z = 0; z < width; z++, dx += pixel) {
    const j = min(window, outWidth - 1);
    const beyond = window - j;
    const count = min(window + 1, whole + i32(place < rest)) - beyond;
    const at = from + <usize>j * step + <usize>(place + beyond * stride) * pixel;
    if (count > 0) gatherPixel(dx, pixel, at, countDown, nextDown, count, nextAcross);
    place++;
    if (place == stride) {
      place = 0;
      window++;
    }
  }
}

function gatherPixel(
  dx: usize,
  pixel: usize,
  from: usize,
  countDown: i32,
  nextDown: isize,
  countAcross: i32,
  nextAcross: isize,
): void {
  let c: usize = 0;
  for (; c + 64 <= pixel; c += 64) {
    let s0 = ld(dx + c), s1 = ld(dx + c, 16), s2 = ld(dx + c, 32), s3 = ld(dx + c, 48);
    let row = from + c;
    for (let a = 0; a < countDown; a++, row += nextDown) {
      let p = row;
      for (let b = 0; b < countAcross; b++, p += nextAcross) {
        s0 = add(s0, ld(p));
        s1 = add(s1, ld(p, 16));
        s2 = add(s2, ld(p, 32));
        s3 = add(s3, ld(p, 48));
      }
    }
    st(dx + c, s0);
    st(dx + c, s1, 16);
    st(dx + c, s2, 32);
    st(dx + c, s3, 48);
  }
  if (c + 24 == pixel) {
    gatherSix(dx + c, from + c, countDown, nextDown, countAcross, nextAcross);
    return;
  }
  for (; c + 16 <= pixel; c += 16) gather(16, dx + c, from + c, countDown, nextDown, countAcross, nextAcross);
  if (pixel & 8) {
    gather(8, dx + c, from + c, countDown, nextDown, countAcross, nextAcross);
    c += 8;
  }
  if (pixel & 4) gather(4, dx + c, from + c, countDown, nextDown, countAcross, nextAcross);
}

// @ts-ignore: decorator
@inline
function gather(
  bytes: i32,
  dx: usize,
  from: usize,
  countDown: i32,
  nextDown: isize,
  countAcross: i32,
  nextAcross: isize,
): void {
  let total = zeros();
  for (let a = 0; a < countDown; a++, from += nextDown) {
    let p = from;
    for (let b = 0; b < countAcross; b++, p += nextAcross) total = add(total, loadPart(p, bytes));
  }
  storePart(dx, add(loadPart(dx, bytes), total), bytes);
}

/** Six values: as many sums at a time as there are, since each waits for the one before. */
function gatherSix(
  dx: usize,
  from: usize,
  countDown: i32,
  nextDown: isize,
  countAcross: i32,
  nextAcross: isize,
): void {
  let total = zeros();
  let rest = zeros();
  for (let a = 0; a < countDown; a++, from += nextDown) {
    let p = from;
    for (let b = 0; b < countAcross; b++, p += nextAcross) {
      total = add(total, ld(p));
      rest = add(rest, loadPart(p + 16, 8));
    }
  }
  st(dx, add(ld(dx), total));
  storePart(dx + 16, add(loadPart(dx + 16, 8), rest), 8);
}
