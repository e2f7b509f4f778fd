import type { DisplayBundle } from "./displayed.js";
import { picturesOf, type ShownTensor } from "./image-values.js";
import { sheetBundle } from "./tensor-display.js";

/**
 * Images, each at the beginning of a row of what a generator makes of it.
 *
 * @param variants of the same images in the same order
 * @param text what is shown where there are no pictures
 */
export function variantsBundle(
  originals: ShownTensor,
  variants: readonly ShownTensor[],
  text: string,
): DisplayBundle {
  const [first, ...others] = [originals, ...variants].map(picturesOf);
  if (!first) return { "text/plain": text };
  const rows = first.images.flatMap((image, row) => [
    image,
    ...others.map((one) => one?.images[row] ?? image),
  ]);
  return sheetBundle({ ...first, images: rows }, variants.length + 1, text);
}
