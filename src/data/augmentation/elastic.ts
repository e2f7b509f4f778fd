import { TrazoError } from "../../errors.js";
import type { ImageSize } from "./sample.js";

/** Cells of the grid along each side of an image. */
const cells = 4;
/** A cubic spline over `cells` cells has control points beyond both ends. */
const points = cells + 3;

/** How far the points of a grid over the image are moved: 7 x 7 of them, row by row, from one cell beyond its edges. */
export interface ElasticGrid {
  /** Pixels that each point moves down the rows. */
  readonly rows: ArrayLike<number>;
  /** Pixels that each point moves along the columns. */
  readonly columns: ArrayLike<number>;
}

/** Control points of an `ElasticGrid`. */
export const elasticPoints = points * points;

/** How far each pixel of an image is moved, in pixels, in reading order. */
export interface Displacement {
  readonly rows: Float64Array;
  readonly columns: Float64Array;
}

/**
 * The smooth field through an image that a grid's points make: a uniform cubic B-spline (Rueckert et al. 1999, "Nonrigid
 * Registration Using Free-Form Deformations"). As Simard et al. 2003 smooth a random field, with far fewer random numbers.
 *
 * @throws TrazoError when the grid has another number of points
 */
export function displacement({ rows, columns }: ElasticGrid, { height, width }: ImageSize): Displacement {
  if (rows.length !== elasticPoints || columns.length !== elasticPoints) {
    throw new TrazoError(
      `An elastic grid has ${points} x ${points} points each way, but got ${rows.length} rows and ${columns.length} columns.`,
    );
  }
  const down = splineWeights(height);
  const across = splineWeights(width);
  return { rows: spread(rows, down, across), columns: spread(columns, down, across) };
}

/** Of every pixel along a side: the first of the four points that move it, and their shares. */
type SplineWeights = readonly (readonly [first: number, a: number, b: number, c: number, d: number])[];

function splineWeights(size: number): SplineWeights {
  return Array.from({ length: size }, (_, pixel) => {
    const place = size === 1 ? 0 : (pixel / (size - 1)) * cells;
    const first = Math.min(Math.floor(place), cells - 1);
    const t = place - first;
    const before = (1 - t) ** 3 / 6;
    const near = (3 * t ** 3 - 6 * t ** 2 + 4) / 6;
    const after = t ** 3 / 6;
    return [first, before, near, 1 - before - near - after, after];
  });
}

/** First along the rows of points, then down between them. */
function spread(grid: ArrayLike<number>, down: SplineWeights, across: SplineWeights): Float64Array {
  const width = across.length;
  const lines = new Float64Array(points * width);
  for (let row = 0; row < points; row++) {
    for (const [x, [first, a, b, c, d]] of across.entries()) {
      const at = row * points + first;
      lines[row * width + x] = weighted(grid, at, 1, a, b, c, d);
    }
  }
  const field = new Float64Array(down.length * width);
  for (const [y, [first, a, b, c, d]] of down.entries()) {
    for (let x = 0; x < width; x++)
      field[y * width + x] = weighted(lines, first * width + x, width, a, b, c, d);
  }
  return field;
}

const weighted = (
  values: ArrayLike<number>,
  at: number,
  step: number,
  a: number,
  b: number,
  c: number,
  d: number,
): number =>
  a * (values[at] as number) +
  b * (values[at + step] as number) +
  c * (values[at + 2 * step] as number) +
  d * (values[at + 3 * step] as number);
