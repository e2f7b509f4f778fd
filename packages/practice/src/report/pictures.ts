import { type FirstLayerKernels, imageSide } from "./data.js";
import type { FigureContext } from "./figures/figure.js";

/** A small picture as a PNG in a `data:` address. */
export interface Picture {
  readonly address: string;
  readonly width: number;
  readonly height: number;
}

/** A filter of the first layer, counted from 1 as in the model. */
export interface KernelPicture extends Picture {
  readonly number: number;
}

/** A filter wants ink where it is orange and paper where it is blue: a pair that color-blind readers can tell apart. */
const wantsInk = [217, 95, 2];
const wantsPaper = [31, 105, 190];
const mostKernels = 32;

/** Ink of the given strength on transparent paper, so that the page chooses the paper. */
export function inkPicture(pixels: Uint8Array): Promise<Picture> {
  const rgba = new Uint8Array(pixels.length * 4);
  for (const [i, ink] of pixels.entries()) rgba[i * 4 + 3] = ink;
  return encode(rgba, imageSide, imageSide);
}

/**
 * A picture of each kernel, weights of either sign in two colors, as strong as the largest weight of the layer is
 * opaque. Input channels are averaged. Of many kernels the ones with the largest norm are shown, in the model's order.
 */
export function kernelPictures(kernels: FirstLayerKernels): Promise<KernelPicture[]> {
  const [height, width, , outputs] = kernels.shape;
  const planes = Array.from({ length: outputs }, (_, output) => plane(kernels, output));
  const shown = strongest(planes);
  const largest = Math.max(...shown.flatMap((output) => (planes[output] ?? []).map(Math.abs))) || 1;
  return Promise.all(
    shown.map(async (output) => {
      const rgba = new Uint8Array(height * width * 4);
      for (const [i, weight] of (planes[output] ?? []).entries()) {
        rgba.set(weight < 0 ? wantsPaper : wantsInk, i * 4);
        rgba[i * 4 + 3] = Math.round((Math.abs(weight) / largest) * 255);
      }
      return { number: output + 1, ...(await encode(rgba, width, height)) };
    }),
  );
}

/** How to read the pictures of a layer's kernels, given how many are shown. */
export function kernelsNote(
  { layer, shape }: FirstLayerKernels,
  shown: number,
  { text, numbers }: Pick<FigureContext, "text" | "numbers">,
): string {
  const [height, width, , outputs] = shape;
  return text.figures.kernelsNote({
    layer,
    shown: numbers.count(shown),
    of: numbers.count(outputs),
    size: `${height}×${width}`,
  });
}

function plane({ shape, values }: FirstLayerKernels, output: number): number[] {
  const [height, width, inputs, outputs] = shape;
  return Array.from({ length: height * width }, (_, place) => {
    let sum = 0;
    for (let input = 0; input < inputs; input++)
      sum += values[(place * inputs + input) * outputs + output] ?? 0;
    return sum / inputs;
  });
}

function strongest(planes: readonly (readonly number[])[]): number[] {
  const norm = (weights: readonly number[]) => weights.reduce((sum, weight) => sum + weight * weight, 0);
  return planes
    .map((weights, output) => ({ output, norm: norm(weights) }))
    .sort((a, b) => b.norm - a.norm)
    .slice(0, mostKernels)
    .map(({ output }) => output)
    .sort((a, b) => a - b);
}

async function encode(rgba: Uint8Array, width: number, height: number): Promise<Picture> {
  // Loaded when first needed: it is a native module that most commands do without.
  const { default: sharp } = await import("sharp");
  const png = await sharp(rgba, { raw: { width, height, channels: 4 } })
    .png({ compressionLevel: 9 })
    .toBuffer();
  return { address: `data:image/png;base64,${png.toString("base64")}`, width, height };
}
