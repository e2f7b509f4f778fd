import { inWords, TrazoError } from "../../errors.js";
import type { Color } from "./channels.js";
import { type ImageFit, imageFits } from "./fit-pixels.js";
import { type Interpolation, interpolations } from "./interpolation.js";

/** How pictures are brought into one form. */
export interface ImageOptions {
  /** 1 for gray or 3 for red, green, blue. Default 3. */
  readonly channels?: 1 | 3 | undefined;
  /** Default `"bilinear"`, as Keras's `image_dataset_from_directory`. */
  readonly interpolation?: Interpolation | undefined;
  /**
   * Whether every pixel of a picture that shrinks counts, as in PIL. Keras's `image_dataset_from_directory` takes a few of them only,
   * which leaves jagged edges; it is the default here too, so that models read what they read in Keras. `"nearest"` and `"area"` do
   * not ask. Default false.
   */
  readonly antialias?: boolean | undefined;
  /**
   * What to do with other proportions: `"stretch"` (default), `"crop"` the middle (Keras's `crop_to_aspect_ratio`), or `"contain"`,
   * with black bars (`pad_to_aspect_ratio`).
   */
  readonly fit?: ImageFit | undefined;
  /**
   * What shows through where a picture is transparent: red, green, blue, 0 to 255. Default: opacity is ignored, as in Keras.
   */
  readonly background?: Color | undefined;
}

/** The names of `ImageOptions`, for lists of known options. */
export const imageOptionNames = {
  channels: true,
  interpolation: true,
  antialias: true,
  fit: true,
  background: true,
} as const;

/** The options complete and checked. */
export interface ImageForm {
  readonly channels: 1 | 3;
  readonly interpolation: Interpolation;
  readonly antialias: boolean;
  readonly fit: ImageFit;
  readonly background: Color | undefined;
}

/** Pixels per side. */
const largestSide = 4096;

/** @throws TrazoError naming the option that has a wrong value */
export function imageForm(options: ImageOptions, what: string): ImageForm {
  const {
    channels = 3,
    interpolation = "bilinear",
    antialias = false,
    fit = "stretch",
    background,
  } = options;
  oneOf([1, 3], channels, `${what}: channels`);
  oneOf(interpolations, interpolation, `${what}: interpolation`);
  oneOf([true, false], antialias, `${what}: antialias`);
  oneOf(imageFits, fit, `${what}: fit`);
  const isColor = background === undefined || (Array.isArray(background) && background.length === 3);
  if (!isColor || background?.some((value) => !(value >= 0 && value <= 255))) {
    throw new TrazoError(
      `${what}: background must be three numbers from 0 to 255, [red, green, blue], but got ${inWords(background)}.`,
    );
  }
  return { channels, interpolation, antialias, fit, background };
}

/** @throws TrazoError unless it is a number of pixels that pictures can be resized to */
export function requireSide(value: unknown, what: string): asserts value is number {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= largestSide) return;
  throw new TrazoError(
    `${what} must be a number of pixels from 1 to ${largestSide}, but got ${inWords(value)}.`,
  );
}

function oneOf<T>(allowed: readonly T[], value: T, what: string): void {
  if (allowed.includes(value)) return;
  throw new TrazoError(
    `${what} must be ${allowed.map((entry) => JSON.stringify(entry)).join(", ")}, but got ${inWords(value)}.`.replace(
      /, ([^,]*), but/,
      " or $1, but",
    ),
  );
}
