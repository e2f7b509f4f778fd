import { TrazoError } from "../../errors.js";
import type { DecodedImage } from "../../ports/images.js";

/** Microsoft's names for how the pixels are stored. */
const [plain, bitFields, alphaBitFields] = [0, 3, 6];

const fileHeaderSize = 14;

/** What a bitmap's headers say. */
interface Header {
  readonly width: number;
  readonly height: number;
  /** The first row in the file is the picture's first. */
  readonly isTopDown: boolean;
  readonly bits: number;
  /** Where the pixels begin. */
  readonly pixels: number;
  /** Three bytes per color: red, green, blue. */
  readonly palette: Uint8Array;
  readonly masks: readonly [red: number, green: number, blue: number];
}

/**
 * Decodes a Windows bitmap with 1, 4, 8, 16, 24 or 32 bits per pixel that is not compressed. Opacity, which few programs write, is left
 * out, as in TensorFlow.
 *
 * @param name of the picture, for error messages
 * @param check refuses sizes, before anything is decoded
 * @throws TrazoError when it is damaged or compressed
 */
export function decodeBmp(
  bytes: Uint8Array,
  name: string,
  check: (size: { width: number; height: number }) => void,
): DecodedImage {
  const header = readHeader(bytes, name);
  check(header);
  const { width, height, bits, pixels, isTopDown } = header;
  const pitch = Math.ceil((width * bits) / 32) * 4;
  if (pixels + pitch * height > bytes.length + ((4 - (bytes.length % 4)) % 4)) {
    throw damaged(name, "it ends before its last row");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const colorAt = colorReader(view, header, name);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const row = pixels + (isTopDown ? y : height - 1 - y) * pitch;
    for (let x = 0; x < width; x++) colorAt(row, x, data, (y * width + x) * 3);
  }
  return { width, height, channels: 3, data };
}

function readHeader(bytes: Uint8Array, name: string): Header {
  if (bytes.length < fileHeaderSize + 12) throw damaged(name, "its header is cut off");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerSize = view.getUint32(14, true);
  const isOld = headerSize === 12;
  if (!isOld && (headerSize < 40 || headerSize > 1024))
    throw damaged(name, "its header is of an unknown kind");
  if (bytes.length < fileHeaderSize + headerSize) throw damaged(name, "its header is cut off");
  const width = isOld ? view.getUint16(18, true) : view.getInt32(18, true);
  const signedHeight = isOld ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(isOld ? 24 : 28, true);
  const compression = isOld ? plain : view.getUint32(30, true);
  if (width < 1 || signedHeight === 0) throw damaged(name, "it has no pixels");
  if (![plain, bitFields, alphaBitFields].includes(compression)) {
    throw new TrazoError(`${name} is a compressed BMP file, which is not supported. Save it as PNG.`);
  }
  if (![1, 4, 8, 16, 24, 32].includes(bits)) throw damaged(name, `it has ${bits} bits per pixel`);
  const hasMasks = compression !== plain && (bits === 16 || bits === 32);
  const masksAt = fileHeaderSize + 40;
  const maskBytes = hasMasks && headerSize === 40 ? (compression === alphaBitFields ? 16 : 12) : 0;
  const paletteAt = fileHeaderSize + headerSize + maskBytes;
  if (hasMasks && bytes.length < masksAt + 12) throw damaged(name, "its header is cut off");
  const mask = (i: number): number => view.getUint32(masksAt + 4 * i, true);
  return {
    width,
    height: Math.abs(signedHeight),
    isTopDown: signedHeight < 0,
    bits,
    pixels: view.getUint32(10, true),
    palette: readPalette(bytes, paletteAt, bits, isOld, isOld ? 0 : view.getUint32(46, true)),
    masks: hasMasks
      ? [mask(0), mask(1), mask(2)]
      : bits === 16
        ? [0x7c00, 0x3e0, 0x1f]
        : [0xff0000, 0xff00, 0xff],
  };
}

function readPalette(
  bytes: Uint8Array,
  at: number,
  bits: number,
  isOld: boolean,
  colors: number,
): Uint8Array {
  if (bits > 8) return new Uint8Array();
  const entry = isOld ? 3 : 4;
  const count = Math.min(colors || 1 << bits, 1 << bits, Math.floor((bytes.length - at) / entry));
  const palette = new Uint8Array(Math.max(0, count) * 3);
  for (let i = 0; i < palette.length / 3; i++) {
    for (let c = 0; c < 3; c++) palette[3 * i + c] = bytes[at + entry * i + 2 - c] as number;
  }
  return palette;
}

/** Writes the color of pixel `x` of the row that begins at byte `row`. */
type ColorReader = (row: number, x: number, into: Uint8Array, at: number) => void;

function colorReader(view: DataView, { bits, palette, masks }: Header, name: string): ColorReader {
  if (bits <= 8) {
    const most = (1 << bits) - 1;
    return (row, x, into, at) => {
      const byte = view.getUint8(row + ((x * bits) >> 3));
      const color = (byte >> (8 - bits - ((x * bits) & 7))) & most;
      if (3 * color >= palette.length) throw damaged(name, `it has no color ${color}`);
      into.set(palette.subarray(3 * color, 3 * color + 3), at);
    };
  }
  if (bits === 24) {
    return (row, x, into, at) => {
      for (let c = 0; c < 3; c++) into[at + c] = view.getUint8(row + 3 * x + 2 - c);
    };
  }
  const levels = masks.map(levelReader);
  return (row, x, into, at) => {
    const pixel = bits === 16 ? view.getUint16(row + 2 * x, true) : view.getUint32(row + 4 * x, true);
    for (const [c, level] of levels.entries()) into[at + c] = level(pixel);
  };
}

/** Scales the bits under a mask to 0 to 255. */
function levelReader(mask: number): (pixel: number) => number {
  if (mask === 0) return () => 0;
  const shift = 31 - Math.clz32(mask & -mask);
  const most = mask >>> shift;
  return (pixel) => Math.floor((((pixel & mask) >>> shift) * 255) / most);
}

const damaged = (name: string, reason: string): TrazoError =>
  new TrazoError(`${name} cannot be read; it may be damaged (${reason}).`);
