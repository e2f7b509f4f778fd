import { crc32, inflateSync } from "node:zlib";
import type { ImageKind } from "../../data/image-kind.js";
import { plainPng } from "../../data/images/plain-png.js";
import type { PixelSize } from "../../data/images/resize-pixels.js";
import { isPlainJpeg } from "../../data/plain-header.js";
import type { DecodedImage } from "../../ports/images.js";
import { jpegDecoder } from "./jpeg-decoder.js";

/** Below this, starting sharp's threads and queues takes several times as long as the decoding itself. */
const mostPixels = 300_000;

/**
 * Decodes a small picture of a common kind on this thread, to the pixels that sharp gives. Undefined for every other one, damaged ones
 * included.
 *
 * @param size as the header has it
 */
export async function decodeSmall(
  bytes: Uint8Array,
  kind: ImageKind,
  size: PixelSize | undefined,
): Promise<DecodedImage | undefined> {
  if (!size || size.width * size.height > mostPixels) return undefined;
  if (kind === "png") return plainPng(bytes, { inflate, crc32 });
  if (kind !== "jpeg" || !isPlainJpeg(bytes)) return undefined;
  return (await jpegDecoder())?.decode(bytes);
}

const inflate = (packed: Uint8Array, length: number): Uint8Array =>
  inflateSync(packed, { maxOutputLength: length });
