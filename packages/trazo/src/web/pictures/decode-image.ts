import { crc32 } from "../../crc32.js";
import { type ImageKind, requireImageKind } from "../../data/image-kind.js";
import { decodeBmp } from "../../data/images/bmp.js";
import { requireDecodable } from "../../data/picture-limits.js";
import { requireUndamaged } from "../../data/undamaged.js";
import { TrazoError } from "../../errors.js";
import type { DecodedImage } from "../../ports/images.js";
import { type Bitmap, bitmapOf, hasPictures, pixelsOf } from "./bitmap.js";
import { pngPixels } from "./png-opacity.js";

/**
 * Decodes every pixel of a picture file by the browser's means, turned upright as its camera says.
 *
 * What is partly transparent has the colors that are stored in most PNG files; elsewhere browsers give them rounded, the more so the more
 * transparent they are.
 *
 * @param name of the picture, for error messages
 * @throws TrazoError when it is of a format that the browser does not know, damaged, or too large
 */
export async function decodeImage(bytes: Uint8Array, name: string): Promise<DecodedImage> {
  const kind = requireImageKind(bytes, name);
  if (kind === "bmp") return decodeBmp(bytes, name, (size) => requireDecodable(kind, size, name));
  const bitmap = await openPicture(bytes, kind, name);
  const { width, height } = bitmap;
  requireDecodable(kind, bitmap, name);
  const drawn = pixelsOf(bitmap, width, height);
  bitmap.close();
  const hasOpacity = drawn.some((value, i) => i % 4 === 3 && value < 255);
  if (!hasOpacity) return { width, height, channels: 3, data: withoutOpacity(drawn) };
  const data = (kind === "png" ? pngPixels(bytes, { width, height }) : undefined) ?? drawn;
  return { width, height, channels: 4, data };
}

/** @throws TrazoError when it is damaged, or the browser cannot decode such files */
export async function openPicture(bytes: Uint8Array, kind: ImageKind, name: string): Promise<Bitmap> {
  if (!hasPictures()) {
    throw new TrazoError(
      `${name} cannot be read: nothing here decodes pictures. Give pixels: a uint8 tensor.`,
    );
  }
  requireUndamaged(bytes, kind, name, crc32);
  try {
    return await bitmapOf(bytes);
  } catch (cause) {
    throw new TrazoError(
      kind === "tiff"
        ? `${name} cannot be read: most browsers do not decode TIFF. Save it as PNG.`
        : `${name} cannot be read; it may be damaged (${(cause as Error).message}).`,
      { cause },
    );
  }
}

function withoutOpacity(pixels: Uint8Array): Uint8Array {
  const colors = new Uint8Array((pixels.length / 4) * 3);
  for (let i = 0, at = 0; i < pixels.length; i += 4) {
    colors[at++] = pixels[i] as number;
    colors[at++] = pixels[i + 1] as number;
    colors[at++] = pixels[i + 2] as number;
  }
  return colors;
}
