/** How one sample of a model's input is a picture. */
export interface PictureShape {
  readonly layout: "NHWC" | "NCHW";
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

/** The sides of pictures lie below. */
const largestSide = 4096;

/** What is read as a picture, for messages about what is not. */
export const pictureShapes = "[height, width, 1 or 3], [height, width], or flat and square, [height * width]";

/**
 * Reads a sample's shape as a picture: with its channels last or first, without an axis for them, or flat and square. Every file and
 * command reads shapes this way.
 *
 * @param sample without the batch, e.g. `[28, 28, 1]`, `[28, 28]` or `[784]`
 * @param layout when it is known, as in Keras's models
 * @returns undefined for no picture, null when the channels may be first or last
 */
export function pictureShape(
  sample: readonly number[],
  layout?: PictureShape["layout"] | undefined,
): PictureShape | null | undefined {
  const shape = shapeOf(sample, layout);
  return shape && Math.max(shape.height, shape.width) > largestSide ? undefined : shape;
}

function shapeOf(
  sample: readonly number[],
  layout: PictureShape["layout"] | undefined,
): PictureShape | null | undefined {
  const [a = 0, b = 0, c = 0] = sample;
  if (sample.length === 1) {
    const side = Math.sqrt(a);
    return Number.isInteger(side) ? { layout: "NHWC", height: side, width: side, channels: 1 } : undefined;
  }
  if (sample.length === 2) return { layout: "NHWC", height: a, width: b, channels: 1 };
  if (sample.length !== 3) return undefined;
  const last: PictureShape | undefined = isChannels(c)
    ? { layout: "NHWC", height: a, width: b, channels: c }
    : undefined;
  const first: PictureShape | undefined = isChannels(a)
    ? { layout: "NCHW", height: b, width: c, channels: a }
    : undefined;
  if (layout) return layout === "NHWC" ? last : first;
  return last && first ? null : (last ?? first);
}

const isChannels = (dim: number): dim is 1 | 3 => dim === 1 || dim === 3;
