import { TrazoError } from "../errors.js";
import type { ImageKind } from "./image-kind.js";

const cutOff = "it ends before its last row";

/**
 * Refuses pictures that were cut off, and PNG files whose checksums are wrong: some browsers decode what is there of them, and leave the
 * rest empty or wrong. For what else can be wrong with a picture its decoder is to be asked.
 *
 * @param crc32 the platform's
 * @throws TrazoError naming the picture
 */
export function requireUndamaged(
  bytes: Uint8Array,
  kind: ImageKind,
  name: string,
  crc32: (bytes: Uint8Array) => number,
): void {
  const reason = damage(bytes, kind, crc32);
  if (reason) throw new TrazoError(`${name} cannot be read; it may be damaged (${reason}).`);
}

function damage(
  bytes: Uint8Array,
  kind: ImageKind,
  crc32: (bytes: Uint8Array) => number,
): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (kind) {
    case "png":
      return damageOfPng(bytes, view, crc32);
    case "jpeg":
      return isWholeJpeg(bytes) ? undefined : cutOff;
    case "gif":
      return isWholeGif(bytes) ? undefined : cutOff;
    case "webp":
      return isWholeWebp(bytes, view) ? undefined : cutOff;
    default:
      return undefined;
  }
}

/** Chunks that a decoder must know begin with an upper-case letter (PNG specification, 5.4). The last one is empty. */
function damageOfPng(
  bytes: Uint8Array,
  view: DataView,
  crc32: (bytes: Uint8Array) => number,
): string | undefined {
  for (let at = 8; at + 8 <= bytes.length; at += 12 + view.getUint32(at)) {
    const type = view.getUint32(at + 4);
    if (type === 0x49454e44) return undefined;
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length) return cutOff;
    const isNeeded = (type & 0x20000000) === 0;
    if (isNeeded && crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) return "a checksum is wrong";
  }
  return cutOff;
}

/** Follows the markers (ITU-T T.81, B.1.1) to that of the end; between them are pixels, in which 0xFF is followed by 0. */
function isWholeJpeg(bytes: Uint8Array): boolean {
  const byte = (at: number): number => bytes[at] ?? 0;
  for (let at = bytes.indexOf(0xff, 2); at >= 0; ) {
    const marker = byte(at + 1);
    if (marker === 0xd9) return true;
    const hasLength = marker >= 0xc0 && marker < 0xff && !(marker >= 0xd0 && marker <= 0xd8);
    const rest = hasLength ? 2 + 256 * byte(at + 2) + byte(at + 3) : 2;
    at = bytes.indexOf(0xff, at + (marker === 0xff ? 1 : rest));
  }
  return false;
}

/** The length that the first chunk says (RIFF). */
const isWholeWebp = (bytes: Uint8Array, view: DataView): boolean =>
  bytes.length >= 12 && bytes.length >= 8 + view.getUint32(4, true);

/** Follows the blocks (GIF89a, appendix A): that of the end may be missing, as decoders do without it. */
function isWholeGif(bytes: Uint8Array): boolean {
  const byte = (at: number): number => bytes[at] ?? 0;
  const colors = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let at = 13 + colors(byte(10));
  let hasPicture = false;
  while (byte(at) === 0x21 || byte(at) === 0x2c) {
    const isPicture = byte(at) === 0x2c;
    at += isPicture ? 11 + colors(byte(at + 9)) : 2;
    while (at < bytes.length && byte(at) > 0) at += 1 + byte(at);
    if (at >= bytes.length) return false;
    at++;
    hasPicture ||= isPicture;
  }
  return hasPicture;
}
