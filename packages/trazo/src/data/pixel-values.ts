import { divide, type Tensor, tensor } from "../tensor.js";
import { onlyDivides, type PixelScale } from "./preparation.js";

/** What a byte of a channel becomes. */
export function scaleOf({ divisor, mean, std }: PixelScale): (byte: number, channel: number) => number {
  const of = (values: readonly number[], channel: number): number =>
    (values.length === 1 ? values[0] : values[channel]) as number;
  return (byte, channel) => (byte / divisor - of(mean, channel)) / of(std, channel);
}

/**
 * The numbers that a model reads, `[images, ...sampleShape]`, of bytes `[images, height, width, channels]`. Where a division is all
 * there is to do, the bytes stay as they are and the graph divides.
 *
 * @param sampleShape the shape of one image as the model has it, channels last, e.g. `[28, 28]` or `[784]`
 */
export function pixelValues(images: Tensor, sampleShape: readonly number[], scale: PixelScale): Tensor {
  const shape = [images.shape[0] as number, ...sampleShape];
  if (onlyDivides(scale)) return divide({ ...images, shape }, scale.divisor);
  const channels = images.shape.at(-1) as number;
  const numberOf = scaleOf(scale);
  const bytes = images.data as Uint8Array;
  return tensor(
    "float32",
    shape,
    Float32Array.from(bytes, (byte, i) => numberOf(byte, i % channels)),
  );
}
