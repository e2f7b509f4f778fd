import { ld, st } from "./vector";

/**
 * Columns that are gone through at a time: a line of each row of x. As many lines of y stay in the first-level cache until all of their values are there, also
 * where rows of y lie a power of two apart and share few places in it.
 */
const columnsAtOnce: usize = 16;

/** y [columns, rows]: the first `columns` values of each row of x [rows, stride], those of a column side by side. */
export function transposeColumns(x: usize, rows: usize, columns: usize, stride: usize, y: usize): void {
  const whole = rows & ~3;
  const line = stride * 4;
  const to = rows * 4;
  for (let first: usize = 0; first < columns; first += columnsAtOnce) {
    const end = min(columns, first + columnsAtOnce);
    for (let r: usize = 0; r < whole; r += 4) {
      const from = x + r * line;
      const target = y + r * 4;
      let c = first;
      for (; c + 4 <= end; c += 4) fourByFour(from + c * 4, line, target + c * to, to);
      for (; c < end; c++) {
        for (let i: usize = 0; i < 4; i++) store<f32>(target + c * to + i * 4, load<f32>(from + i * line + c * 4));
      }
    }
    for (let r = whole; r < rows; r++) {
      for (let c = first; c < end; c++) store<f32>(y + c * to + r * 4, load<f32>(x + r * line + c * 4));
    }
  }
}

// @ts-ignore: decorator
@inline
function fourByFour(x: usize, line: usize, y: usize, to: usize): void {
  const a = ld(x);
  const b = ld(x + line);
  const c = ld(x + 2 * line);
  const d = ld(x + 3 * line);
  // a0 b0 a1 b1, a2 b2 a3 b3 and likewise of c and d.
  const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  st(y, v128.shuffle<f64>(ab0, cd0, 0, 2));
  st(y + to, v128.shuffle<f64>(ab0, cd0, 1, 3));
  st(y + 2 * to, v128.shuffle<f64>(ab2, cd2, 0, 2));
  st(y + 3 * to, v128.shuffle<f64>(ab2, cd2, 1, 3));
}
