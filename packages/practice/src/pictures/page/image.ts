import type { Mistake } from "../examine.js";

/** The shape of a picture's bytes. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** Small pictures are shown larger, with visible pixels. */
const leastShown = 96;

/** A picture as a PNG in a `data:` address. */
export async function pictureAddress(
  pixels: Uint8Array,
  [height, width, channels]: ImageShape,
): Promise<string> {
  const { default: sharp } = await import("sharp");
  const factor = Math.max(1, Math.ceil(leastShown / Math.min(height, width)));
  const png = await sharp(pixels, { raw: { width, height, channels: channels as 1 | 3 } })
    .resize({ width: width * factor, height: height * factor, kernel: "nearest" })
    .png({ compressionLevel: 9 })
    .toBuffer();
  return `data:image/png;base64,${png.toString("base64")}`;
}

/** How strongly the color of heat covers the picture, at most. */
const strongest = 0.75;

/** A mistake's picture with what spoke for it in color: the picture itself in gray, warm where Grad-CAM is high. */
export async function heatAddress({ pixels, heat }: Mistake, shape: ImageShape): Promise<string | undefined> {
  if (!heat) return undefined;
  const [height, width, channels] = shape;
  const colored = new Uint8Array(height * width * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const warm = valueAt(heat, (x + 0.5) / width, (y + 0.5) / height);
      const at = (y * width + x) * channels;
      const gray =
        channels === 1
          ? (pixels[at] as number)
          : 0.299 * (pixels[at] as number) +
            0.587 * (pixels[at + 1] as number) +
            0.114 * (pixels[at + 2] as number);
      const color = [255, 255 * (1 - 0.55 * warm), 0];
      for (const [c, value] of color.entries()) {
        colored[(y * width + x) * 3 + c] = Math.round(
          (1 - strongest * warm) * gray + strongest * warm * value,
        );
      }
    }
  }
  return await pictureAddress(colored, [height, width, 3]);
}

/** Between the places of the map, linearly. */
function valueAt({ height, width, values }: NonNullable<Mistake["heat"]>, x: number, y: number): number {
  const axis = (place: number, length: number): [number, number, number] => {
    const position = Math.min(length - 1, Math.max(0, place * length - 0.5));
    const low = Math.floor(position);
    return [low, Math.min(length - 1, low + 1), position - low];
  };
  const [left, right, across] = axis(x, width);
  const [top, bottom, down] = axis(y, height);
  const value = (row: number, column: number): number => values[row * width + column] as number;
  const above = (1 - across) * value(top, left) + across * value(top, right);
  const below = (1 - across) * value(bottom, left) + across * value(bottom, right);
  return (1 - down) * above + down * below;
}
