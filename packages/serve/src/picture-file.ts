import { type PictureKind, type PictureSize, pictureExcess, pictureKind, pictureKinds } from "trazo/node";
import { RequestError } from "./request-error.js";

/** A PNG of a few kilobytes can hold far more; to decode this many takes tens of milliseconds. Phones take 12 million. */
const maxPixels = 24_000_000;
/** A picture of the same number of pixels takes many times as long when it is very narrow. */
const maxSide = 16_384;
/** Plenty for a digit. From here on the pixels are prepared on the main thread, while no other request is answered. */
const workingSize = 512;
/** What is decoded later as it is; other formats are converted here. */
const plainKinds: readonly PictureKind[] = ["png", "jpeg"];

/** Refuses other files than pictures by their first bytes. @throws RequestError naming the formats */
export function checkKind(bytes: Uint8Array, name: string): PictureKind {
  const kind = pictureKind(bytes);
  if (kind !== undefined) return kind;
  throw new RequestError(
    "unreadable_picture",
    `${name} is not in a supported picture format (${pictureKinds}).`,
  );
}

/**
 * A picture file that is cheap to decode: PNG or JPEG, and shrunk on a thread of its own when it is large.
 *
 * @param least pixels per side that the model reads
 * @param isExact whether the model says how pictures are resized: then only the size is checked
 * @throws RequestError when it is of another format, damaged, or too large
 */
export async function tamePicture(
  bytes: Uint8Array,
  name: string,
  least: number,
  isExact = false,
): Promise<Uint8Array> {
  const kind = checkKind(bytes, name);
  const { default: sharp } = await import("sharp");
  const damaged = (cause: Error): never => {
    const reason = cause.message.split("\n")[0];
    throw new RequestError("unreadable_picture", `${name} cannot be read; it may be damaged (${reason}).`, {
      cause,
    });
  };
  const source = sharp(bytes, { failOn: "error", limitInputPixels: false });
  const size = await source.metadata().catch(damaged);
  checkSize(size, kind, name);
  const side = Math.max(workingSize, 2 * least);
  if (isExact) return bytes;
  if (plainKinds.includes(kind) && Math.max(size.width, size.height) <= side) return bytes;
  return await source
    .autoOrient()
    .resize({ width: side, height: side, fit: "inside", kernel: "linear", withoutEnlargement: true })
    .png({ compressionLevel: 1 })
    .toBuffer()
    .catch(damaged);
}

function checkSize(size: PictureSize, kind: PictureKind, name: string): void {
  const { width, height } = size;
  const refuse = (reason: string): never => {
    throw new RequestError("unreadable_picture", `${name} is too ${reason}.`);
  };
  if (width * height > maxPixels) {
    refuse(`large: ${width}×${height} pixels (limit: ${maxPixels / 1e6} million)`);
  }
  if (Math.max(width, height) > maxSide) {
    refuse(`${width > height ? "wide" : "tall"}: ${width}×${height} pixels (limit: ${maxSide} a side)`);
  }
  const excess = pictureExcess(kind, size);
  if (excess) refuse(`large: ${excess}`);
}
