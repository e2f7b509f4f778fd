import type { ImageRecipe } from "../../data/augmentation/image-recipe.js";
import { recordLength } from "../../data/augmentation/image-recipe.js";
import type { ImageSize } from "../../data/augmentation/image-size.js";
import { fillNumbers, imageScratch } from "../../kernels/input-kernels.js";
import type { MadeInput } from "../made-input.js";
import { inputKernel } from "./input-kernel.js";

/** Images that are made of others by a recipe, and the names under which these, the records and the table of splines are fed. */
export interface MadeImages {
  readonly name: string;
  readonly source: string;
  readonly records: string;
  readonly splines: string;
  readonly recipe: ImageRecipe;
  readonly size: ImageSize;
  /** Whether the source has bytes, else float32 numbers. */
  readonly isBytes: boolean;
  readonly divisor: number;
}

export function madeImages(images: MadeImages): MadeInput {
  const { name, source, records, splines, recipe, isBytes, divisor } = images;
  const { height, width, channels } = images.size;
  const { order, fillMode, cval, rescale, bends } = recipe;
  const length = recordLength(recipe);
  const table = { name: splines, bytes: 8 * 5 * (height + width), isForAll: true };
  return {
    name,
    parts: [
      { name: source, bytes: (isBytes ? 1 : 4) * height * width * channels },
      { name: records, bytes: 8 * length },
      ...(bends ? [table] : []),
    ],
    scratch: imageScratch(height, width, channels),
    steps: (y, [from, by, shares], scratch) => [
      inputKernel(
        "sampleImages",
        ...[from ?? y, Number(isBytes), by ?? y, length],
        ...[{ perRow: 1 }, height, width, channels],
        ...[order, fillNumbers[fillMode], cval, divisor, rescale],
        ...[shares ?? 0, scratch, y],
      ),
    ],
  };
}
