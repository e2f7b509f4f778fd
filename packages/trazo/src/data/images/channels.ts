import type { DecodedImage } from "../../ports/images.js";
import type { Pixels } from "./resize-pixels.js";

/** Red, green and blue, 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number];

/**
 * A decoded picture in gray or color. Opacity is left out, as PIL and TensorFlow do, or, with a background, what is transparent shows
 * it. Gray is PIL's: ITU-R BT.601 luma in fixed point.
 */
export function inChannels(image: DecodedImage, channels: 1 | 3, background: Color | undefined): Pixels {
  const { width, height } = image;
  const color = colorsOf(image, background);
  if (channels === 3) return { width, height, channels, data: color };
  const data = new Uint8Array(width * height);
  for (let i = 0; i < data.length; i++) {
    const [red, green, blue] = [
      color[3 * i] as number,
      color[3 * i + 1] as number,
      color[3 * i + 2] as number,
    ];
    data[i] = (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  }
  return { width, height, channels, data };
}

function colorsOf(
  { width, height, channels, data }: DecodedImage,
  background: Color | undefined,
): Uint8Array {
  if (channels === 3) return data;
  const color = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const opacity = background ? (data[4 * i + 3] as number) / 255 : 1;
    for (let c = 0; c < 3; c++) {
      const behind = background ? (background[c] as number) : 0;
      color[3 * i + c] = Math.round(opacity * (data[4 * i + c] as number) + (1 - opacity) * behind);
    }
  }
  return color;
}

/** Red, green and blue for each level of gray. */
export function colorsOfGray(grays: Uint8Array): Uint8Array {
  const colors = new Uint8Array(3 * grays.length);
  for (let i = 0, at = 0; i < grays.length; i++, at += 3) {
    const gray = grays[i] as number;
    colors[at] = gray;
    colors[at + 1] = gray;
    colors[at + 2] = gray;
  }
  return colors;
}
