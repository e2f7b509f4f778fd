import { smallestDigit } from "../data/digit.js";
import type { PictureShape } from "../data/picture-shape.js";
import {
  digitPictures,
  type PicturePreparation,
  type PixelScale,
  type Preparation,
  unitScale,
} from "../data/preparation.js";
import { TrazoError } from "../errors.js";

/** What is known of a model's pictures. */
export interface KnownPreparation {
  /** What the file says. */
  readonly stored: Partial<Preparation> | undefined;
  /** What the caller says, which counts more. */
  readonly given: Partial<Preparation> | undefined;
  /** What the model itself tells of the scale it expects: bytes, or that it scales them. */
  readonly found?: { readonly scale: PixelScale; readonly note?: string | undefined } | undefined;
  readonly shape: Pick<PictureShape, "height" | "width" | "channels">;
  readonly classes: number;
}

/** How a model's pictures are prepared, and what of that is assumed. */
export interface ResolvedPreparation {
  readonly preparation: Preparation;
  /** What was assumed of pixels' scale, in sentences. */
  readonly notes: readonly string[];
  /** What was assumed of how pictures become images. */
  readonly pictureNotes: readonly string[];
}

/**
 * Decides how pictures are prepared for a model: as the caller says, else as its file says, else as its input suggests, which is noted.
 *
 * @throws TrazoError when a mean or a standard deviation has another number of channels than the model
 */
export function resolvePreparation(known: KnownPreparation): ResolvedPreparation {
  const { shape, classes, found } = known;
  const stated = { ...known.stored, ...known.given };
  const scale = found?.scale ?? unitScale;
  const pictures = usualPictures(shape, classes);
  const preparation = { ...pictures, ...scale, ...stated };
  for (const name of ["mean", "std"] as const) requireChannels(name, preparation[name], shape.channels);
  const saysScale = stated.divisor !== undefined || stated.mean !== undefined || stated.std !== undefined;
  const scaleNote = found
    ? found.note
    : "The file does not say how pixels are scaled; they are taken from 0 to 1.";
  return {
    preparation,
    notes: saysScale || scaleNote === undefined ? [] : [scaleNote],
    pictureNotes: stated.fit === undefined ? [assumption(preparation, shape)] : [],
  };
}

/** What models of an input and a number of classes mostly read. */
export function usualPictures(
  { height, width, channels }: KnownPreparation["shape"],
  classes: number,
): PicturePreparation {
  const isMnist = height === 28 && width === 28;
  const isDigits = height === width && height >= smallestDigit && height <= 64 && classes === 10;
  // Ten classes in color are CIFAR's as a rule, but for MNIST's own size.
  if (channels === 1 ? isMnist || isDigits : isMnist && classes === 10) return digitPictures;
  return { ink: "light", invert: "auto", fit: "stretch" };
}

function assumption(
  { fit, ink, invert }: PicturePreparation,
  { height, width, channels }: KnownPreparation["shape"],
): string {
  const size = `${height}×${width}`;
  const digit = `made ${ink} on ${ink === "light" ? "dark" : "light"}, cropped to the ink and centered, as MNIST's digits are`;
  const whole = `stretched to ${size} as a whole${channels === 1 && invert === "auto" ? ", light on dark" : ""}`;
  return `The file does not say how its pictures are prepared; they are ${fit === "digit" ? digit : whole}.`;
}

function requireChannels(name: string, values: readonly number[], channels: number): void {
  if (values.length === 1 || values.length === channels) return;
  throw new TrazoError(
    `${name} needs one number${channels === 1 ? "" : ` or ${channels}`} for pictures of ${channels === 1 ? "one channel" : `${channels} channels`}, but has ${values.length}.`,
  );
}
