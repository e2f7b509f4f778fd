import { platform } from "#platform";
import { TrazoError } from "../errors.js";
import { requireKnownOptions } from "../known-options.js";
import type { Tensor } from "../tensor.js";
import { mnistSize, smallestDigit } from "./digit.js";
import { readPicture } from "./read-picture.js";

/** Options of `readDigitImage`. */
export interface ReadDigitImageOptions {
  /** Pixels. Default 28. */
  readonly height?: number | undefined;
  /** Pixels. Default 28. */
  readonly width?: number | undefined;
  /** 1 for gray (default) or 3 for red, green, blue. */
  readonly channels?: 1 | 3 | undefined;
  /**
   * Whether to take the negative, so that dark ink on light paper becomes MNIST's light on dark. Default `auto`: when the
   * picture goes further from its border's gray level into the dark than into the light; with `mnistStyle: false` never for
   * color pictures.
   */
  readonly invert?: "auto" | boolean | undefined;
  /**
   * Whether to crop, scale and center the ink as MNIST's images were: 20 pixels of 28, or as much of another size, in gray, which a
   * size with three channels has three times. Otherwise the whole picture is stretched to the size. Default true for square sizes
   * from 16×16.
   */
  readonly mnistStyle?: boolean | undefined;
}

const readDigitImageOptions = {
  height: true,
  width: true,
  channels: true,
  invert: true,
  mnistStyle: true,
} as const;

/**
 * Reads a picture of a handwritten digit (PNG, JPEG, WebP, GIF or AVIF), of any size and dark on light or light on dark, in the form
 * in which a network trained on MNIST expects it. A picture that has the size and is light on dark already is taken as it is.
 *
 * @returns shape [1, height, width, channels], values 0 to 255
 * @throws TrazoError naming the file when it is missing, damaged, of another format, too large, or blank
 * @example
 * ```ts
 * const image = await readDigitImage("seven.png");
 * const probabilities = await model.predict(divide(image, 255));
 * ```
 */
export async function readDigitImage(
  file: string | URL,
  options: ReadDigitImageOptions = {},
): Promise<Tensor<"uint8">> {
  requireKnownOptions(options, readDigitImageOptions, "readDigitImage");
  const { height = mnistSize, width = mnistSize, channels = 1, invert = "auto" } = options;
  checkSize("height", height);
  checkSize("width", width);
  const { mnistStyle = height === width && height >= smallestDigit } = options;
  const fit = mnistStyle ? "digit" : "stretch";
  const { image } = await readPicture(
    () => platform.files.read(file),
    String(file),
    [height, width, channels],
    {
      ink: "light",
      invert,
      fit,
    },
  );
  return image;
}

function checkSize(what: string, value: number): void {
  if (!Number.isInteger(value) || value < 1 || value > 4096) {
    throw new TrazoError(`${what} must be a number of pixels from 1 to 4096, but is ${value}.`);
  }
}
