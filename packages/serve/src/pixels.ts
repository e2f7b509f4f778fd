import { RequestError } from "./request-error.js";

/** What white is in arrays of pixels. */
export type PixelScale = 1 | 255;

/** The scale that a request names. @throws RequestError when it is neither 1 nor 255 */
export function readScale(scale: unknown): PixelScale | undefined {
  if (scale === undefined || scale === 1 || scale === 255) return scale;
  throw new RequestError("wrong_value", `scale must be 1 or 255, but got ${describe(scale)}.`);
}

type ImageShape = readonly [height: number, width: number, channels: 1 | 3];

/**
 * The bytes of an image given as nested arrays, `[height][width]` (gray only) or `[height][width][channels]`.
 *
 * @param where the image stands, for error messages
 * @param scale 255 for integers from 0 to 255; 1 for numbers from 0 to 1. When it is undefined, 255 is assumed, unless the image holds
 * only zeros and ones
 * @throws RequestError naming the expected and the given shape, the first pixel that is out of range, or that the scale is unclear
 */
export function pixelsFromArrays(
  image: readonly unknown[],
  shape: ImageShape,
  where: string,
  scale?: PixelScale,
): Uint8Array {
  const [height, width, channels] = shape;
  const pixels = new Uint8Array(height * width * channels);
  const isPixel = scale === 1 ? isShare : isByte;
  const factor = scale === 1 ? 255 : 1;
  let at = 0;
  checkLength(image, height, image, shape, where);
  for (const [y, row] of image.entries()) {
    checkLength(row, width, image, shape, where);
    for (const [x, pixel] of row.entries()) {
      if (channels === 1 && isPixel(pixel)) {
        pixels[at++] = Math.round(factor * pixel);
        continue;
      }
      if (channels === 1 && !Array.isArray(pixel)) throw wrongValue(pixel, `${where}[${y}][${x}]`, scale);
      checkLength(pixel, channels, image, shape, where);
      for (const [c, value] of pixel.entries()) {
        if (Array.isArray(value)) throw wrongShape(image, shape, where);
        if (!isPixel(value)) throw wrongValue(value, `${where}[${y}][${x}][${c}]`, scale);
        pixels[at++] = Math.round(factor * value);
      }
    }
  }
  if (scale === undefined) checkScaleIsClear(pixels, where);
  return pixels;
}

/** Zeros and ones are far more likely from 0 to 1 than an image that is black to the eye. */
function checkScaleIsClear(pixels: Uint8Array, where: string): void {
  if (!pixels.includes(1) || pixels.some((value) => value > 1)) return;
  throw new RequestError(
    "wrong_value",
    `${where} contains only 0 and 1. Add "scale": 1 to the body if 1 is white, or "scale": 255 if 255 is.`,
  );
}

const isShare = (value: unknown): value is number => typeof value === "number" && value >= 0 && value <= 1;

const isByte = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 255;

function checkLength(
  list: unknown,
  length: number,
  image: readonly unknown[],
  shape: ImageShape,
  where: string,
): asserts list is readonly unknown[] {
  if (Array.isArray(list) && list.length === length) return;
  throw wrongShape(image, shape, where);
}

function wrongValue(value: unknown, where: string, scale: PixelScale | undefined): RequestError {
  const expected = scale === 1 ? "a number from 0 to 1" : "an integer from 0 to 255";
  const scaled = scale === undefined && isShare(value);
  return new RequestError(
    "wrong_value",
    `${where} must be ${expected}, but got ${describe(value)}.` +
      (scaled ? ' For pixels from 0 to 1, add "scale": 1 to the body.' : ""),
  );
}

function wrongShape(image: readonly unknown[], shape: ImageShape, where: string): RequestError {
  const [height, width, channels] = shape;
  const gray = channels === 1 ? `${height}×${width} or ` : "";
  return new RequestError(
    "wrong_shape",
    `${where} must be arrays of ${gray}${height}×${width}×${channels} pixel values, but got ${shapeOf(image)}.`,
  );
}

/** Follows the first element of each list, unless lists of one level differ in length. */
function shapeOf(image: readonly unknown[]): string {
  const dims: number[] = [];
  let level: readonly unknown[] = [image];
  while (level.length > 0 && level.every(Array.isArray) && dims.length < 4) {
    const lengths = new Set(level.map((list) => (list as readonly unknown[]).length));
    if (lengths.size > 1)
      return `${dims.join("×")} lists of different lengths (${[...lengths].slice(0, 3).join(", ")})`;
    dims.push([...lengths][0] as number);
    level = level.flat(1);
  }
  const mixed = level.some(Array.isArray) && !level.every(Array.isArray);
  return mixed ? `${dims.join("×")} with lists and numbers mixed` : dims.join("×");
}

/** A value as it stood in the JSON, cut short. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value !== null && typeof value === "object") return "an object";
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
