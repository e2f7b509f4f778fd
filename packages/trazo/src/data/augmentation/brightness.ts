import { TrazoError } from "../../errors.js";

/** What is known of an image's values. */
export interface Levels {
  /** What one level of a byte is: 1, or 1/255 where the bytes were divided by 255. */
  readonly unit: number;
  /** Whether they were made of bytes, so that all of them lie between 0 and 255 levels. */
  readonly areBytes: boolean;
}

/**
 * Multiplies an image's brightness in place as Keras's `apply_brightness_shift` does: on bytes, rounded down, no more than 255. Values
 * beyond 0 to 255 are brought there first, and back afterwards.
 *
 * @throws TrazoError for values from 0 to 1, of which Keras would make black
 */
export function brighten(image: Float32Array, factor: number, { unit, areBytes }: Levels): void {
  const alpha = Math.fround(factor);
  if (areBytes) {
    brightenBytes(image, alpha, unit);
    return;
  }
  let [least, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < image.length; i++) {
    const value = (image[i] as number) / unit;
    least = Math.min(least, value);
    largest = Math.max(largest, value);
  }
  if (largest <= 1 && least >= 0 && !image.every((value) => Number.isInteger(value / unit))) {
    throw new TrazoError(
      "brightnessRange is for pixels from 0 to 255, but these lie between 0 and 1. Give the bytes, and rescale: 1 / 255, or divide(images, 255) " +
        "of bytes.",
    );
  }
  if (least >= 0 && largest <= 255) {
    brightenBytes(image, alpha, unit);
    return;
  }
  const span = Math.fround(largest - least);
  for (let i = 0; i < image.length; i++) {
    const value = (image[i] as number) / unit;
    const level = Math.floor(Math.fround(Math.fround(Math.fround(value - least) / span) * 255));
    const bright = Math.min(255, Math.trunc(Math.fround(alpha * level)));
    image[i] = ((bright / 255) * span + least) * unit;
  }
}

function brightenBytes(image: Float32Array, alpha: number, unit: number): void {
  const bright = new Float32Array(257);
  for (let level = 0; level < 257; level++) {
    bright[level] = Math.min(255, Math.trunc(Math.fround(alpha * level))) * unit;
  }
  if (unit === 1) {
    for (let i = 0; i < image.length; i++) image[i] = bright[(image[i] as number) | 0] as number;
    return;
  }
  for (let i = 0; i < image.length; i++) {
    // Bytes that were divided come back with an error far below one level.
    image[i] = bright[(Math.fround((image[i] as number) / unit) + 1e-3) | 0] as number;
  }
}
