import { crc32 } from "node:zlib";
import { type ImageKind, requireImageKind } from "../../data/image-kind.js";
import { decodeBmp } from "../../data/images/bmp.js";
import type { PixelSize } from "../../data/images/resize-pixels.js";
import { requireDecodable } from "../../data/picture-limits.js";
import { plainSize } from "../../data/plain-header.js";
import { requireUndamaged } from "../../data/undamaged.js";
import { TrazoError } from "../../errors.js";
import type { DecodedImage } from "../../ports/images.js";
import { loadSharp } from "./sharp.js";
import { decodeSmall } from "./small-picture.js";

/**
 * Decodes every pixel of a picture file, turned upright as its camera says.
 *
 * @param name of the picture, for error messages
 * @throws TrazoError when it is of another format, damaged, or too large
 */
export async function decodeImage(bytes: Uint8Array, name: string): Promise<DecodedImage> {
  // Before the decoder sees it: it also reads formats that name other files.
  const kind = requireImageKind(bytes, name);
  if (kind === "bmp") return decodeBmp(bytes, name, (size) => requireDecodable(kind, size, name));
  const size = plainSize(bytes, kind);
  return (await decodeSmall(bytes, kind, size)) ?? (await decodeWithSharp(bytes, kind, size, name));
}

/** Pictures that cost little, whatever else their headers say. */
const fewPixels = 2_000_000;

async function decodeWithSharp(
  bytes: Uint8Array,
  kind: ImageKind,
  plain: PixelSize | undefined,
  name: string,
): Promise<DecodedImage> {
  requireUndamaged(bytes, kind, name, crc32);
  const sharp = await loadSharp();
  const damaged = (cause: Error): never => {
    const reason = cause.message.trim().split("\n")[0];
    throw new TrazoError(`${name} cannot be read; it may be damaged (${reason}).`, { cause });
  };
  const isSmall = plain !== undefined && plain.width * plain.height <= fewPixels;
  // The size is checked below, in our own words. Profiles are ignored, as PIL and TensorFlow do.
  const source = sharp(bytes, {
    failOn: "error",
    limitInputPixels: isSmall ? fewPixels : false,
    ignoreIcc: true,
  });
  // To ask the decoder takes as long as to decode a small picture.
  const header = isSmall ? undefined : await source.metadata().catch(damaged);
  if (header) requireDecodable(kind, header, name);
  const isCmyk = header?.space === "cmyk";
  // Its own way from CMYK to red, green and blue needs a profile, and is not what others do without one.
  const upright = isCmyk
    ? source.autoOrient().pipelineColourspace("cmyk").toColourspace("cmyk")
    : source.autoOrient().toColourspace("srgb");
  const { data: buffer, info } = await upright
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true })
    .catch(damaged);
  const data = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
  const { width, height } = info;
  if (isCmyk) return { width, height, channels: 3, data: colorsOfInks(data, info.channels) };
  const { channels } = info;
  if (channels === 3 || channels === 4) return { width, height, channels, data };
  throw new TrazoError(`${name} cannot be read: it has ${channels} channels.`);
}

/** PIL's formula: each ink takes its share of what black leaves. */
function colorsOfInks(inks: Uint8Array, channels: number): Uint8Array {
  const count = inks.length / channels;
  const colors = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++) {
    const light = 255 - (inks[channels * i + 3] as number);
    for (let c = 0; c < 3; c++) {
      const product = light * (inks[channels * i + c] as number) + 128;
      colors[3 * i + c] = light - ((product + (product >> 8)) >> 8);
    }
  }
  return colors;
}
