/** The parts of the browser's interfaces for pictures that are used; Node's types do not have them. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  close(): void;
}

interface Context {
  drawImage(bitmap: Bitmap, x: number, y: number, width: number, height: number): void;
  getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
  imageSmoothingQuality: "low" | "medium" | "high";
}

interface Browser {
  readonly OffscreenCanvas: new (
    width: number,
    height: number,
  ) => { getContext(kind: "2d", options: object): Context };
  createImageBitmap?(blob: Blob, options: object): Promise<Bitmap>;
}

const browser = (): Browser => globalThis as unknown as Browser;

/** Whether there is anything that decodes pictures. */
export const hasPictures = (): boolean => typeof browser().createImageBitmap === "function";

/** A picture as it is stored, turned upright: color profiles are left out, as PIL and TensorFlow do. */
export async function bitmapOf(bytes: Uint8Array): Promise<Bitmap> {
  const { createImageBitmap } = browser();
  if (!createImageBitmap) throw new Error("nothing here decodes pictures");
  return await createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>]), {
    colorSpaceConversion: "none",
    premultiplyAlpha: "none",
    imageOrientation: "from-image",
  });
}

/** Red, green, blue and opacity of a bitmap, drawn to a size. Where it is transparent, colors are rounded to what is visible. */
export function pixelsOf(bitmap: Bitmap, width: number, height: number): Uint8Array {
  const canvas = new (browser().OffscreenCanvas)(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  return new Uint8Array(context.getImageData(0, 0, width, height).data.buffer);
}
