import { TrazoError } from "../../errors.js";

/**
 * Multiplies an image's brightness in place as Keras's `apply_brightness_shift` does: on bytes, rounded down, no more than 255. Values
 * beyond 0 to 255 are brought there first, and back afterwards.
 *
 * @param unit what one level of a byte is: 1, or 1/255 where the bytes were divided by 255
 * @throws TrazoError for values from 0 to 1, of which Keras would make black
 */
export function brighten(image: Float32Array, factor: number, unit: number): void {
  let [least, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let isWhole = true;
  for (let i = 0; i < image.length; i++) {
    const value = (image[i] as number) / unit;
    least = Math.min(least, value);
    largest = Math.max(largest, value);
    isWhole &&= Number.isInteger(value);
  }
  if (largest <= 1 && least >= 0 && !isWhole) {
    throw new TrazoError(
      "brightnessRange is for pixels from 0 to 255, but these lie between 0 and 1. Give the bytes, and rescale: 1 / 255, or divide(images, 255) " +
        "of bytes.",
    );
  }
  const alpha = Math.fround(factor);
  const isByte = least >= 0 && largest <= 255;
  if (isByte && unit === 1) {
    for (let i = 0; i < image.length; i++) {
      image[i] = Math.min(255, Math.trunc(Math.fround(alpha * Math.floor(image[i] as number))));
    }
    return;
  }
  const span = Math.fround(largest - least);
  for (let i = 0; i < image.length; i++) {
    const value = (image[i] as number) / unit;
    // Bytes that were divided come back with an error far below one level.
    const level = isByte
      ? Math.floor(Math.fround(value) + (unit === 1 ? 0 : 1e-3))
      : Math.floor(Math.fround(Math.fround(Math.fround(value - least) / span) * 255));
    const bright = Math.min(255, Math.trunc(Math.fround(alpha * level)));
    image[i] = (isByte ? bright : (bright / 255) * span + least) * unit;
  }
}
