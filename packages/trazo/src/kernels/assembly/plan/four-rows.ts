/**
 * Four rows together, one in each lane: for rows that are too short to be whole vectors. Where fewer than four are left the last one is in the
 * other lanes, too.
 */

/** The value at byte `i` of each of the four rows from `at` on, of which `rows` are there. */
// @ts-ignore: decorator
@inline
export function loadColumn(at: usize, i: usize, bytes: usize, rows: usize): v128 {
  const first = at + i;
  let v = v128.load32_splat(first);
  v = v128.load32_lane(first + bytes * min<usize>(1, rows - 1), v, 1);
  v = v128.load32_lane(first + bytes * min<usize>(2, rows - 1), v, 2);
  return v128.load32_lane(first + bytes * min<usize>(3, rows - 1), v, 3);
}

/** The largest value of each of four rows. */
// @ts-ignore: decorator
@inline
export function largestInRows(at: usize, bytes: usize, rows: usize): v128 {
  let largest = loadColumn(at, 0, bytes, rows);
  for (let i: usize = 4; i < bytes; i += 4) largest = f32x4.max(largest, loadColumn(at, i, bytes, rows));
  return largest;
}

/** Writes the lanes of the rows that are there. */
// @ts-ignore: decorator
@inline
export function storeColumn(at: usize, i: usize, bytes: usize, rows: usize, v: v128): void {
  const first = at + i;
  v128.store32_lane(first, v, 0);
  if (rows > 1) v128.store32_lane(first + bytes, v, 1);
  if (rows > 2) v128.store32_lane(first + 2 * bytes, v, 2);
  if (rows > 3) v128.store32_lane(first + 3 * bytes, v, 3);
}
