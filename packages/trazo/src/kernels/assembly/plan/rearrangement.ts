import { copyRun } from "./vector";

/**
 * Runs of `length` values from x to y, `rows` of them. In x one begins `xStride` values after the one before, the first after `xStart` values; in y
 * likewise.
 */
export function copyRuns(
  x: usize,
  xStart: usize,
  xStride: usize,
  rows: usize,
  length: usize,
  y: usize,
  yStart: usize,
  yStride: usize,
): void {
  x += xStart * 4;
  y += yStart * 4;
  const bytes = length * 4;
  for (; rows > 0; rows--, x += xStride * 4, y += yStride * 4) copyRun(y, x, bytes);
}

/** Every pixel of x [rows, height, width, channels] `down` times below and `across` times beside itself. */
export function repeatPixels(
  x: usize,
  rows: usize,
  height: usize,
  width: usize,
  channels: usize,
  down: usize,
  across: usize,
  y: usize,
): void {
  const pixel = channels * 4;
  const line = width * across * pixel;
  for (let lines = rows * height; lines > 0; lines--) {
    const start = y;
    for (let j = width; j > 0; j--, x += pixel) {
      for (let k = across; k > 0; k--, y += pixel) copyRun(y, x, pixel);
    }
    for (let k = down; k > 1; k--, y += line) memory.copy(y, start, line);
  }
}
