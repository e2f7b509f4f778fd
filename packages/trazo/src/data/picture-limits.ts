import { TrazoError } from "../errors.js";
import type { ImageKind } from "./image-kind.js";

/** What a picture's header says. `sharp(...).metadata()` gives these. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
  readonly channels?: number | undefined;
  /** Of one value, e.g. `uchar` or `ushort`. */
  readonly depth?: string | undefined;
  /** Whether no row is complete before the whole file is decoded. */
  readonly isProgressive?: boolean | undefined;
}

/** Pictures of digits are first brought to at most this many pixels per side, which is plenty. */
export const digitWorkingSize = 512;

const mostPixels = 50_000_000;
/** Decoding costs time for every row, however short it is. */
const mostSide = 16_384;
/** What the decoder may hold at once. */
const mostBytes = 2 ** 28;

/**
 * Why a picture costs too much to decode, as the end of a sentence; undefined when it does not. A file of a few kilobytes can hold
 * any number of pixels, so this is to be asked before any of them is decoded.
 *
 * @example
 * ```ts
 * pictureExcess("png", { width: 1, height: 49_000_000 }); // "it is 1×49000000 pixels, and at most 16384 per side can be read"
 * ```
 */
export function pictureExcess(kind: ImageKind, size: PictureSize): string | undefined {
  const { width, height } = size;
  const found = `it is ${width}×${height} pixels`;
  if (Math.max(width, height) > mostSide) return `${found}, and at most ${mostSide} per side can be read`;
  const most = Math.min(mostPixels, Math.floor(mostBytes / bytesPerPixel(kind, size)));
  if (width * height <= most) return undefined;
  return `${found}, and at most ${(most / 1e6).toFixed(0)} million can be read in a file of this kind`;
}

/** @throws TrazoError for a picture that costs too much to decode, naming it */
export function requireDecodable(kind: ImageKind, size: PictureSize, name: string): void {
  refuseExcess(pictureExcess(kind, size), name);
}

/**
 * The same for a picture of a digit, with a limit of the caller's own besides.
 *
 * @throws TrazoError naming the picture
 */
export function requireDecodableDigit(
  kind: ImageKind,
  size: PictureSize,
  maxPixels: number,
  name: string,
): void {
  const { width, height } = size;
  const excess =
    width * height > maxPixels
      ? `it is ${width}×${height} pixels, and at most ${maxPixels / 1e6} million can be read`
      : pictureExcess(kind, size);
  refuseExcess(excess, name);
}

function refuseExcess(excess: string | undefined, name: string): void {
  if (excess) throw new TrazoError(`${name} is too large: ${excess}. Make it smaller.`);
}

/** What libvips was seen to take. It decodes row by row where the format lets it. */
function bytesPerPixel(kind: ImageKind, { channels = 4, depth, isProgressive }: PictureSize): number {
  if (kind === "avif") return 18;
  if (kind === "jpeg") return isProgressive ? 6 : 3;
  if (kind === "png" && isProgressive) return 1.5 * channels * (depth === "uchar" ? 1 : 2);
  return 5;
}
