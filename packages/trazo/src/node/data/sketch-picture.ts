import { inChannels } from "../../data/images/channels.js";
import { resizePixels } from "../../data/images/resize-pixels.js";
import { decodeImage } from "./decode-image.js";

/** A picture at a glance. */
export interface PictureSketch {
  /** Pixels, turned upright. */
  readonly width: number;
  /** Pixels, turned upright. */
  readonly height: number;
  /** Whether red, green and blue are nearly the same in every pixel. */
  readonly isGray: boolean;
  /** Whether some pixel lets through what is behind it. */
  readonly isTransparent: boolean;
  /** The whole picture in small, `side` × `side` × 3 bytes. */
  readonly pixels: Uint8Array;
}

/** What lossy formats make of gray. */
const grayDifference = 8;

/**
 * Decodes a picture file and looks at it.
 *
 * @param name of the picture, for error messages
 * @throws TrazoError when it is not a picture, damaged, or too large
 */
export async function sketchPicture(bytes: Uint8Array, name: string, side: number): Promise<PictureSketch> {
  const image = await decodeImage(bytes, name);
  const pixels = inChannels(image, 3, undefined);
  const { width, height } = image;
  return {
    width,
    height,
    isGray: isGray(pixels.data),
    isTransparent: image.channels === 4 && hasHoles(image.data),
    pixels: resizePixels(pixels, { width: side, height: side }, "bilinear", true).data,
  };
}

function isGray(colors: Uint8Array): boolean {
  for (let i = 0; i < colors.length; i += 3) {
    const [red, green, blue] = [colors[i] as number, colors[i + 1] as number, colors[i + 2] as number];
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > grayDifference) return false;
  }
  return true;
}

function hasHoles(rgba: Uint8Array): boolean {
  for (let i = 3; i < rgba.length; i += 4) if ((rgba[i] as number) < 255) return true;
  return false;
}
