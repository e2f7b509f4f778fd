import type { ImageKind } from "./image-kind.js";
import type { PixelSize } from "./images/resize-pixels.js";

/**
 * The size in the header of a PNG, or of a JPEG in grey or color, as it stands in the file; undefined for all others, and where the header
 * is not as usual: then the decoder is to be asked, which takes as long as to decode a small picture.
 */
export function plainSize(bytes: Uint8Array, kind: ImageKind): PixelSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (kind === "png") {
    if (bytes.length < 24 || view.getUint32(12) !== 0x49484452) return undefined;
    return { width: view.getUint32(16), height: view.getUint32(20) };
  }
  return kind === "jpeg" ? jpegFrame(view)?.size : undefined;
}

/**
 * Whether a JPEG is stored in one pass, and not to be turned: what most files are that are no photographs as their camera wrote them.
 */
export function isPlainJpeg(bytes: Uint8Array): boolean {
  const frame = jpegFrame(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return frame?.isSequential === true && !frame.hasExif;
}

interface JpegFrame {
  readonly size: PixelSize;
  readonly isSequential: boolean;
  readonly hasExif: boolean;
}

/** Markers of frames begin with 0xC0 to 0xCF, but for three that are tables or extensions. */
const noFrames = [0xc4, 0xc8, 0xcc];

function jpegFrame(view: DataView): JpegFrame | undefined {
  let at = 2;
  let hasExif = false;
  while (at + 10 <= view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (marker >= 0xc0 && marker <= 0xcf && !noFrames.includes(marker)) {
      // With four components it is CMYK.
      if (view.getUint8(at + 9) > 3) return undefined;
      const size = { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
      return { size, isSequential: marker <= 0xc1, hasExif };
    }
    // Markers without a length do not come before the first frame.
    if (marker < 0xc0 || marker === 0xff) return undefined;
    if (marker === 0xe1 && view.getUint32(at + 4) === 0x45786966) hasExif = true;
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}
