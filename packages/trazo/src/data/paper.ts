import { backgroundLevel, extremes, type Picture, resize } from "./picture.js";

/** From this share of the contrast on, paper that changes its level is evened. */
const unevenFrom = 0.08;
/** The paper is measured on a picture of at most this many pixels per side. */
const measuredSide = 64;
/** Refinements of the paper's surface. */
const rounds = 12;

/** A picture on even paper. */
export interface EvenPicture {
  readonly picture: Picture;
  /** The paper's level. */
  readonly paper: number;
  /** Whether the paper still changes its level so much that ink can be taken for paper, or paper for ink. */
  readonly isDoubtful: boolean;
}

/**
 * Takes shading away: finds the level of the paper at each place, a quadratic surface through all pixels that are not ink, and makes
 * the paper even. A picture whose paper is even stays as it is.
 *
 * @param picture gray
 * @param isDark whether the ink is darker than the paper
 */
export function evenPaper(picture: Picture, isDark: boolean): EvenPicture {
  const { darkest, lightest } = extremes(picture);
  const contrast = lightest - darkest;
  const plain = { picture, paper: backgroundLevel(picture) };
  const limit = unevenFrom * contrast;
  if (borderSpread(picture, plain.paper) <= limit) return { ...plain, isDoubtful: false };
  const surface = paperSurface(picture, isDark);
  const least = 0.1 * lightest;
  if (!surface || (isDark && surface.least <= least)) return { ...plain, isDoubtful: true };
  // What differs at the border is ink, or a frame.
  if (surface.range <= limit) return { ...plain, isDoubtful: false };
  const { width } = picture;
  const paper = isDark ? 255 : 0;
  const data = picture.data.map((value, i) => {
    const level = surface.at(i % width, Math.floor(i / width));
    // Ink on paper takes a share of the light; light on a dark ground is added to it.
    return isDark ? Math.min(255, (255 * value) / level) : Math.max(0, value - level);
  });
  const even = { ...picture, data };
  return { picture: even, paper, isDoubtful: borderSpread(even, paper) > 2 * limit };
}

/** How far the outermost pixels, but for a quarter that may be ink, lie from a level. */
function borderSpread({ width, height, data }: Picture, level: number): number {
  const distances = data
    .filter((_, i) => {
      const x = i % width;
      const y = (i - x) / width;
      return x === 0 || y === 0 || x === width - 1 || y === height - 1;
    })
    .map((value) => Math.abs(value - level))
    .sort();
  return distances[Math.floor(0.75 * (distances.length - 1))] as number;
}

interface Surface {
  readonly at: (x: number, y: number) => number;
  /** The lowest level within the picture. */
  readonly least: number;
  /** From the lowest to the highest level. */
  readonly range: number;
}

/** Least squares, again and again without the pixels that lie on the ink's side of the surface. */
function paperSurface(picture: Picture, isDark: boolean): Surface | undefined {
  const small = shrink(picture);
  const { width, height, data } = small;
  const basis = Array.from(data, (_, i) =>
    terms((i % width) + 0.5, Math.floor(i / width) + 0.5, width, height),
  );
  let kept = basis.map(() => true);
  let factors: readonly number[] | undefined;
  for (let round = 0; round < rounds; round++) {
    factors = leastSquares(basis, data, kept);
    if (!factors) return undefined;
    const residuals = basis.map((row, i) => (data[i] as number) - dot(row, factors as readonly number[]));
    const sizes = residuals.filter((_, i) => kept[i]).map(Math.abs);
    const spread = Math.max(2, 1.5 * (sizes.sort((a, b) => a - b)[sizes.length >> 1] as number));
    kept = residuals.map((residual) => {
      const towardsInk = isDark ? -residual : residual;
      return towardsInk < 2 * spread && towardsInk > -3 * spread;
    });
    if (kept.filter(Boolean).length < 0.3 * kept.length) return undefined;
  }
  const final = factors as readonly number[];
  const levels = basis.map((row) => dot(row, final));
  const [least, greatest] = [
    levels.reduce((a, b) => Math.min(a, b)),
    levels.reduce((a, b) => Math.max(a, b)),
  ];
  return {
    at: (x, y) => dot(terms(x + 0.5, y + 0.5, picture.width, picture.height), final),
    least,
    range: greatest - least,
  };
}

function shrink(picture: Picture): Picture {
  const scale = Math.min(1, measuredSide / Math.max(picture.width, picture.height));
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  return resize(picture, side(picture.width), side(picture.height));
}

function terms(x: number, y: number, width: number, height: number): readonly number[] {
  const [u, v] = [(2 * x) / width - 1, (2 * y) / height - 1];
  return [1, u, v, u * u, u * v, v * v];
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

/** undefined: the rows do not decide. */
function leastSquares(
  rows: readonly (readonly number[])[],
  values: ArrayLike<number>,
  kept: readonly boolean[],
): number[] | undefined {
  const size = rows[0]?.length ?? 0;
  const system = Array.from({ length: size }, () => new Array<number>(size + 1).fill(0));
  for (const [i, row] of rows.entries()) {
    if (!kept[i]) continue;
    for (let a = 0; a < size; a++) {
      const line = system[a] as number[];
      for (let b = 0; b < size; b++) line[b] = (line[b] as number) + (row[a] as number) * (row[b] as number);
      line[size] = (line[size] as number) + (row[a] as number) * (values[i] as number);
    }
  }
  return solve(system);
}

/** Gauss and Jordan, with pivots. */
function solve(system: number[][]): number[] | undefined {
  const size = system.length;
  for (let column = 0; column < size; column++) {
    const below = system.slice(column).map((line) => Math.abs(line[column] as number));
    const pivot = column + below.indexOf(Math.max(...below));
    [system[column], system[pivot]] = [system[pivot] as number[], system[column] as number[]];
    const line = system[column] as number[];
    const head = line[column] as number;
    if (Math.abs(head) < 1e-9) return undefined;
    for (const [i, other] of system.entries()) {
      if (i === column) continue;
      const factor = (other[column] as number) / head;
      for (let k = column; k <= size; k++) other[k] = (other[k] as number) - factor * (line[k] as number);
    }
  }
  return system.map((line, i) => (line[size] as number) / (line[i] as number));
}
