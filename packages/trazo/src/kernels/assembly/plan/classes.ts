/** Kernels for class numbers. They are stored as float32, like all that a plan computes. */

const enum Kind {
  Bytes,
  Int32,
  Int64,
  Float64,
}

/** y = x as float32, for `count` numbers of the kind. */
export function convert(kind: i32, x: usize, count: usize, y: usize): void {
  for (let i: usize = 0; i < count; i++) {
    const target = y + 4 * i;
    if (kind == Kind.Bytes) store<f32>(target, <f32>load<u8>(x + i));
    else if (kind == Kind.Int32) store<f32>(target, <f32>load<i32>(x + 4 * i));
    else if (kind == Kind.Int64) store<f32>(target, <f32>load<i64>(x + 8 * i));
    else store<f32>(target, <f32>load<f64>(x + 8 * i));
  }
}

/** y [count, depth] = 1 in the column that a class number names, else 0. A number below 0 counts from the end; one beyond names none. */
export function oneHot(classes: usize, count: usize, depth: i32, y: usize): void {
  memory.fill(y, 0, 4 * count * depth);
  for (let i: usize = 0; i < count; i++) {
    const given = <i32>load<f32>(classes + 4 * i);
    const column = given < 0 ? given + depth : given;
    if (column >= 0 && column < depth) store<f32>(y + 4 * (i * depth + column), 1);
  }
}

/** y [outer, inner] = which of the `length` values of x [outer, length, inner] is the largest, of equal ones the first. */
export function argMax(x: usize, outer: usize, length: usize, inner: usize, y: usize): void {
  for (; outer > 0; outer--, x += 4 * length * inner) {
    for (let i: usize = 0; i < inner; i++, y += 4) {
      let largest = load<f32>(x + 4 * i);
      let place: usize = 0;
      for (let k: usize = 1; k < length; k++) {
        const value = load<f32>(x + 4 * (k * inner + i));
        if (!(value > largest)) continue;
        largest = value;
        place = k;
      }
      store<f32>(y, <f32>place);
    }
  }
}
