import { TrazoError } from "../errors.js";
import { type Box, borderLevel, crop, extremes, type Picture, resize } from "./picture.js";

/** MNIST's images are 28 pixels high and wide; the ink was fitted into 20 before it was centred. */
export const MNIST_SIZE = 28;
const INK_SIZE = 20;
/** Where MNIST's files have the centre of mass, measured from the left (upper) edge: the middle of pixel 14 from 0. */
const CENTRE = 14.5;

/** A picture whose lightest and darkest pixel lie closer than this many levels shows nothing. */
const MIN_CONTRAST = 16;
/** Below this share of the ink's strength a pixel is paper grain or a compression artefact. */
const GRAIN = 0.1;
/** From this share on a pixel counts as ink when the ink's box is measured. */
const INK = 0.25;

/**
 * Prepares a grey picture of light ink on dark as MNIST's were made: the ink's bounding box is scaled to fit 20×20 with
 * its proportions kept, smoothed into grey levels, and placed in 28×28 so that its centre of mass is in the middle
 * (LeCun, Cortes and Burges, the MNIST database). Paper that is not quite black is taken away first, and the strongest
 * ink becomes 255, which MNIST's is too.
 *
 * @param name of the picture, for error messages
 * @returns 28×28 values, row-major
 * @throws TrazoError when there is nothing on the picture
 */
export function prepareDigit(picture: Picture, name: string): Uint8Array {
  const clean = removePaper(picture, name);
  const ink = crop(clean, inkBox(clean));
  const scale = INK_SIZE / Math.max(ink.width, ink.height);
  const small = resize(
    ink,
    Math.max(1, Math.round(ink.width * scale)),
    Math.max(1, Math.round(ink.height * scale)),
  );
  return place(small);
}

/** @throws TrazoError when a picture is all of one grey */
export function checkContrast(picture: Picture, name: string): void {
  const { darkest, lightest } = extremes(picture);
  if (lightest - darkest < MIN_CONTRAST) {
    throw new TrazoError(
      `${name} shows nothing: its grey levels run only from ${darkest} to ${lightest}. ` +
        "Expected a digit that stands out from its background.",
    );
  }
}

/** Stretches background … strongest ink to 0 … 255 and clears the grain. */
function removePaper(picture: Picture, name: string): Picture {
  const background = borderLevel(picture);
  const strength = extremes(picture).lightest - background;
  if (strength < MIN_CONTRAST) {
    throw new TrazoError(
      `${name}: found no light ink on a dark background. Expected a digit that stands out from its background; ` +
        "if it is dark on light, leave the option invert at auto or set it to true.",
    );
  }
  const data = picture.data.map((value) => {
    const share = (value - background) / strength;
    return share < GRAIN ? 0 : 255 * share;
  });
  return { ...picture, data };
}

function inkBox({ width, height, data }: Picture): Box {
  let left = width;
  let right = -1;
  let top = height;
  let bottom = -1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if ((data[y * width + x] as number) < INK * 255) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** Into the middle by centre of mass, as far as the picture's edges allow. */
function place(ink: Picture): Uint8Array {
  const centre = centreOfMass(ink);
  const left = offset(centre.x, ink.width);
  const top = offset(centre.y, ink.height);
  const gain = 255 / extremes(ink).lightest;
  const placed = new Uint8Array(MNIST_SIZE * MNIST_SIZE);
  for (let y = 0; y < ink.height; y++) {
    for (let x = 0; x < ink.width; x++) {
      const value = gain * (ink.data[y * ink.width + x] as number);
      placed[(top + y) * MNIST_SIZE + left + x] = Math.min(255, Math.round(value));
    }
  }
  return placed;
}

/** In pixel edges: the middle of the first pixel is 0.5. */
function centreOfMass({ width, data }: Picture): { x: number; y: number } {
  let mass = 0;
  let momentX = 0;
  let momentY = 0;
  for (const [i, value] of data.entries()) {
    const x = i % width;
    mass += value;
    momentX += value * (x + 0.5);
    momentY += value * ((i - x) / width + 0.5);
  }
  return { x: momentX / mass, y: momentY / mass };
}

function offset(centre: number, length: number): number {
  return Math.min(Math.max(0, Math.round(CENTRE - centre)), MNIST_SIZE - length);
}
