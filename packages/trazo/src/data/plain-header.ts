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
  return kind === "jpeg" ? sizeOfJpeg(view) : undefined;
}

/** Markers of frames begin with 0xC0 to 0xCF, but for three that are tables or extensions. */
const noFrames = [0xc4, 0xc8, 0xcc];

function sizeOfJpeg(view: DataView): PixelSize | undefined {
  let at = 2;
  while (at + 10 <= view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (marker >= 0xc0 && marker <= 0xcf && !noFrames.includes(marker)) {
      // With four components it is CMYK.
      if (view.getUint8(at + 9) > 3) return undefined;
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    }
    // Markers without a length do not come before the first frame.
    if (marker < 0xc0 || marker === 0xff) return undefined;
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}
