import { TrazoError } from "../errors.js";
import { requireKnownOptions } from "../known-options.js";
import { type Tensor, tensor } from "../tensor.js";
import { checkContrast, MNIST_SIZE, prepareDigit } from "./digit.js";
import { flatten, invert, isDarkOnLight, type Picture, type RgbaPixels, resize, toGrey } from "./picture.js";
import { pictureKind, pictureKinds } from "./picture-kind.js";
import { pictureExcess } from "./picture-limits.js";
import { readBytes } from "./read-bytes.js";
import { loadSharp } from "./sharp.js";

/** Options of `readDigitImage`. */
export interface ReadDigitImageOptions {
  /** Pixels. Default 28. */
  readonly height?: number | undefined;
  /** Pixels. Default 28. */
  readonly width?: number | undefined;
  /** 1 for grey (default) or 3 for red, green, blue. */
  readonly channels?: 1 | 3 | undefined;
  /**
   * Whether to take the negative, so that dark ink on light paper becomes MNIST's light on dark. Default `auto`: when the
   * picture goes further from its border's grey level into the dark than into the light; never for colour pictures.
   */
  readonly invert?: "auto" | boolean | undefined;
  /**
   * Whether to crop, scale and centre the ink as MNIST's images were, see `prepareDigit`. Otherwise the whole picture is
   * stretched to the size. Default true for 28×28 grey; not possible for others.
   */
  readonly mnistStyle?: boolean | undefined;
}

const readDigitImageOptions = {
  height: true,
  width: true,
  channels: true,
  invert: true,
  mnistStyle: true,
} as const;

/** Photographs are first brought to at most this many pixels a side, which is plenty for a digit. */
const WORKING_SIZE = 2048;

/**
 * Reads a PNG or JPEG picture of a handwritten digit, of any size and dark on light or light on dark, in the form in
 * which a network trained on MNIST expects it. A picture that is 28×28 and light on dark already is taken as it is.
 *
 * @returns shape [1, height, width, channels], values 0 to 255
 * @throws TrazoError naming the file when it is missing, damaged, neither PNG nor JPEG, too large, or blank
 */
export async function readDigitImage(
  file: string | URL,
  options: ReadDigitImageOptions = {},
): Promise<Tensor<"uint8">> {
  return await decodeDigitImage(() => readBytes(file), String(file), options);
}

/** `readDigitImage` for bytes from elsewhere. @param name of the picture, for error messages */
export async function decodeDigitImage(
  read: () => Promise<Uint8Array>,
  name: string,
  options: ReadDigitImageOptions = {},
): Promise<Tensor<"uint8">> {
  requireKnownOptions(options, readDigitImageOptions, "readDigitImage");
  const { height = MNIST_SIZE, width = MNIST_SIZE, channels = 1 } = options;
  checkSize("height", height);
  checkSize("width", width);
  const likeMnist = height === MNIST_SIZE && width === MNIST_SIZE && channels === 1;
  const { mnistStyle = likeMnist } = options;
  if (mnistStyle && !likeMnist) {
    throw new TrazoError(
      `mnistStyle makes grey images of 28×28, not of ${height}×${width} with ${channels} channels; set it to false.`,
    );
  }
  const decoded = flatten(await decode(await read(), name, Math.max(WORKING_SIZE, height, width)));
  const picture = channels === 1 ? toGrey(decoded) : decoded;
  const inverts = decideInversion(picture, options.invert ?? "auto");
  const light = inverts ? invert(picture) : picture;
  const shape = [1, height, width, channels];
  if (!mnistStyle) return tensor("uint8", shape, toBytes(resize(light, width, height)));
  checkContrast(light, name);
  const isMnist = !inverts && light.width === MNIST_SIZE && light.height === MNIST_SIZE;
  return tensor("uint8", shape, isMnist ? toBytes(light) : prepareDigit(light, name));
}

function decideInversion(picture: Picture, invert: "auto" | boolean): boolean {
  if (invert !== "auto") return invert;
  return picture.channels === 1 && isDarkOnLight(picture);
}

function toBytes({ data }: Picture): Uint8Array {
  return Uint8Array.from(data, Math.round);
}

async function decode(bytes: Uint8Array, file: string, workingSize: number): Promise<RgbaPixels> {
  try {
    return await decodeBytes(bytes, file, workingSize);
  } catch (error) {
    if (error instanceof TrazoError) throw error;
    const why = (error as Error).message.trim();
    throw new TrazoError(
      `${file}: not a picture that can be read (${why}). Expected an undamaged PNG or JPEG file.`,
      { cause: error },
    );
  }
}

async function decodeBytes(bytes: Uint8Array, file: string, workingSize: number): Promise<RgbaPixels> {
  // Loaded when first needed: it is a native module that most commands do without.
  const sharp = await loadSharp();
  const kind = pictureKind(bytes);
  if (!kind)
    throw new TrazoError(`${file}: not a picture that can be read; formats that can are ${pictureKinds}.`);
  const source = sharp(bytes, { failOn: "error", limitInputPixels: false });
  const excess = pictureExcess(kind, await source.metadata());
  if (excess) throw new TrazoError(`${file}: the picture is too large: ${excess}. Make it smaller.`);
  const { data, info } = await source
    .autoOrient()
    .resize({
      width: workingSize,
      height: workingSize,
      fit: "inside",
      withoutEnlargement: true,
      // Unlike the default kernel, this one leaves no dark rims around light strokes.
      kernel: "linear",
    })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

function checkSize(what: string, value: number): void {
  if (!Number.isInteger(value) || value < 1 || value > 4096) {
    throw new TrazoError(`${what} must be a whole number of pixels from 1 to 4096, but is ${value}.`);
  }
}
