import { pictureKind, pictureKinds } from "../../data/picture-kind.js";
import { pictureExcess } from "../../data/picture-limits.js";
import { TrazoError } from "../../errors.js";
import type { DecodeLimits, RgbaPixels } from "../../ports/pictures.js";
import { loadSharp } from "./sharp.js";

/** Pictures are first brought to at most this many pixels per side, which is plenty for a digit. */
const workingSize = 512;

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
  const kind = pictureKind(bytes);
  if (kind === undefined) {
    throw new TrazoError(`${name} is not a picture in a supported format (${pictureKinds}).`);
  }
  // Loaded when first needed: it is a native module that most commands do without.
  const sharp = await loadSharp();
  const damaged = (cause: Error): never => {
    const reason = cause.message.trim().split("\n")[0];
    throw new TrazoError(`${name} cannot be read; it may be damaged (${reason}).`, { cause });
  };
  // The size is checked below, in our own words.
  const source = sharp(bytes, { failOn: "error", limitInputPixels: false });
  const size = await source.metadata().catch(damaged);
  const excess =
    size.width * size.height > maxPixels ? overLimit(size, maxPixels) : pictureExcess(kind, size);
  if (excess) throw new TrazoError(`${name} is too large: ${excess}. Make it smaller.`);
  const side = Math.max(workingSize, 2 * least);
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

const overLimit = ({ width, height }: { width: number; height: number }, maxPixels: number): string =>
  `it is ${width}×${height} pixels, and at most ${maxPixels / 1e6} million can be read`;
