import { addRun, copyRun } from "./vector";

// @ts-ignore: decorator
@inline
function entryOf(places: usize, i: usize): usize {
  return <usize>load<f32>(places + 4 * i);
}

/** y [outer, count, length] = the entries of x [outer, size, length] at the places [count], which are stored as float32. */
export function gather(
  x: usize,
  outer: usize,
  size: usize,
  length: usize,
  places: usize,
  count: usize,
  y: usize,
): void {
  const bytes = 4 * length;
  for (; outer > 0; outer--, x += size * bytes) {
    for (let i: usize = 0; i < count; i++, y += bytes) copyRun(y, x + entryOf(places, i) * bytes, bytes);
  }
}

/** dx += the gradient. */
export function gatherAdjoint(
  dy: usize,
  outer: usize,
  size: usize,
  length: usize,
  places: usize,
  count: usize,
  dx: usize,
): void {
  const bytes = 4 * length;
  for (; outer > 0; outer--, dx += size * bytes) {
    for (let i: usize = 0; i < count; i++, dy += bytes) addRun(dx + entryOf(places, i) * bytes, dy, bytes);
  }
}
