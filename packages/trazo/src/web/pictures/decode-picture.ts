import { pictureKind, pictureKinds } from "../../data/picture-kind.js";
import { pictureExcess } from "../../data/picture-limits.js";
import { TrazoError } from "../../errors.js";
import type { DecodeLimits, RgbaPixels } from "../../ports/pictures.js";
import { pixelsOf } from "./bitmap.js";
import { openPicture } from "./decode-image.js";

/** Pictures are first brought to at most this many pixels per side, which is plenty for a digit. */
const workingSize = 512;

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
  const kind = pictureKind(bytes);
  if (kind === undefined) {
    throw new TrazoError(`${name} is not a picture in a supported format (${pictureKinds}).`);
  }
  const bitmap = await openPicture(bytes, kind, name);
  const excess =
    bitmap.width * bitmap.height > maxPixels
      ? `it is ${bitmap.width}×${bitmap.height} pixels, and at most ${maxPixels / 1e6} million can be read`
      : pictureExcess(kind, bitmap);
  if (excess) throw new TrazoError(`${name} is too large: ${excess}. Make it smaller.`);
  const factor = Math.min(1, Math.max(workingSize, 2 * least) / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * factor)));
  const data = pixelsOf(bitmap, width as number, height as number);
  bitmap.close();
  return { width: width as number, height: height as number, data };
}
