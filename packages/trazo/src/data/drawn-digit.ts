import { TrazoError } from "../errors.js";
import { requireTensor, type Tensor, tensor } from "../tensor.js";
import { checkContrast, mnistSize, prepareDigit } from "./digit.js";

/**
 * What was drawn on a canvas, as MNIST's images are: the ink fitted into 20×20 of 28×28 pixels with its center of mass in the middle,
 * light on dark (LeCun, Cortes and Burges, the MNIST database). Needs no picture file, and so no decoder.
 *
 * @param drawing gray levels from 0 to 255, `[height, width]`, dark ink on light paper, at least 16 pixels per side
 * @returns `[28, 28, 1]`, values 0 to 255
 * @throws TrazoError when it is not such a tensor, and when nothing is drawn
 * @example
 * ```ts
 * const paper = new Uint8Array(100 * 100).fill(255);
 * for (let y = 20; y < 80; y++) paper.fill(0, 100 * y + 46, 100 * y + 54);
 * const one = drawnDigit(tensor("uint8", [100, 100], paper));
 * ```
 */
export function drawnDigit(drawing: Tensor<"uint8">): Tensor<"uint8"> {
  requireTensor(drawing, "drawnDigit: the drawing");
  const [height, width] = drawing.shape;
  if (
    drawing.dtype !== "uint8" ||
    drawing.shape.length !== 2 ||
    !height ||
    !width ||
    Math.min(height, width) < 16
  ) {
    throw new TrazoError(
      "drawnDigit: expected gray levels, a uint8 tensor [height, width] of at least 16 pixels per side, " +
        `but got ${drawing.dtype} [${drawing.shape.join(", ")}].`,
    );
  }
  const picture = { width, height, channels: 1, data: Float32Array.from(drawing.data) } as const;
  checkContrast(picture, "The drawing");
  const { pixels } = prepareDigit(picture, true, { width: mnistSize, height: mnistSize }, "The drawing");
  return tensor("uint8", [mnistSize, mnistSize, 1], pixels);
}
