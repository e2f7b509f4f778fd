import { RequestError } from "./request-error.js";

/** A PNG of a few kilobytes can hold far more; to decode this many takes tens of milliseconds. Phones take 12 million. */
const MAX_PIXELS = 24_000_000;
/** Plenty for a digit. From here on the pixels are prepared on the main thread, while nobody else is answered. */
const WORKING_SIZE = 512;

/**
 * A picture file that is cheap to decode: PNG or JPEG by its first bytes, and shrunk on a thread of its own when it is large.
 *
 * @param least pixels a side that the model reads
 * @throws RequestError when it is of another format, damaged, or has more than 24 million pixels
 */
export async function tamePicture(bytes: Uint8Array, name: string, least: number): Promise<Uint8Array> {
  if (!isPng(bytes) && !isJpeg(bytes)) {
    throw new RequestError("unreadable_picture", `${name}: this is neither a PNG nor a JPEG file.`);
  }
  const { default: sharp } = await import("sharp");
  const damaged = (cause: Error): never => {
    const reason = cause.message.split("\n")[0];
    throw new RequestError("unreadable_picture", `${name}: not a picture that can be read (${reason}).`, {
      cause,
    });
  };
  const source = sharp(bytes, { failOn: "error", limitInputPixels: false });
  const { width, height } = await source.metadata().catch(damaged);
  if (width * height > MAX_PIXELS) {
    throw new RequestError(
      "unreadable_picture",
      `${name}: the picture has ${width}×${height} pixels; at most ${MAX_PIXELS} can be read. Make it smaller.`,
    );
  }
  const side = Math.max(WORKING_SIZE, 2 * least);
  if (Math.max(width, height) <= side) return bytes;
  return await source
    .autoOrient()
    .resize({ width: side, height: side, fit: "inside", kernel: "linear" })
    .png({ compressionLevel: 1 })
    .toBuffer()
    .catch(damaged);
}

const startsWith = (bytes: Uint8Array, signature: readonly number[]): boolean =>
  signature.every((byte, i) => bytes[i] === byte);
const isPng = (bytes: Uint8Array): boolean => startsWith(bytes, [0x89, 0x50, 0x4e, 0x47]);
const isJpeg = (bytes: Uint8Array): boolean => startsWith(bytes, [0xff, 0xd8, 0xff]);
