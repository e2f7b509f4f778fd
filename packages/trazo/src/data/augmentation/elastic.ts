import { TrazoError } from "../../errors.js";
import type { ImageSize } from "./image-size.js";

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
 * One for all images of a size: every training image comes here, so nothing is created again for each.
 */
export class ElasticField {
  readonly height: number;
  readonly width: number;
  readonly #down: Spline;
  readonly #across: Spline;
  readonly #lines: Float64Array;
  readonly #field: Displacement;

  constructor({ height, width }: Pick<ImageSize, "height" | "width">) {
    this.height = height;
    this.width = width;
    this.#down = splineOver(height);
    this.#across = splineOver(width);
    this.#lines = new Float64Array(points * width);
    this.#field = { rows: new Float64Array(height * width), columns: new Float64Array(height * width) };
  }

  /**
   * The field of a grid, until the next one is asked for.
   *
   * @throws TrazoError when the grid has another number of points
   */
  of({ rows, columns }: ElasticGrid): Displacement {
    if (rows.length !== elasticPoints || columns.length !== elasticPoints) {
      throw new TrazoError(
        `An elastic grid has ${points} x ${points} points each way, but got ${rows.length} rows and ${columns.length} columns.`,
      );
    }
    this.#spread(rows, this.#field.rows);
    this.#spread(columns, this.#field.columns);
    return this.#field;
  }

  /** First along the rows of points, then down between them. */
  #spread(grid: ArrayLike<number>, field: Float64Array): void {
    const { width, height } = this;
    const lines = this.#lines;
    for (let x = 0; x < width; x++) {
      for (let row = 0; row < points; row++) {
        lines[row * width + x] = weighted(grid, row * points, 1, this.#across, x);
      }
    }
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) field[y * width + x] = weighted(lines, x, width, this.#down, y);
    }
  }
}

/** Of every pixel along a side: the first of the four points that move it, and their shares. */
interface Spline {
  readonly first: Int32Array;
  readonly shares: Float64Array;
}

function splineOver(size: number): Spline {
  const first = new Int32Array(size);
  const shares = new Float64Array(4 * size);
  for (let pixel = 0; pixel < size; pixel++) {
    const place = size === 1 ? 0 : (pixel / (size - 1)) * cells;
    const cell = Math.min(Math.floor(place), cells - 1);
    const t = place - cell;
    const [before, near, after] = [(1 - t) ** 3 / 6, (3 * t ** 3 - 6 * t ** 2 + 4) / 6, t ** 3 / 6];
    first[pixel] = cell;
    shares.set([before, near, 1 - before - near - after, after], 4 * pixel);
  }
  return { first, shares };
}

/**
 * The splines down and across an image, for kernels: of each pixel along a side the first of the four points that move it, and their
 * shares, five numbers.
 */
export function splineTable({ height, width }: Pick<ImageSize, "height" | "width">): Float64Array {
  const pixels = [splineOver(height), splineOver(width)].flatMap(({ first, shares }) =>
    Array.from(first, (point, pixel) => [point, ...shares.subarray(4 * pixel, 4 * pixel + 4)]),
  );
  return Float64Array.from(pixels.flat());
}

/** Four values that lie `step` apart, by the shares of a pixel. */
function weighted(
  values: ArrayLike<number>,
  from: number,
  step: number,
  { first, shares }: Spline,
  pixel: number,
): number {
  const at = from + (first[pixel] as number) * step;
  const share = 4 * pixel;
  return (
    (shares[share] as number) * (values[at] as number) +
    (shares[share + 1] as number) * (values[at + step] as number) +
    (shares[share + 2] as number) * (values[at + 2 * step] as number) +
    (shares[share + 3] as number) * (values[at + 3 * step] as number)
  );
}
