import { TrazoError } from "../errors.js";
import { type PictureKind, pictureKind } from "./picture-kind.js";

/** The formats that `readImage` decodes. */
export type ImageKind = PictureKind | "tiff" | "bmp";

/** The formats of `ImageKind`, for messages. */
export const imageKinds = "PNG, JPEG, WebP, GIF, AVIF, TIFF and BMP";

/** The endings of their files' names, in lower case. */
export const imageEndings: readonly string[] = [
  ".avif",
  ".bmp",
  ".gif",
  ".jpeg",
  ".jpg",
  ".png",
  ".tif",
  ".tiff",
  ".webp",
];

/** The format of a picture by its first bytes; undefined for every other kind of file. */
export function imageKind(bytes: Uint8Array): ImageKind | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 4));
  if (start === "II*\0" || start === "MM\0*") return "tiff";
  if (start.startsWith("BM")) return "bmp";
  return pictureKind(bytes);
}

/** The format of a picture. @throws TrazoError naming the picture when it is empty or of another format */
export function requireImageKind(bytes: Uint8Array, name: string): ImageKind {
  const kind = imageKind(bytes);
  if (kind) return kind;
  throw new TrazoError(
    bytes.length === 0
      ? `${name} is empty.`
      : `${name} is not a picture in a supported format (${imageKinds}).`,
  );
}
