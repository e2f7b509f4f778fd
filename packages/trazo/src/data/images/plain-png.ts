import { joined } from "../../joined.js";
import type { DecodedImage } from "../../ports/images.js";
import { colorsOfGray } from "./channels.js";

/** What the platform does with compressed data. */
export interface PngMeans {
  /** Exactly `length` bytes of zlib's format; throws for damaged data. */
  readonly inflate: (packed: Uint8Array, length: number) => Uint8Array;
  /** The checksum of a chunk. Default: chunks are taken as they are. */
  readonly crc32?: ((bytes: Uint8Array) => number) | undefined;
}

/** Values of a pixel, by color type (PNG specification, 11.2.1): gray, colors, palette, gray and opacity, colors and opacity. */
const valuesOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

const [header, palette, opacity, data, end] = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"];

/** What does not change the pixels that others read from a file. Profiles and gamma are ignored, as PIL and TensorFlow do. */
const ignored = ["bKGD", "cHRM", "gAMA", "iCCP", "iTXt", "pHYs", "sBIT", "sRGB", "tEXt", "tIME", "zTXt"];

interface Chunks {
  readonly width: number;
  readonly height: number;
  readonly color: number;
  readonly palette: Uint8Array | undefined;
  readonly opacity: Uint8Array | undefined;
  readonly packed: readonly Uint8Array[];
}

/**
 * The pixels of a PNG file made as most are: 8 bits, line after line, not turned, whole. Undefined for every other one, damaged ones
 * included, for which a decoder of all kinds is to be asked.
 */
export function plainPng(bytes: Uint8Array, { inflate, crc32 }: PngMeans): DecodedImage | undefined {
  const chunks = readChunks(bytes, crc32);
  if (!chunks) return undefined;
  const { width, height, color, packed } = chunks;
  const values = valuesOf[color] as number;
  const lines = (width * values + 1) * height;
  let stored: Uint8Array;
  try {
    stored = inflate(joined(packed), lines);
  } catch {
    return undefined;
  }
  if (stored.length !== lines) return undefined;
  const pixels = unfiltered(stored, width * values, height, values);
  const image = pixels && inColor(pixels, chunks);
  return image && { width, height, ...image };
}

function readChunks(bytes: Uint8Array, crc32: PngMeans["crc32"]): Chunks | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packed: Uint8Array[] = [];
  const found = new Map<string, Uint8Array>();
  for (let at = 8; at + 12 <= bytes.length && !found.has(end as string); at += 12 + view.getUint32(at)) {
    const close = at + 8 + view.getUint32(at);
    if (close + 4 > bytes.length) return undefined;
    if (crc32 && crc32(bytes.subarray(at + 4, close)) !== view.getUint32(close)) return undefined;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const content = bytes.subarray(at + 8, close);
    if (type === data) packed.push(content);
    else if ([header, palette, opacity, end].includes(type) && !found.has(type)) found.set(type, content);
    else if (!ignored.includes(type)) return undefined;
  }
  const head = found.get("IHDR");
  if (head?.length !== 13 || !found.has("IEND")) return undefined;
  const [depth, color = 0, compression, filter, interlaced] = head.subarray(8);
  if (depth !== 8 || compression !== 0 || filter !== 0 || interlaced !== 0) return undefined;
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  if (!(color in valuesOf) || width === 0 || height === 0) return undefined;
  // One color that stands for nothing at all is rare.
  if (color !== 3 && found.has("tRNS")) return undefined;
  return { width, height, color, palette: found.get("PLTE"), opacity: found.get("tRNS"), packed };
}

/** Undoes what each line says was done to it (PNG specification, 9.2). A loop for each filter: every pixel comes through one. */
function unfiltered(lines: Uint8Array, length: number, height: number, step: number): Uint8Array | undefined {
  const values = new Uint8Array(length * height);
  const nothing = new Uint8Array(length);
  for (let row = 0; row < height; row++) {
    const from = row * (length + 1) + 1;
    const line = lines.subarray(from, from + length);
    const into = values.subarray(row * length, (row + 1) * length);
    const above = row === 0 ? nothing : values.subarray((row - 1) * length, row * length);
    const filter = lines[from - 1];
    if (filter === 0) into.set(line);
    else if (filter === 1) addLeft(line, into, step);
    else if (filter === 2) addAbove(line, into, above);
    else if (filter === 3) addAverage(line, into, above, step);
    else if (filter === 4) addPaeth(line, into, above, step);
    else return undefined;
  }
  return values;
}

function addLeft(line: Uint8Array, into: Uint8Array, step: number): void {
  for (let i = 0; i < step; i++) into[i] = line[i] as number;
  for (let i = step; i < into.length; i++) into[i] = (line[i] as number) + (into[i - step] as number);
}

function addAbove(line: Uint8Array, into: Uint8Array, above: Uint8Array): void {
  for (let i = 0; i < into.length; i++) into[i] = (line[i] as number) + (above[i] as number);
}

function addAverage(line: Uint8Array, into: Uint8Array, above: Uint8Array, step: number): void {
  for (let i = 0; i < into.length; i++) {
    const left = i < step ? 0 : (into[i - step] as number);
    into[i] = (line[i] as number) + ((left + (above[i] as number)) >> 1);
  }
}

function addPaeth(line: Uint8Array, into: Uint8Array, aboves: Uint8Array, step: number): void {
  for (let i = 0; i < step; i++) into[i] = (line[i] as number) + (aboves[i] as number);
  for (let i = step; i < into.length; i++) {
    const left = into[i - step] as number;
    const above = aboves[i] as number;
    const corner = aboves[i - step] as number;
    const toLeft = Math.abs(above - corner);
    const toAbove = Math.abs(left - corner);
    const toCorner = Math.abs(left + above - 2 * corner);
    const nearest = toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    into[i] = (line[i] as number) + nearest;
  }
}

/** Pixels as they are stored in red, green and blue. Undefined where the palette does not have their color. */
function inColor(
  pixels: Uint8Array,
  { color, palette, opacity }: Chunks,
): Pick<DecodedImage, "channels" | "data"> | undefined {
  if (color === 2) return { channels: 3, data: pixels };
  if (color === 6) return { channels: 4, data: pixels };
  if (color === 0) return { channels: 3, data: colorsOfGray(pixels) };
  if (color === 4) return { channels: 4, data: withOpacity(pixels) };
  return fromPalette(pixels, palette, opacity);
}

/** From gray and opacity. */
function withOpacity(values: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(2 * values.length);
  for (let i = 0; i < values.length; i += 2) {
    pixels.fill(values[i] as number, 2 * i, 2 * i + 3);
    pixels[2 * i + 3] = values[i + 1] as number;
  }
  return pixels;
}

function fromPalette(
  numbers: Uint8Array,
  palette: Uint8Array | undefined,
  opacity: Uint8Array | undefined,
): Pick<DecodedImage, "channels" | "data"> | undefined {
  const count = Math.floor((palette?.length ?? 0) / 3);
  if (!palette || palette.length % 3 !== 0 || (opacity && opacity.length > count)) return undefined;
  const channels = opacity ? 4 : 3;
  const data = new Uint8Array(numbers.length * channels);
  for (let i = 0, at = 0; i < numbers.length; i++, at += channels) {
    const entry = numbers[i] as number;
    if (entry >= count) return undefined;
    data[at] = palette[3 * entry] as number;
    data[at + 1] = palette[3 * entry + 1] as number;
    data[at + 2] = palette[3 * entry + 2] as number;
    if (opacity) data[at + 3] = opacity[entry] ?? 255;
  }
  return { channels, data };
}
