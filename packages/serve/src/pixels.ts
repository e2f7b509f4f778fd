import { RequestError } from "./request-error.js";

type ImageShape = readonly [height: number, width: number, channels: 1 | 3];

/**
 * The bytes of an image given as nested arrays, `[height][width]` (grey only) or `[height][width][channels]`.
 *
 * @param where the image stands, for error messages
 * @throws RequestError naming the expected and the given shape, or the first pixel that is no whole number from 0 to 255
 */
export function pixelsFromArrays(image: readonly unknown[], shape: ImageShape, where: string): Uint8Array {
  const [height, width, channels] = shape;
  const pixels = new Uint8Array(height * width * channels);
  let at = 0;
  checkLength(image, height, image, shape, where);
  for (const [y, row] of image.entries()) {
    checkLength(row, width, image, shape, where);
    for (const [x, pixel] of row.entries()) {
      if (channels === 1 && isByte(pixel)) {
        pixels[at++] = pixel;
        continue;
      }
      if (channels === 1 && !Array.isArray(pixel)) throw wrongValue(pixel, `${where}[${y}][${x}]`);
      checkLength(pixel, channels, image, shape, where);
      for (const [c, value] of pixel.entries()) {
        if (Array.isArray(value)) throw wrongShape(image, shape, where);
        if (!isByte(value)) throw wrongValue(value, `${where}[${y}][${x}][${c}]`);
        pixels[at++] = value;
      }
    }
  }
  return pixels;
}

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

function wrongValue(value: unknown, where: string): RequestError {
  const scaled = typeof value === "number" && value > 0 && value < 1;
  return new RequestError(
    "wrong_value",
    `${where} must be a whole number from 0 to 255, but got ${describe(value)}.` +
      (scaled ? " Pixels scaled to 0–1 are not taken." : ""),
  );
}

function wrongShape(image: readonly unknown[], shape: ImageShape, where: string): RequestError {
  const [height, width, channels] = shape;
  const grey = channels === 1 ? `${height}×${width} or ` : "";
  return new RequestError(
    "wrong_shape",
    `${where} must be arrays of ${grey}${height}×${width}×${channels} pixel values, but got ${shapeOf(image)}.`,
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
  return mixed ? `${dims.join("×")} with lists beside values` : dims.join("×");
}

/** A value as it stood in the JSON, cut short. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value !== null && typeof value === "object") return "an object";
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
