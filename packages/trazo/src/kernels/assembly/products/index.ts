/**
 * Matrix products over flat memory. Matrices are float32 and row-major; an address is a byte offset, a stride the number of values
 * from one row to the next. Nothing but the result and the scratch memory is written, and nothing is kept between calls, so that
 * several threads can work on one memory, each with scratch memory of its own.
 */
import { packColumns, packTwoPanels, packRows } from "./pack";
import { rowTimesMatrix, rowTimesTransposed } from "./row";
import * as tiles from "./tiles";

/** Steps of the sum that go through the matrices at a time: the right matrix's panel of eight columns fills a quarter of the L1. */
const DEPTH: i32 = 256;
/** Columns at a time: DEPTH times this much of the right matrix, packed, stays in the L2. */
const COLUMNS: i32 = 256;
/** Values of the left matrix at a time: half of the L1. */
const BLOCK: i32 = 4096;
/** A right matrix of at most so many bytes is read where it lies. */
const SMALL: usize = 16384;
/** With so few rows packing the right matrix is not worth it. */
const FEW_ROWS: i32 = 12;

/** Bytes of scratch memory that a product needs. */
export function scratchBytes(): i32 {
  return 4 * (DEPTH * COLUMNS + BLOCK);
}

/** y[i] = op(a[i]) op(b[i]) for i < count, or added to y[i]. Steps are bytes from one matrix to the next. */
export function products(
  count: i32, m: i32, n: i32, k: i32,
  a: usize, aStride: i32, aStep: usize, transposeA: bool,
  b: usize, bStride: i32, bStep: usize, transposeB: bool,
  y: usize, yStride: i32, yStep: usize, add: bool,
  scratch: usize,
): void {
  const aRow = <usize>aStride << 2;
  const bRow = <usize>bStride << 2;
  const yRow = <usize>yStride << 2;
  for (; count > 0; count--, a += aStep, b += bStep, y += yStep) {
    if (m == 1 && !transposeB) {
      rowTimesMatrix(a, transposeA ? aRow : 4, b, bRow, y, n, k, add);
    } else if (m == 1 && (!transposeA || aStride == 1)) {
      rowTimesTransposed(a, b, bRow, y, 4, n, k, add);
    } else if (n == 1 && transposeA && yStride == 1) {
      rowTimesMatrix(b, transposeB ? 4 : bRow, a, aRow, y, m, k, add);
    } else if (n == 1 && !transposeA && (transposeB || bStride == 1)) {
      rowTimesTransposed(b, a, aRow, y, yRow, m, k, add);
    } else {
      product(m, n, k, a, aRow, transposeA, b, bRow, transposeB, y, yRow, add, scratch);
    }
  }
}

/** Goes through the matrices in pieces that stay in the caches. A piece's sum begins at zero and is then added to the result. */
function product(
  m: i32, n: i32, k: i32,
  a: usize, aRow: usize, transposeA: bool,
  b: usize, bRow: usize, transposeB: bool,
  y: usize, yRow: usize, add: bool,
  scratch: usize,
): void {
  const packedA = scratch + <usize>(4 * DEPTH * COLUMNS);
  for (let j = 0; j < n; j += COLUMNS) {
    const columns = min(COLUMNS, n - j);
    let adding = add;
    let l = 0;
    do {
      const depth = min(DEPTH, k - l);
      const right = b + (transposeB ? <usize>j * bRow + <usize>(4 * l) : <usize>l * bRow + <usize>(4 * j));
      const direct = !transposeB && (m <= FEW_ROWS || <usize>depth * bRow <= SMALL);
      packRight(right, bRow, transposeB, direct, scratch, columns, depth);
      const most = max(2, BLOCK / (max(1, depth) * tiles.HEIGHT)) * tiles.HEIGHT;
      for (let i = 0; i < m; i += most) {
        const rows = min(most, m - i);
        let left = a + (transposeA ? <usize>l * aRow + <usize>(4 * i) : <usize>i * aRow + <usize>(4 * l));
        if (transposeA) {
          packLeft(left, aRow, packedA, rows, depth);
          left = packedA;
        }
        const target = y + <usize>i * yRow + <usize>(4 * j);
        for (let first = 0; first < columns; first += 8) {
          const wide = columns - first;
          const isDirect = direct && wide >= 8;
          const panel = isDirect ? right + <usize>(4 * first) : scratch + <usize>(4 * first * depth);
          const step = isDirect ? bRow : wide > 4 ? 32 : 16;
          multiply(rows, min(8, wide), depth, left, aRow, transposeA, panel, step, target + <usize>(4 * first), yRow, adding);
        }
      }
      adding = true;
      l += DEPTH;
    } while (l < k);
  }
}

/** The right matrix in panels of eight columns, the last perhaps of four. What is read where it lies is left out. */
function packRight(
  from: usize, row: usize, transposed: bool, direct: bool, to: usize, columns: i32, depth: i32,
): void {
  let j = direct ? columns & ~7 : 0;
  for (; !transposed && columns - j >= 16; j += 16) {
    packTwoPanels(from + <usize>(4 * j), row, to + <usize>(4 * j * depth), <usize>(32 * depth), depth);
  }
  for (; j < columns; j += 8) {
    const wide = min(8, columns - j);
    const width = wide > 4 ? 8 : 4;
    const target = to + <usize>(4 * j * depth);
    if (transposed) packColumns(from + <usize>j * row, row, target, wide, width, depth);
    else packRows(from + <usize>(4 * j), row, target, wide, width, depth);
  }
}

/** A transposed left matrix in tiles. */
function packLeft(from: usize, row: usize, to: usize, rows: i32, depth: i32): void {
  const tall = tallRows(rows);
  let i = 0;
  for (; i < tall; i += tiles.HEIGHT, to += <usize>(4 * tiles.HEIGHT * depth)) {
    packRows(from + <usize>(4 * i), row, to, min(tiles.HEIGHT, rows - i), tiles.HEIGHT, depth);
  }
  if (i < rows) packRows(from + <usize>(4 * i), row, to, rows - i, 4, depth);
}

/** Of so many rows, how many are left to tall tiles: the rest fits a tile of four. */
// @ts-ignore: decorator
@inline
function tallRows(rows: i32): i32 {
  const rest = rows % tiles.HEIGHT;
  return rest <= 4 ? rows - rest : rows;
}

/** Some rows times a panel of up to eight columns. */
function multiply(
  rows: i32, columns: i32, depth: i32,
  a: usize, aRow: usize, packed: bool,
  b: usize, bStep: usize,
  y: usize, yRow: usize, add: bool,
): void {
  const tall = tallRows(rows);
  const low = rows - tall;
  const y2 = y + <usize>tall * yRow;
  if (packed) {
    const a2 = a + <usize>(4 * tall * depth);
    const next = <usize>(4 * tiles.HEIGHT * depth);
    if (columns == 8) {
      tiles.tallTogetherWhole(tall, depth, a, 4 * tiles.HEIGHT, next, b, bStep, y, yRow, columns, add);
      tiles.lowTogetherWhole(low, depth, a2, 16, 0, b, bStep, y2, yRow, columns, add);
    } else if (columns > 4) {
      tiles.tallTogetherPart(tall, depth, a, 4 * tiles.HEIGHT, next, b, bStep, y, yRow, columns, add);
      tiles.lowTogetherPart(low, depth, a2, 16, 0, b, bStep, y2, yRow, columns, add);
    } else {
      tiles.tallTogetherNarrow(tall, depth, a, 4 * tiles.HEIGHT, next, b, bStep, y, yRow, columns, add);
      tiles.lowTogetherNarrow(low, depth, a2, 16, 0, b, bStep, y2, yRow, columns, add);
    }
  } else {
    const a2 = a + <usize>tall * aRow;
    const next = <usize>tiles.HEIGHT * aRow;
    if (columns == 8) {
      tiles.tallApartWhole(tall, depth, a, aRow, next, b, bStep, y, yRow, columns, add);
      tiles.lowApartWhole(low, depth, a2, aRow, 0, b, bStep, y2, yRow, columns, add);
    } else if (columns > 4) {
      tiles.tallApartPart(tall, depth, a, aRow, next, b, bStep, y, yRow, columns, add);
      tiles.lowApartPart(low, depth, a2, aRow, 0, b, bStep, y2, yRow, columns, add);
    } else {
      tiles.tallApartNarrow(tall, depth, a, aRow, next, b, bStep, y, yRow, columns, add);
      tiles.lowApartNarrow(low, depth, a2, aRow, 0, b, bStep, y2, yRow, columns, add);
    }
  }
}
