import { TrazoError } from "../errors.js";

/** The formats of pictures that are decoded. */
export type PictureKind = "png" | "jpeg" | "webp" | "gif" | "avif";

/** The formats of `PictureKind`, for messages. */
export const pictureKinds = "PNG, JPEG, WebP, GIF and AVIF";

/** An ISO media file names its brands in its first box; real files have a handful of them. */
const longestBrandList = 256;

/**
 * The format of a picture by its first bytes; undefined for every other kind of file. The decoder knows many more formats, such as
 * SVG, TIFF and PDF, whose readers are larger and follow references: call this before it sees the bytes.
 *
 * @example
 * ```ts
 * pictureKind(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)); // "png"
 * ```
 */
export function pictureKind(bytes: Uint8Array): PictureKind | undefined {
  const text = (start: number, end: number): string => String.fromCharCode(...bytes.subarray(start, end));
  if (text(0, 8) === "\x89PNG\r\n\x1a\n") return "png";
  if (text(0, 3) === "\xff\xd8\xff") return "jpeg";
  if (text(0, 4) === "RIFF" && text(8, 12) === "WEBP") return "webp";
  if (text(0, 6) === "GIF87a" || text(0, 6) === "GIF89a") return "gif";
  return text(4, 8) === "ftyp" && brandsOf(bytes).some((brand) => brand === "avif" || brand === "avis")
    ? "avif"
    : undefined;
}

/** The format of a picture. @throws TrazoError naming the picture when it is of another format */
export function requirePictureKind(bytes: Uint8Array, name: string): PictureKind {
  const kind = pictureKind(bytes);
  if (kind) return kind;
  throw new TrazoError(`${name} is not a picture in a supported format (${pictureKinds}).`);
}

/** The brands of an ISO media file (ISO/IEC 14496-12, 4.3): the major one, then, after a version, the compatible ones. */
function brandsOf(bytes: Uint8Array): string[] {
  const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
  const box = bytes.subarray(8, Math.min(size, longestBrandList));
  const brands = String.fromCharCode(...box).match(/[\s\S]{4}/g) ?? [];
  return brands.filter((_, i) => i !== 1);
}
