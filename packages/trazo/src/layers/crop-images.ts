import { slice } from "../graph/ops.js";
import type { Dim, Value } from "../graph/value.js";
import type { PictureSize } from "./affine-sampling.js";
import { type ResizingMethod, resizeImages } from "./resize-images.js";

/** The part of an image from a row and a column on. */
export interface CropBox extends PictureSize {
  readonly top: number;
  readonly left: number;
}

/** That part of images `[batch, H, W, C]`. */
export const cropImages = (x: Value, { top, left, height, width }: CropBox): Value => {
  const rows = along(x, 1, top, height);
  return along(rows, 2, left, width);
};

const along = (x: Value, axis: 1 | 2, start: number, length: number): Value =>
  start === 0 && x.shape[axis] === length ? x : slice(x, axis, start, start + length);

/** The size of images `[batch, H, W, C]`. */
export function sizeOfImages(x: Value): PictureSize {
  const [, height, width] = x.shape as [Dim, number, number, Dim];
  return { height, width };
}

/** The largest part in the middle of an image with the proportions of another size, as Keras rounds it. */
function proportionalBox(from: PictureSize, to: PictureSize): CropBox {
  const limited = (length: number, wanted: number): number =>
    Math.max(Math.min(length, Math.trunc(wanted)), 1);
  const height = limited(from.height, (from.width * to.height) / to.width);
  const width = limited(from.width, (from.height * to.width) / to.height);
  return {
    top: Math.trunc((from.height - height) / 2),
    left: Math.trunc((from.width - width) / 2),
    height,
    width,
  };
}

/** Images cut to the proportions of a size, and brought to it: Keras's `smart_resize`. */
export function cropAndResize(
  x: Value,
  size: PictureSize,
  method: ResizingMethod = { interpolation: "bilinear" },
): Value {
  const part = cropImages(x, proportionalBox(sizeOfImages(x), size));
  return resizeImages(part, [size.height, size.width], method);
}
