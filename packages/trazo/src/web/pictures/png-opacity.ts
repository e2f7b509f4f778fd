import { unzlibSync } from "fflate";
import { plainPng } from "../../data/images/plain-png.js";

/**
 * Red, green, blue and opacity of a PNG file as they are stored: browsers give colors that opacity has been multiplied into. Undefined for
 * files that are made in another way than most with opacity: 8 bits, line after line, not turned.
 */
export function pngPixels(
  bytes: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): Uint8Array | undefined {
  const image = plainPng(bytes, {
    inflate: (packed, length) => unzlibSync(packed, { out: new Uint8Array(length) }),
  });
  return image?.channels === 4 && image.width === width && image.height === height ? image.data : undefined;
}
