import { TrazoError } from "../errors.js";
import { chooseInk, inkParts, withoutParts } from "./ink-parts.js";
import { evenPaper } from "./paper.js";
import { type Box, crop, extremes, invert, type Picture, resize } from "./picture.js";

/** MNIST's images are 28 pixels high and wide; the ink was fitted into 20 before it was centered. */
export const mnistSize = 28;
const inkSize = 20;
/** Digits cannot be told apart on fewer pixels per side. */
export const smallestDigit = 16;

/** A picture whose lightest and darkest pixel lie closer than this many levels shows nothing. */
const minContrast = 16;
/** Below this share of the ink's strength a pixel is paper grain or a compression artifact. */
const grain = 0.1;
/** From this share on a pixel counts as ink when the ink's box is measured. */
const inkShare = 0.25;

/** A digit as a network reads it. */
export interface PreparedDigit {
  /** Light ink on dark, row-major. */
  readonly pixels: Uint8Array;
  /** What may have been misunderstood, in sentences. */
  readonly doubts: readonly string[];
}

/**
 * Prepares a gray picture as MNIST's images were made: the ink's bounding box is scaled to fit 20×20 of 28×28, or as much of
 * another size, with its proportions kept, smoothed into gray levels, and placed so that its center of mass is in the middle (LeCun,
 * Cortes and Burges, the MNIST database). The paper is taken away first, shaded paper too, and so is what touches the picture's
 * edge next to a digit; the strongest ink becomes 255, which MNIST's is too.
 *
 * @param isDark whether the ink is darker than the paper
 * @param name of the picture, for error messages
 * @throws TrazoError when there is nothing on the picture
 */
export function prepareDigit(
  picture: Picture,
  isDark: boolean,
  size: { readonly width: number; readonly height: number },
  name: string,
): PreparedDigit {
  const even = evenPaper(picture, isDark);
  const light = isDark ? invert(even.picture) : even.picture;
  const inked = removePaper(light, isDark ? 255 - even.paper : even.paper, name);
  const pieces = inkParts(inked, inkShare * 255);
  const { dropped, doubts } = chooseInk(pieces.parts, inked);
  const clean = dropped.length > 0 ? stretchToWhite(withoutParts(inked, pieces, dropped)) : inked;
  const ink = crop(clean, inkBox(clean));
  const scale =
    Math.round((inkSize / mnistSize) * Math.min(size.width, size.height)) / Math.max(ink.width, ink.height);
  const small = resize(
    ink,
    Math.max(1, Math.round(ink.width * scale)),
    Math.max(1, Math.round(ink.height * scale)),
  );
  const shading = even.isDoubtful
    ? [
        "The background is uneven, so part of it may be taken for ink: use a picture with plain paper and even light.",
      ]
    : [];
  return { pixels: place(small, size), doubts: [...shading, ...doubts] };
}

/** @throws TrazoError when a picture is all of one gray */
export function checkContrast(picture: Picture, name: string): void {
  const { darkest, lightest } = extremes(picture);
  if (lightest - darkest < minContrast) {
    throw new TrazoError(
      `${name} shows nothing: its gray levels run only from ${darkest} to ${lightest}. ` +
        "Expected a digit that stands out from its background.",
    );
  }
}

/** Stretches background … strongest ink to 0 … 255 and clears the grain. */
function removePaper(picture: Picture, background: number, name: string): Picture {
  const strength = extremes(picture).lightest - background;
  if (strength < minContrast) {
    throw new TrazoError(
      `${name}: found no light ink on a dark background. Expected a digit that stands out from its background; ` +
        "if it is dark on light, leave the option invert at auto or set it to true.",
    );
  }
  const data = picture.data.map((value) => {
    const share = (value - background) / strength;
    return share < grain ? 0 : 255 * share;
  });
  return { ...picture, data };
}

/** The strongest ink may have been what was dropped. */
function stretchToWhite(picture: Picture): Picture {
  const gain = 255 / extremes(picture).lightest;
  return { ...picture, data: picture.data.map((value) => (gain * value < grain * 255 ? 0 : gain * value)) };
}

/** The smallest box around all pixels of at least a quarter of the strongest ink, which is 255. */
export function inkBox({ width, height, data }: Picture): Box {
  let left = width;
  let right = -1;
  let top = height;
  let bottom = -1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if ((data[y * width + x] as number) < inkShare * 255) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** Into the middle by center of mass, as far as the picture's edges allow. */
function place(
  ink: Picture,
  { width, height }: { readonly width: number; readonly height: number },
): Uint8Array {
  const center = massCenter(ink);
  const left = offset(center.x, ink.width, width);
  const top = offset(center.y, ink.height, height);
  const gain = 255 / extremes(ink).lightest;
  const placed = new Uint8Array(width * height);
  for (let y = 0; y < ink.height; y++) {
    for (let x = 0; x < ink.width; x++) {
      const value = gain * (ink.data[y * ink.width + x] as number);
      placed[(top + y) * width + left + x] = Math.min(255, Math.round(value));
    }
  }
  return placed;
}

/** In pixel edges: the middle of the first pixel is 0.5. */
export function massCenter({ width, data }: Picture): { x: number; y: number } {
  let mass = 0;
  let momentX = 0;
  let momentY = 0;
  for (let i = 0; i < data.length; i++) {
    const [value, x] = [data[i] as number, i % width];
    mass += value;
    momentX += value * (x + 0.5);
    momentY += value * ((i - x) / width + 0.5);
  }
  return { x: momentX / mass, y: momentY / mass };
}

/** MNIST's files have the center of mass half a pixel beyond the middle: that of pixel 14 from 0, of 28. */
function offset(center: number, length: number, size: number): number {
  return Math.min(Math.max(0, Math.round(size / 2 + 0.5 - center)), size - length);
}
