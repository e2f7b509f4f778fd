import type { AffineMap } from "./affine.js";
import type { Displacement } from "./elastic.js";
import { clampToEdge, type MapOutside } from "./fill.js";
import type { ImageSize } from "./image-size.js";

/** How the pixels between the pixels come about. */
export interface Sampling {
  /** 0 the nearest pixel, 1 bilinear. */
  readonly order: 0 | 1;
  readonly outside: MapOutside;
  /** What stands beyond the edge where the fill mode is `constant`, in units of the result. */
  readonly cval: number;
}

/**
 * Writes the image that `map` makes of `source`, every value multiplied by `scale`; `moved` is added to the places that the
 * map gives. Pixels are sampled as SciPy's `ndimage.affine_transform` does: in float64, rounded once.
 */
export function sampleImage(
  source: ArrayLike<number>,
  target: Float32Array,
  size: ImageSize,
  map: AffineMap,
  sampling: Sampling,
  scale: number,
  moved?: Displacement,
): void {
  const { height, width, channels } = size;
  const { rr, rc, cr, cc, rowOffset, columnOffset } = map;
  const lastRow = height - 1;
  const lastColumn = width - 1;
  const pitch = width * channels;
  const bilinear = sampling.order === 1;
  const clamps = bilinear && sampling.outside === clampToEdge;
  if (clamps && channels === 1) {
    sampleGray(source, target, size, map, scale, moved);
    return;
  }
  let at = 0;
  for (let i = 0; i < height; i++) {
    const rowStart = rowOffset + i * rr;
    const columnStart = columnOffset + i * cr;
    for (let j = 0; j < width; j++, at += channels) {
      let row = rowStart + j * rc;
      let column = columnStart + j * cc;
      if (moved) {
        row += moved.rows[i * width + j] as number;
        column += moved.columns[i * width + j] as number;
      }
      if (clamps) {
        row = row < 0 ? 0 : row > lastRow ? lastRow : row;
        column = column < 0 ? 0 : column > lastColumn ? lastColumn : column;
      } else if (!(bilinear && row >= 0 && row < lastRow && column >= 0 && column < lastColumn)) {
        sampleAnywhere(source, target, at, size, row, column, sampling, scale);
        continue;
      }
      // Most pixels come here, between four neighbors: a loop that stays simple enough to be fast.
      const low = row | 0;
      const left = column | 0;
      const down = row - low;
      const across = column - left;
      // On the last row or column the neighbor beyond has no weight: the pixel itself stands for it.
      const below = low < lastRow ? pitch : 0;
      const beside = left < lastColumn ? channels : 0;
      let from = low * pitch + left * channels;
      for (let c = 0; c < channels; c++, from++) {
        const northWest = source[from] as number;
        const northEast = source[from + beside] as number;
        const southWest = source[from + below] as number;
        const southEast = source[from + below + beside] as number;
        const top = northWest + across * (northEast - northWest);
        const bottom = southWest + across * (southEast - southWest);
        target[at + c] = (top + down * (bottom - top)) * scale;
      }
    }
  }
}

/**
 * What `sampleImage` does to images of one channel that go on as their edges, most of all digits: without a loop over channels it takes
 * four fifths of the time.
 */
function sampleGray(
  source: ArrayLike<number>,
  target: Float32Array,
  { height, width }: ImageSize,
  { rr, rc, cr, cc, rowOffset, columnOffset }: AffineMap,
  scale: number,
  moved: Displacement | undefined,
): void {
  const lastRow = height - 1;
  const lastColumn = width - 1;
  let at = 0;
  for (let i = 0; i < height; i++) {
    const rowStart = rowOffset + i * rr;
    const columnStart = columnOffset + i * cr;
    for (let j = 0; j < width; j++, at++) {
      let row = rowStart + j * rc;
      let column = columnStart + j * cc;
      if (moved) {
        row += moved.rows[at] as number;
        column += moved.columns[at] as number;
      }
      row = row < 0 ? 0 : row > lastRow ? lastRow : row;
      column = column < 0 ? 0 : column > lastColumn ? lastColumn : column;
      const low = row | 0;
      const left = column | 0;
      const across = column - left;
      const from = low * width + left;
      const below = low < lastRow ? width : 0;
      const beside = left < lastColumn ? 1 : 0;
      const northWest = source[from] as number;
      const northEast = source[from + beside] as number;
      const southWest = source[from + below] as number;
      const southEast = source[from + below + beside] as number;
      const top = northWest + across * (northEast - northWest);
      const bottom = southWest + across * (southEast - southWest);
      target[at] = (top + (row - low) * (bottom - top)) * scale;
    }
  }
}

/** One pixel, wherever its place lies. */
function sampleAnywhere(
  source: ArrayLike<number>,
  target: Float32Array,
  at: number,
  { height, width, channels }: ImageSize,
  row: number,
  column: number,
  { order, outside, cval }: Sampling,
  scale: number,
): void {
  const lastRow = height - 1;
  const lastColumn = width - 1;
  const half = order === 0 ? 0.5 : 0;
  const y = (row < 0 || row > lastRow ? outside(row, height) : row) + half;
  const x = (column < 0 || column > lastColumn ? outside(column, width) : column) + half;
  if (Number.isNaN(x) || Number.isNaN(y)) {
    target.fill(cval, at, at + channels);
    return;
  }
  const low = Math.floor(y);
  const left = Math.floor(x);
  const down = order === 0 ? 0 : y - low;
  const across = order === 0 ? 0 : x - left;
  // A neighbor beyond the edge has no weight, or is the mirror image of the pixel at the edge.
  const above = Math.max(0, Math.min(low, lastRow)) * width;
  const below = Math.max(0, Math.min(low + 1, lastRow)) * width;
  const west = Math.max(0, Math.min(left, lastColumn));
  const east = Math.max(0, Math.min(left + 1, lastColumn));
  for (let c = 0; c < channels; c++) {
    const northWest = source[(above + west) * channels + c] as number;
    const northEast = source[(above + east) * channels + c] as number;
    const southWest = source[(below + west) * channels + c] as number;
    const southEast = source[(below + east) * channels + c] as number;
    const top = northWest + across * (northEast - northWest);
    const bottom = southWest + across * (southEast - southWest);
    target[at + c] = (top + down * (bottom - top)) * scale;
  }
}
