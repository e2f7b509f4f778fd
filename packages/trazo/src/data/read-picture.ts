import { platform } from "#platform";
import type { DecodeLimits } from "../ports/pictures.js";
import { type Tensor, tensor } from "../tensor.js";
import { checkContrast, prepareDigit } from "./digit.js";
import type { ImageFit } from "./images/fit-pixels.js";
import type { Interpolation } from "./images/interpolation.js";
import { decodeInForm } from "./images/read-image.js";
import {
  cropMiddle,
  fitInside,
  flatten,
  invert,
  isDarkOnLight,
  type Picture,
  resize,
  toGray,
} from "./picture.js";
import type { PicturePreparation } from "./preparation.js";

/** A picture as a model reads it. */
export interface ReadPicture {
  /** `[1, height, width, channels]`, 0 to 255. */
  readonly image: Tensor<"uint8">;
  /** What may have been misunderstood, in sentences. */
  readonly doubts: readonly string[];
}

/**
 * Brings a picture file to what a model reads; what `predict` and the server do with every picture.
 *
 * @param read gives the file's bytes
 * @param name of the picture, for error messages
 * @throws TrazoError naming the picture when it cannot be read or shows nothing
 */
export async function readPicture(
  read: () => Promise<Uint8Array>,
  name: string,
  [height, width, channels]: readonly [height: number, width: number, channels: 1 | 3],
  preparation: PicturePreparation,
  limits: Pick<DecodeLimits, "maxPixels"> = {},
): Promise<ReadPicture> {
  const { interpolation, fit } = preparation;
  if (interpolation !== undefined && fit !== "digit") {
    const form = { height, width, channels, fit, interpolation };
    return { image: await readAsTrained(await read(), name, form, preparation), doubts: [] };
  }
  const least = Math.max(height, width);
  const decoded = flatten(await platform.decodePicture(await read(), name, { ...limits, least }));
  const size = { width, height };
  const made =
    preparation.fit === "digit"
      ? digitOf(toGray(decoded), size, preparation, name)
      : { picture: wholeOf(channels === 1 ? toGray(decoded) : decoded, size, preparation), doubts: [] };
  const pixels = toBytes(inChannels(made.picture, channels));
  return { image: tensor("uint8", [1, height, width, channels], pixels), doubts: made.doubts };
}

/** As `directoryDataset` and `readImage` do: a model that was trained on a folder reads what it was trained on. */
async function readAsTrained(
  bytes: Uint8Array,
  name: string,
  form: Size & { readonly channels: 1 | 3; readonly fit: ImageFit; readonly interpolation: Interpolation },
  { ink, invert: inversion, antialias = false, background }: PicturePreparation,
): Promise<Tensor<"uint8">> {
  const { width, height, channels } = form;
  const { data } = await decodeInForm(bytes, name, form, { ...form, antialias, background });
  const isNegative =
    inversion === "auto"
      ? channels === 1 && isDarkOnLight({ ...form, data: Float32Array.from(data) }) !== (ink === "dark")
      : inversion;
  return tensor("uint8", [1, height, width, channels], isNegative ? data.map((byte) => 255 - byte) : data);
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function digitOf(
  gray: Picture,
  { width, height }: Size,
  { ink, invert: inversion }: PicturePreparation,
  name: string,
): { readonly picture: Picture; readonly doubts: readonly string[] } {
  checkContrast(gray, name);
  const wantsDark = ink === "dark";
  const isDark = inversion === "auto" ? isDarkOnLight(gray) : inversion !== wantsDark;
  // Prepared elsewhere.
  const isReady = isDark === wantsDark && gray.width === width && gray.height === height;
  if (isReady) return { picture: gray, doubts: [] };
  const { pixels, doubts } = prepareDigit(gray, isDark, { width, height }, name);
  const light: Picture = { width, height, channels: 1, data: Float32Array.from(pixels) };
  return { picture: wantsDark ? invert(light) : light, doubts };
}

function wholeOf(
  picture: Picture,
  { width, height }: Size,
  { ink, invert: inversion, fit }: PicturePreparation,
): Picture {
  const takesNegative =
    inversion === "auto" ? picture.channels === 1 && isDarkOnLight(picture) !== (ink === "dark") : inversion;
  const turned = takesNegative ? invert(picture) : picture;
  if (fit === "contain") return fitInside(turned, width, height);
  return resize(fit === "crop" ? cropMiddle(turned, width, height) : turned, width, height);
}

function inChannels(picture: Picture, channels: 1 | 3): Picture {
  if (picture.channels === channels) return picture;
  const data = Float32Array.from(
    { length: picture.data.length * 3 },
    (_, i) => picture.data[Math.floor(i / 3)] as number,
  );
  return { ...picture, channels: 3, data };
}

const toBytes = ({ data }: Picture): Uint8Array => Uint8Array.from(data, Math.round);
