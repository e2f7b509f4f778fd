import { TrazoError } from "../../errors.js";

/** What lies beyond an image's edge: Keras's `fill_mode`. */
export type FillMode = "nearest" | "constant" | "reflect" | "wrap";

/**
 * Brings a coordinate outside [0, length - 1] back to a place that has pixels on both sides; NaN where the fill value
 * stands instead. SciPy's boundary rules for `ndimage.affine_transform`, which Keras calls.
 */
export type MapOutside = (coordinate: number, length: number) => number;

const rules: Readonly<Record<FillMode, MapOutside>> = {
  nearest: clampToEdge,
  constant,
  reflect,
  wrap,
};

/** @throws TrazoError naming the modes there are */
export function fillRule(mode: FillMode): MapOutside {
  if (Object.hasOwn(rules, mode)) return rules[mode];
  throw new TrazoError(`fillMode must be one of ${Object.keys(rules).join(", ")}, but got ${String(mode)}.`);
}

/** a a a | a b c d | d d d */
export function clampToEdge(coordinate: number, length: number): number {
  return coordinate < 0 ? 0 : length - 1;
}

/** k k k | a b c d | k k k, with no blending between k and the border. */
function constant(): number {
  return Number.NaN;
}

/** c b a | a b c d | d c b: the result lies within half a pixel of the image, where neighbors are those at the edge. */
function reflect(coordinate: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * length;
  const within = coordinate - period * Math.floor(coordinate / period);
  return within < length ? within : period - within - 1;
}

/** b c d | a b c d | b c d: first and last pixel coincide, as in SciPy's old `wrap`. */
function wrap(coordinate: number, length: number): number {
  if (length === 1) return 0;
  const period = length - 1;
  // As SciPy rounds: below 0 the last pixel stands for itself, above the end the first one does.
  return coordinate < 0
    ? coordinate + period * (Math.trunc(-coordinate / period) + 1)
    : coordinate - period * Math.trunc(coordinate / period);
}
