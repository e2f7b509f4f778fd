import { platform } from "#platform";
import { TrazoError } from "../../errors.js";
import { requireKnownOptions } from "../../known-options.js";
import { type Tensor, tensor } from "../../tensor.js";
import { inChannels } from "./channels.js";
import { fitPixels } from "./fit-pixels.js";
import {
  type ImageForm,
  type ImageOptions,
  imageForm,
  imageOptionNames,
  requireSide,
} from "./image-options.js";
import type { PixelSize, Pixels } from "./resize-pixels.js";

/** Options of `readImage`. */
export interface ReadImageOptions extends ImageOptions {
  /** Pixels. Default: the picture's own height. */
  readonly height?: number | undefined;
  /** Pixels. Default: the picture's own width. */
  readonly width?: number | undefined;
}

const readImageOptions: Readonly<Record<keyof ReadImageOptions, true>> = {
  height: true,
  width: true,
  ...imageOptionNames,
};

/**
 * Reads a picture (PNG, JPEG, WebP, GIF, AVIF, TIFF or BMP): turned upright as its camera says, of an animation the first image, of
 * 16 bits the upper 8, CMYK as red, green and blue. Color profiles are ignored, as in Keras. Needs the npm package sharp, except for
 * BMP.
 *
 * @param source a path, a `file:` URL, or the file's bytes
 * @returns shape [1, height, width, channels], values 0 to 255
 * @throws TrazoError naming the file when it is missing, damaged, of another format, or too large
 * @example
 * ```ts
 * const image = await readImage("cat.jpg", { height: 96, width: 96, fit: "crop" });
 * const probabilities = await model.predict(divide(image, 255));
 * ```
 */
export async function readImage(
  source: string | URL | Uint8Array,
  options: ReadImageOptions = {},
): Promise<Tensor<"uint8">> {
  requireKnownOptions(options, readImageOptions, "readImage");
  const { height, width } = options;
  if ((height === undefined) !== (width === undefined)) {
    throw new TrazoError("readImage: give height and width, or neither.");
  }
  if (height !== undefined) requireSide(height, "readImage: height");
  if (width !== undefined) requireSide(width, "readImage: width");
  const form = imageForm(options, "readImage");
  const isBytes = source instanceof Uint8Array;
  const bytes = isBytes ? source : await platform.files.read(source);
  const size = height === undefined || width === undefined ? undefined : { height, width };
  const pixels = await decodeInForm(bytes, isBytes ? "The picture" : String(source), size, form);
  return tensor("uint8", [1, pixels.height, pixels.width, pixels.channels], pixels.data);
}

/**
 * A picture file's pixels as the options want them.
 *
 * @param name of the picture, for error messages
 * @param size undefined for the picture's own
 */
export async function decodeInForm(
  bytes: Uint8Array,
  name: string,
  size: PixelSize | undefined,
  { channels, background, fit, interpolation, antialias }: ImageForm,
): Promise<Pixels> {
  const pixels = inChannels(await platform.decodeImage(bytes, name), channels, background);
  return size ? fitPixels(pixels, size, fit, interpolation, antialias) : pixels;
}
