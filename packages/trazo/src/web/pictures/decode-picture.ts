import { requirePictureKind } from "../../data/picture-kind.js";
import { digitWorkingSize, requireDecodableDigit } from "../../data/picture-limits.js";
import type { DecodeLimits, RgbaPixels } from "../../ports/pictures.js";
import { pixelsOf } from "./bitmap.js";
import { openPicture } from "./decode-image.js";

/**
 * Decodes a picture file, turned as its camera says, shrunk to a size that is cheap to work on: as the browser does it, not to the same
 * bits as in Node.
 *
 * @param name of the picture, for error messages
 * @throws TrazoError when it is of another format, damaged, or has too many pixels
 */
export async function decodePicture(
  bytes: Uint8Array,
  name: string,
  { least, maxPixels = Number.POSITIVE_INFINITY }: DecodeLimits,
): Promise<RgbaPixels> {
  const kind = requirePictureKind(bytes, name);
  const bitmap = await openPicture(bytes, kind, name);
  requireDecodableDigit(kind, bitmap, maxPixels, name);
  const factor = Math.min(1, Math.max(digitWorkingSize, 2 * least) / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * factor)));
  const data = pixelsOf(bitmap, width as number, height as number);
  bitmap.close();
  return { width: width as number, height: height as number, data };
}
