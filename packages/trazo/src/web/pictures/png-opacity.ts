import { unzlibSync } from "fflate";

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Color types with opacity for each pixel, and their values a pixel (PNG specification, 11.2.1). */
const channelsOf: Readonly<Record<number, 2 | 4>> = { 4: 2, 6: 4 };

/**
 * Red, green, blue and opacity of a PNG file as they are stored: browsers give colors that opacity has been multiplied into. Undefined for
 * files that are made in another way than most with opacity: 8 bits, line after line, not turned.
 */
export function pngPixels(
  bytes: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): Uint8Array | undefined {
  if (!signature.every((byte, i) => bytes[i] === byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packed: Uint8Array[] = [];
  let channels: 2 | 4 | undefined;
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    const end = at + 8 + view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (type === "eXIf" || end > bytes.length) return undefined;
    if (type === "IDAT") packed.push(bytes.subarray(at + 8, end));
    if (type !== "IHDR") continue;
    const [depth, color = 0, , , interlaced] = bytes.subarray(at + 16, at + 21);
    if (view.getUint32(at + 8) !== width || view.getUint32(at + 12) !== height) return undefined;
    if (depth !== 8 || interlaced !== 0) return undefined;
    channels = channelsOf[color];
  }
  if (!channels) return undefined;
  const lines = new Uint8Array(height * (1 + width * channels));
  const whole = new Uint8Array(packed.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of packed) {
    whole.set(part, at);
    at += part.length;
  }
  try {
    unzlibSync(whole, { out: lines });
  } catch {
    // Browsers show what they can of damaged files.
    return undefined;
  }
  const values = unfiltered(lines, width * channels, height, channels);
  return channels === 4 ? values : inColor(values);
}

/** Undoes what each line says was done to it (PNG specification, 9.2). */
function unfiltered(lines: Uint8Array, length: number, height: number, step: number): Uint8Array {
  const values = new Uint8Array(length * height);
  for (let row = 0; row < height; row++) {
    const filter = lines[row * (length + 1)] as number;
    for (let i = 0; i < length; i++) {
      const at = row * length + i;
      const left = i >= step ? (values[at - step] as number) : 0;
      const above = row > 0 ? (values[at - length] as number) : 0;
      const corner = row > 0 && i >= step ? (values[at - length - step] as number) : 0;
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter] ?? 0;
      values[at] = (lines[row * (length + 1) + 1 + i] as number) + guess;
    }
  }
  return values;
}

function paeth(left: number, above: number, corner: number): number {
  const [toLeft, toAbove] = [Math.abs(above - corner), Math.abs(left - corner)];
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/** From gray and opacity. */
function inColor(values: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(2 * values.length);
  for (let i = 0; i < values.length; i += 2) {
    pixels.fill(values[i] as number, 2 * i, 2 * i + 3);
    pixels[2 * i + 3] = values[i + 1] as number;
  }
  return pixels;
}
