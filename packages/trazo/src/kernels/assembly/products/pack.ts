/**
 * Copies `count` rows of `columns` values, which lie `step` bytes apart, one behind the other into rows of `width` values; what is
 * missing becomes zero. A width is 4, 6 or 8.
 */
export function packRows(from: usize, step: usize, to: usize, columns: i32, width: i32, count: i32): void {
  if (columns < width) {
    packShortRows(from, step, to, columns, width, count);
  } else if (width == 8) {
    for (; count > 0; count--, from += step, to += 32) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
    }
  } else if (width == 6) {
    for (; count > 0; count--, from += step, to += 24) {
      v128.store(to, v128.load(from));
      store<u64>(to, load<u64>(from, 16), 16);
    }
  } else {
    for (; count > 0; count--, from += step, to += 16) v128.store(to, v128.load(from));
  }
}

/**
 * Copies `count` rows of 16 values into two panels of eight columns that begin `apart` bytes after each other. Whole cache lines are
 * read at once: rows may lie so far apart that one would have left the cache before its other half is wanted.
 */
export function packTwoPanels(from: usize, step: usize, to: usize, apart: usize, count: i32): void {
  let second = to + apart;
  for (; count > 0; count--, from += step, to += 32, second += 32) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    v128.store(second, v128.load(from, 32));
    v128.store(second, v128.load(from, 48), 16);
  }
}

function packShortRows(from: usize, step: usize, to: usize, columns: i32, width: i32, count: i32): void {
  for (; count > 0; count--, from += step) {
    for (let i = 0; i < width; i++, to += 4) {
      store<f32>(to, i < columns ? load<f32>(from + ((<usize>i) << 2)) : 0);
    }
  }
}

/**
 * Like `packRows` of the transposed matrix: `columns` rows of `count` values become `count` rows of `width` values. A width is 4
 * or 8.
 */
export function packColumns(from: usize, step: usize, to: usize, columns: i32, width: i32, count: i32): void {
  const row = (<usize>width) << 2;
  for (let i = 0; i < width; i += 4, from += 4 * step, to += 16) {
    if (columns - i >= 4) packFourColumns(from, step, to, row, count);
    else packFewColumns(from, step, to, row, columns - i, count);
  }
}

function packFourColumns(from: usize, step: usize, to: usize, row: usize, count: i32): void {
  let second = from + step;
  let third = second + step;
  let fourth = third + step;
  for (; count >= 4; count -= 4) {
    const a = v128.load(from),
      b = v128.load(second),
      c = v128.load(third),
      d = v128.load(fourth);
    const lowAB = v128.shuffle<u32>(a, b, 0, 4, 1, 5),
      highAB = v128.shuffle<u32>(a, b, 2, 6, 3, 7);
    const lowCD = v128.shuffle<u32>(c, d, 0, 4, 1, 5),
      highCD = v128.shuffle<u32>(c, d, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<u64>(lowAB, lowCD, 0, 2));
    to += row;
    v128.store(to, v128.shuffle<u64>(lowAB, lowCD, 1, 3));
    to += row;
    v128.store(to, v128.shuffle<u64>(highAB, highCD, 0, 2));
    to += row;
    v128.store(to, v128.shuffle<u64>(highAB, highCD, 1, 3));
    to += row;
    from += 16;
    second += 16;
    third += 16;
    fourth += 16;
  }
  for (; count > 0; count--, to += row) {
    store<f32>(to, load<f32>(from));
    store<f32>(to, load<f32>(second), 4);
    store<f32>(to, load<f32>(third), 8);
    store<f32>(to, load<f32>(fourth), 12);
    from += 4;
    second += 4;
    third += 4;
    fourth += 4;
  }
}

/** None to three columns and zeros. */
function packFewColumns(from: usize, step: usize, to: usize, row: usize, columns: i32, count: i32): void {
  for (let i = 0; i < 4; i++, from += step, to += 4) {
    let source = from;
    let target = to;
    for (let k = count; k > 0; k--, source += 4, target += row) {
      store<f32>(target, i < columns ? load<f32>(source) : 0);
    }
  }
}
