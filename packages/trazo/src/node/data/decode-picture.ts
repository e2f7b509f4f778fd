import { crc32 } from "node:zlib";
import { requirePictureKind } from "../../data/picture-kind.js";
import { digitWorkingSize, requireDecodableDigit } from "../../data/picture-limits.js";
import { requireUndamaged } from "../../data/undamaged.js";
import { TrazoError } from "../../errors.js";
import type { DecodeLimits, RgbaPixels } from "../../ports/pictures.js";
import { loadSharp } from "./sharp.js";

/**
 * Decodes a picture file, turned as its camera says, shrunk to a size that is cheap to work on.
 *
 * @param name of the picture, for error messages
 * @throws TrazoError when it is of another format, damaged, or has too many pixels
 */
export async function decodePicture(
  bytes: Uint8Array,
  name: string,
  { least, maxPixels = Number.POSITIVE_INFINITY }: DecodeLimits,
): Promise<RgbaPixels> {
  // Before the decoder sees it: it also reads formats that name other files.
  const kind = requirePictureKind(bytes, name);
  requireUndamaged(bytes, kind, name, crc32);
  // Loaded when first needed: it is a native module that most commands do without.
  const sharp = await loadSharp();
  const damaged = (cause: Error): never => {
    const reason = cause.message.trim().split("\n")[0];
    throw new TrazoError(`${name} cannot be read; it may be damaged (${reason}).`, { cause });
  };
  // The size is checked below, in our own words.
  const source = sharp(bytes, { failOn: "error", limitInputPixels: false });
  const size = await source.metadata().catch(damaged);
  requireDecodableDigit(kind, size, maxPixels, name);
  const side = Math.max(digitWorkingSize, 2 * least);
  const { data, info } = await source
    .autoOrient()
    .resize({
      width: side,
      height: side,
      fit: "inside",
      withoutEnlargement: true,
      // Unlike the default kernel, this one leaves no dark rims around light strokes.
      kernel: "linear",
    })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true })
    .catch(damaged);
  return { width: info.width, height: info.height, data };
}
