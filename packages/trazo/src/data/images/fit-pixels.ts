import type { Interpolation } from "./interpolation.js";
import { type PixelSize, type Pixels, resizePixels } from "./resize-pixels.js";

/**
 * How a picture of other proportions comes to a size: `stretch` does not keep them, `crop` leaves out what is too much on two sides,
 * `contain` puts black bars on two sides.
 */
export type ImageFit = "stretch" | "crop" | "contain";

export const imageFits: readonly ImageFit[] = ["stretch", "crop", "contain"];

/** Brings a picture to a size, with Keras's boxes: `smart_resize` crops, `tf.image.resize_with_pad` contains. */
export function fitPixels(
  pixels: Pixels,
  size: PixelSize,
  fit: ImageFit,
  interpolation: Interpolation,
  antialias: boolean,
): Pixels {
  if (fit === "contain") return contained(pixels, size, interpolation, antialias);
  return resizePixels(fit === "crop" ? cropped(pixels, size) : pixels, size, interpolation, antialias);
}

function cropped(pixels: Pixels, size: PixelSize): Pixels {
  const { channels, data } = pixels;
  const fitting = (length: number, wanted: number): number =>
    Math.max(1, Math.min(length, Math.trunc(wanted)));
  const height = fitting(pixels.height, (pixels.width * size.height) / size.width);
  const width = fitting(pixels.width, (pixels.height * size.width) / size.height);
  const top = Math.trunc((pixels.height - height) / 2);
  const left = Math.trunc((pixels.width - width) / 2);
  const kept = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * pixels.width + left) * channels;
    kept.set(data.subarray(start, start + width * channels), y * width * channels);
  }
  return { width, height, channels, data: kept };
}

function contained(
  pixels: Pixels,
  size: PixelSize,
  interpolation: Interpolation,
  antialias: boolean,
): Pixels {
  const { channels } = pixels;
  const ratio = Math.max(pixels.width / size.width, pixels.height / size.height);
  const fitting = (length: number, most: number): number =>
    Math.max(1, Math.min(most, Math.floor(length / ratio + 1e-6)));
  const inner = resizePixels(
    pixels,
    { width: fitting(pixels.width, size.width), height: fitting(pixels.height, size.height) },
    interpolation,
    antialias,
  );
  // TensorFlow halves what is left before it rounds.
  const bar = (length: number, most: number): number => Math.max(0, Math.floor((most - length / ratio) / 2));
  const top = bar(pixels.height, size.height);
  const left = bar(pixels.width, size.width);
  const data = new Uint8Array(size.width * size.height * channels);
  for (let y = 0; y < inner.height; y++) {
    const row = inner.data.subarray(y * inner.width * channels, (y + 1) * inner.width * channels);
    data.set(row, ((top + y) * size.width + left) * channels);
  }
  return { ...size, channels, data };
}
