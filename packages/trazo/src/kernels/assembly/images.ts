/**
 * Varied images, as src/data/augmentation/sample.ts makes them: in float64, rounded once, to the same bits.
 *
 * An image is first copied as float64 numbers with its last row and column once more at their ends, so that all pixels have neighbors below
 * and beside them.
 */

/** What an image's numbers begin with: its flags and the six of its map. */
const HEAD: usize = 7;
/** Flags: its pixels come from the places of a map; it is mirrored left and right, top and bottom; it is bent by the grid behind its head. */
const SAMPLED: i32 = 1;
const MIRRORED: i32 = 2;
const UPSIDE_DOWN: i32 = 4;
const BENT: i32 = 8;

/** Points of a grid along each side. */
const POINTS: usize = 7;
/** Bytes of a pixel along a side in the table of splines: the first point that moves it, and the shares of four. */
const SPLINE: usize = 40;

/** What lies beyond an image's edge. */
const NEAREST: i32 = 0;
const CONSTANT: i32 = 1;
const REFLECT: i32 = 2;

/**
 * y [rows, height, width, channels] = images made of those of the source, bytes or float32, each by its own `length` numbers of records
 * [rows, length] in float64: flags, rr, rc, cr, cc, row offset, column offset, and where images are bent two numbers for each of 49 points.
 * The values are divided, and at last multiplied by `rescale` (0: they are not).
 *
 * @param order 0 takes the nearest pixel, 1 interpolates between four
 * @param outside 0 nearest, 1 constant, 2 reflect, 3 wrap
 * @param splines [height + width, 5] in float64
 * @param scratch 8 (height + 1) (width + 1) channels bytes, and 112 width where images are bent
 */
export function sampleImages(
  source: usize,
  isBytes: i32,
  records: usize,
  length: usize,
  rows: i32,
  height: i32,
  width: i32,
  channels: i32,
  order: i32,
  outside: i32,
  cval: f64,
  divisor: f64,
  rescale: f64,
  splines: usize,
  scratch: usize,
  y: usize,
): void {
  const count = height * width * channels;
  const lines = scratch + 8 * (height + 1) * (width + 1) * channels;
  for (; rows > 0; rows--) {
    const flags = <i32>load<f64>(records);
    if (flags & SAMPLED) {
      pad(source, isBytes, height, width, channels, scratch);
      if (flags & BENT) bendAlong(records + 8 * HEAD, splines + SPLINE * height, width, lines);
      const bend = flags & BENT ? lines : 0;
      if (channels == 1 && order == 1 && outside == NEAREST) {
        sampleGray(scratch, records, height, width, 1 / divisor, bend, splines, y);
      } else {
        sample(scratch, records, height, width, channels, order, outside, cval, 1 / divisor, bend, splines, y);
      }
    } else {
      toFloats(source, isBytes, count, y);
      if (divisor != 1) divide(y, count, divisor);
    }
    if (flags & MIRRORED) mirror(y, height, width, channels);
    if (flags & UPSIDE_DOWN) mirror(y, 1, height, width * channels);
    if (rescale != 0 && rescale != 1) multiply(y, count, rescale);
    source += isBytes ? count : 4 * count;
    records += 8 * length;
    y += 4 * count;
  }
}

function pad(source: usize, isBytes: i32, height: i32, width: i32, channels: i32, image: usize): void {
  const count = width * channels;
  const step: usize = isBytes ? count : 4 * count;
  const pitch: usize = 8 * (count + channels);
  for (let row = 0; row < height; row++, source += step, image += pitch) {
    if (isBytes) widenBytes(source, count, image);
    else widen(source, count, image);
    const end = image + 8 * count;
    for (let c: usize = 0; c < 8 * <usize>channels; c += 8) store<f64>(end + c, load<f64>(end - 8 * channels + c));
  }
  memory.copy(image, image - pitch, pitch);
}

function widen(source: usize, count: i32, y: usize): void {
  let i = 0;
  for (; i + 2 <= count; i += 2) v128.store(y + 8 * i, loadTwo(source + 4 * i));
  if (i < count) store<f64>(y + 8 * i, <f64>load<f32>(source + 4 * i));
}

function widenBytes(source: usize, count: i32, y: usize): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const words = wordsAt(source + i);
    v128.store(y + 8 * i, f64x2.convert_low_i32x4_s(words));
    v128.store(y + 8 * i, f64x2.convert_low_i32x4_s(v128.shuffle<i32>(words, words, 2, 3, 2, 3)), 16);
  }
  for (; i < count; i++) store<f64>(y + 8 * i, <f64>load<u8>(source + i));
}

/** Four bytes. */
// @ts-ignore: decorator
@inline
function wordsAt(at: usize): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(at)));
}

function toFloats(source: usize, isBytes: i32, count: i32, y: usize): void {
  if (!isBytes) {
    memory.copy(y, source, 4 * count);
    return;
  }
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    v128.store(y + 4 * i, f32x4.convert_i32x4_s(wordsAt(source + i)));
  }
  for (; i < count; i++) store<f32>(y + 4 * i, <f32>load<u8>(source + i));
}

function divide(y: usize, count: i32, divisor: f64): void {
  const by = f64x2.splat(divisor);
  let i = 0;
  for (; i + 2 <= count; i += 2) storeTwo(y + 4 * i, f64x2.div(loadTwo(y + 4 * i), by));
  if (i < count) storeOne(y + 4 * i, f64x2.div(loadOne(y + 4 * i), by));
}

function multiply(y: usize, count: i32, factor: f64): void {
  const by = f64x2.splat(factor);
  let i = 0;
  for (; i + 2 <= count; i += 2) storeTwo(y + 4 * i, f64x2.mul(loadTwo(y + 4 * i), by));
  if (i < count) storeOne(y + 4 * i, f64x2.mul(loadOne(y + 4 * i), by));
}

/** Reverses the `length` pieces of `width` values that each of the rows holds. */
function mirror(image: usize, rows: i32, length: i32, width: i32): void {
  const bytes: usize = 4 * width;
  for (; rows > 0; rows--, image += bytes * length) {
    let first = image;
    let last = image + bytes * (length - 1);
    for (; first < last; first += bytes, last -= bytes) {
      for (let k: usize = 0; k < bytes; k += 4) {
        const kept = load<f32>(first + k);
        store<f32>(first + k, load<f32>(last + k));
        store<f32>(last + k, kept);
      }
    }
  }
}

/** lines [7, width] = how far the pixels of a row would be moved on each row of points; rows and columns are in the two lanes. */
function bendAlong(grid: usize, splines: usize, width: i32, lines: usize): void {
  for (let row: usize = 0; row < POINTS; row++, grid += 16 * POINTS) {
    for (let x: usize = 0; x < <usize>width; x++, lines += 16) {
      const spline = splines + SPLINE * x;
      v128.store(lines, weighted(grid + 16 * <usize>load<f64>(spline), 16, spline));
    }
  }
}

/** Four values that lie `step` apart, by the shares of a pixel. */
// @ts-ignore: decorator
@inline
function weighted(at: usize, step: usize, spline: usize): v128 {
  let sum = f64x2.mul(v128.load64_splat(spline, 8), v128.load(at));
  sum = f64x2.add(sum, f64x2.mul(v128.load64_splat(spline, 16), v128.load(at + step)));
  sum = f64x2.add(sum, f64x2.mul(v128.load64_splat(spline, 24), v128.load(at + 2 * step)));
  return f64x2.add(sum, f64x2.mul(v128.load64_splat(spline, 32), v128.load(at + 3 * step)));
}

/** Images of one channel that go on as their edges, most of all digits: two pixels at a time. */
function sampleGray(
  image: usize,
  map: usize,
  height: i32,
  width: i32,
  scale: f64,
  lines: usize,
  splines: usize,
  y: usize,
): void {
  const rr = load<f64>(map, 8), rowOffset = load<f64>(map, 40), columnOffset = load<f64>(map, 48);
  const cr = load<f64>(map, 24);
  const rc = v128.load64_splat(map, 16), cc = v128.load64_splat(map, 32);
  const lastRow = f64x2.splat(<f64>(height - 1)), lastColumn = f64x2.splat(<f64>(width - 1));
  const pitch = f64x2.splat(<f64>(width + 1)), factor = f64x2.splat(scale);
  const zero = f64x2.splat(0), two = f64x2.splat(2);
  const below: usize = 8 * (width + 1);
  for (let i = 0; i < height; i++) {
    const rowStart = f64x2.splat(rowOffset + <f64>i * rr), columnStart = f64x2.splat(columnOffset + <f64>i * cr);
    const spline = splines + SPLINE * i;
    // Where nothing is bent, neither this nor what it points to is read.
    let line = lines ? lines + 16 * width * <usize>load<f64>(spline) : 0;
    let places = f64x2(0, 1);
    for (let j = 0; j < width; j += 2) {
      let row = f64x2.add(rowStart, f64x2.mul(places, rc)), column = f64x2.add(columnStart, f64x2.mul(places, cc));
      const isPair = j + 1 < width;
      if (lines) {
        const one = weighted(line, 16 * width, spline);
        const next = isPair ? weighted(line + 16, 16 * width, spline) : one;
        row = f64x2.add(row, v128.shuffle<f64>(one, next, 0, 2));
        column = f64x2.add(column, v128.shuffle<f64>(one, next, 1, 3));
        line += 32;
      }
      // NaN and the sign of zero are as JavaScript's comparisons leave them.
      row = f64x2.pmin(f64x2.pmax(row, zero), lastRow);
      column = f64x2.pmin(f64x2.pmax(column, zero), lastColumn);
      // Without the sum -0 would stay what it is, which it does not as a whole number.
      const low = f64x2.add(f64x2.trunc(row), zero), left = f64x2.add(f64x2.trunc(column), zero);
      const down = f64x2.sub(row, low), across = f64x2.sub(column, left);
      const at = i32x4.trunc_sat_f64x2_s_zero(f64x2.add(f64x2.mul(low, pitch), left));
      const a = image + (<usize>i32x4.extract_lane(at, 0) << 3), b = image + (<usize>i32x4.extract_lane(at, 1) << 3);
      const north = v128.load(a), nextNorth = v128.load(b);
      const south = v128.load(a + below), nextSouth = v128.load(b + below);
      const northWest = v128.shuffle<f64>(north, nextNorth, 0, 2), northEast = v128.shuffle<f64>(north, nextNorth, 1, 3);
      const southWest = v128.shuffle<f64>(south, nextSouth, 0, 2), southEast = v128.shuffle<f64>(south, nextSouth, 1, 3);
      const top = f64x2.add(northWest, f64x2.mul(across, f64x2.sub(northEast, northWest)));
      const bottom = f64x2.add(southWest, f64x2.mul(across, f64x2.sub(southEast, southWest)));
      const value = f64x2.mul(f64x2.add(top, f64x2.mul(down, f64x2.sub(bottom, top))), factor);
      if (isPair) storeTwo(y, value);
      else storeOne(y, value);
      y += isPair ? 8 : 4;
      places = f64x2.add(places, two);
    }
  }
}

/** Images of any number of channels, with whatever lies beyond their edges. */
function sample(
  image: usize,
  map: usize,
  height: i32,
  width: i32,
  channels: i32,
  order: i32,
  outside: i32,
  cval: f64,
  scale: f64,
  lines: usize,
  splines: usize,
  y: usize,
): void {
  const rr = load<f64>(map, 8), rc = load<f64>(map, 16), cr = load<f64>(map, 24), cc = load<f64>(map, 32);
  const rowOffset = load<f64>(map, 40), columnOffset = load<f64>(map, 48);
  const lastRow = <f64>(height - 1), lastColumn = <f64>(width - 1);
  const pitch = (width + 1) * channels;
  const clamps = order == 1 && outside == NEAREST;
  for (let i = 0; i < height; i++) {
    const rowStart = rowOffset + <f64>i * rr, columnStart = columnOffset + <f64>i * cr;
    const spline = splines + SPLINE * i;
    let line = lines ? lines + 16 * width * <usize>load<f64>(spline) : 0;
    for (let j = 0; j < width; j++, y += 4 * channels) {
      let row = rowStart + <f64>j * rc, column = columnStart + <f64>j * cc;
      if (lines) {
        const moved = weighted(line, 16 * width, spline);
        row += f64x2.extract_lane(moved, 0);
        column += f64x2.extract_lane(moved, 1);
        line += 16;
      }
      if (clamps) {
        row = row < 0 ? 0 : row > lastRow ? lastRow : row;
        column = column < 0 ? 0 : column > lastColumn ? lastColumn : column;
      } else if (!(order == 1 && row >= 0 && row < lastRow && column >= 0 && column < lastColumn)) {
        sampleAnywhere(image, height, width, channels, row, column, order, outside, cval, scale, y);
        continue;
      }
      const low = <i32>row, left = <i32>column;
      const at = image + 8 * (low * pitch + left * channels);
      interpolate(at, channels, channels, pitch, row - <f64>low, column - <f64>left, scale, y);
    }
  }
}

/** A pixel between four, of which the first lies at an address and the others so many values beside and below. */
// @ts-ignore: decorator
@inline
function interpolate(
  at: usize,
  channels: i32,
  beside: i32,
  below: i32,
  down: f64,
  across: f64,
  scale: f64,
  y: usize,
): void {
  const d = f64x2.splat(down), a = f64x2.splat(across), factor = f64x2.splat(scale);
  const east: usize = 8 * beside, south: usize = 8 * below;
  let c = 0;
  for (; c + 2 <= channels; c += 2, at += 16, y += 8) {
    const north = v128.load(at), northEast = v128.load(at + east);
    storeTwo(y, between(north, northEast, v128.load(at + south), v128.load(at + south + east), d, a, factor));
  }
  if (c < channels) {
    const north = v128.load64_zero(at), northEast = v128.load64_zero(at + east);
    const under = v128.load64_zero(at + south), southEast = v128.load64_zero(at + south + east);
    storeOne(y, between(north, northEast, under, southEast, d, a, factor));
  }
}

// @ts-ignore: decorator
@inline
function between(nw: v128, ne: v128, sw: v128, se: v128, down: v128, across: v128, factor: v128): v128 {
  const top = f64x2.add(nw, f64x2.mul(across, f64x2.sub(ne, nw)));
  const bottom = f64x2.add(sw, f64x2.mul(across, f64x2.sub(se, sw)));
  return f64x2.mul(f64x2.add(top, f64x2.mul(down, f64x2.sub(bottom, top))), factor);
}

/** One pixel, wherever its place lies. */
function sampleAnywhere(
  image: usize,
  height: i32,
  width: i32,
  channels: i32,
  row: f64,
  column: f64,
  order: i32,
  outside: i32,
  cval: f64,
  scale: f64,
  y: usize,
): void {
  const lastRow = <f64>(height - 1), lastColumn = <f64>(width - 1);
  const half: f64 = order == 0 ? 0.5 : 0;
  const v = (row < 0 || row > lastRow ? mapOutside(row, <f64>height, outside) : row) + half;
  const h = (column < 0 || column > lastColumn ? mapOutside(column, <f64>width, outside) : column) + half;
  if (isNaN(h) || isNaN(v)) {
    for (let c = 0; c < channels; c++) store<f32>(y + 4 * c, <f32>cval);
    return;
  }
  const low = Math.floor(v), left = Math.floor(h);
  const down: f64 = order == 0 ? 0 : v - low, across: f64 = order == 0 ? 0 : h - left;
  const above = <i32>within(low, lastRow), under = <i32>within(low + 1, lastRow);
  const west = <i32>within(left, lastColumn), east = <i32>within(left + 1, lastColumn);
  const pitch = (width + 1) * channels;
  const at = image + 8 * (above * pitch + west * channels);
  interpolate(at, channels, (east - west) * channels, (under - above) * pitch, down, across, scale, y);
}

// @ts-ignore: decorator
@inline
function within(place: f64, last: f64): f64 {
  return max<f64>(0, min<f64>(place, last));
}

/** Brings a coordinate beyond the edge back, by the rules of src/data/augmentation/fill.ts; NaN where the fill value stands instead. */
function mapOutside(coordinate: f64, length: f64, outside: i32): f64 {
  if (outside == NEAREST) return coordinate < 0 ? 0 : length - 1;
  if (outside == CONSTANT) return NaN;
  if (length == 1) return 0;
  if (outside == REFLECT) {
    const period = 2 * length;
    const inside = coordinate - period * Math.floor(coordinate / period);
    return inside < length ? inside : period - inside - 1;
  }
  const period = length - 1;
  return coordinate < 0
    ? coordinate + period * (Math.trunc(-coordinate / period) + 1)
    : coordinate - period * Math.trunc(coordinate / period);
}

// @ts-ignore: decorator
@inline
function loadTwo(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at));
}

// @ts-ignore: decorator
@inline
function loadOne(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load32_zero(at));
}

// @ts-ignore: decorator
@inline
function storeTwo(at: usize, values: v128): void {
  v128.store64_lane(at, f32x4.demote_f64x2_zero(values), 0);
}

// @ts-ignore: decorator
@inline
function storeOne(at: usize, values: v128): void {
  v128.store32_lane(at, f32x4.demote_f64x2_zero(values), 0);
}
