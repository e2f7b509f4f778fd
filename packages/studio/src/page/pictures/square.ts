import { requireModestSize } from "./picture-size.js";

/** Pixels per side in which a picture is kept: more than any network here gets. */
const keptSide = 128;

type Source = CanvasImageSource;

/** What a network takes. */
interface Format {
  readonly side: number;
  readonly channels: 1 | 3;
}

/** The middle of a picture as a square, small enough to keep thousands. */
export function squareOf(source: Source, width: number, height: number, side = keptSide): OffscreenCanvas {
  const canvas = new OffscreenCanvas(side, side);
  const context = contextOf(canvas);
  const length = Math.min(width, height);
  // What shows through transparent pixels is white, as on paper.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, side, side);
  context.drawImage(source, (width - length) / 2, (height - length) / 2, length, length, 0, 0, side, side);
  return canvas;
}

/** A kept picture as the network gets it: `channels` bytes for each of `side` × `side` pixels. */
export function pixelsOf(square: Source, { side, channels }: Format): Uint8Array {
  const canvas = new OffscreenCanvas(side, side);
  const context = contextOf(canvas);
  context.drawImage(square, 0, 0, side, side);
  const { data } = context.getImageData(0, 0, side, side);
  const pixels = new Uint8Array(side * side * channels);
  for (let i = 0; i < side * side; i++) {
    const [red = 0, green = 0, blue = 0] = data.subarray(4 * i, 4 * i + 3);
    if (channels === 3) pixels.set([red, green, blue], 3 * i);
    else pixels[i] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
  }
  return pixels;
}

/** The same of a kept picture's file. @throws an error when the browser cannot read it */
export async function pixelsOfFile(file: Blob, format: Format): Promise<Uint8Array> {
  const bitmap = await createImageBitmap(file);
  const pixels = pixelsOf(bitmap, format);
  bitmap.close();
  return pixels;
}

/** A file as a square. @throws PictureTooLarge when it has too many pixels, another error when the browser cannot read it */
export async function squareOfFile(file: Blob): Promise<OffscreenCanvas> {
  await requireModestSize(file);
  const bitmap = await createImageBitmap(file);
  const square = squareOf(bitmap, bitmap.width, bitmap.height);
  bitmap.close();
  return square;
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("The browser cannot draw.");
  context.imageSmoothingQuality = "high";
  return context;
}
