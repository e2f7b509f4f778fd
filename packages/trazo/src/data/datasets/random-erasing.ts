import { inWords, TrazoError } from "../../errors.js";
import { requireKnownOptions } from "../../known-options.js";
import type { RandomStream } from "../../random/stream.js";
import type { DType } from "../../tensor.js";
import type { Dataset } from "./dataset.js";
import { imageShape } from "./image-shape.js";
import { mapDataset } from "./map-dataset.js";

/** Options of `randomErasing`. */
export interface RandomErasingOptions {
  /** Share of the pictures in which a rectangle is erased. Default 0.5. */
  readonly probability?: number | undefined;
  /** Least and largest area, as shares of the picture's. Default [0.02, 0.33]. */
  readonly area?: readonly [number, number] | undefined;
  /** What stands there instead: a value, or `"noise"`, normal with mean 0 and deviation 1. Default 0. */
  readonly fill?: number | "noise" | undefined;
}

/** Sides of the rectangle stand to each other as 0.3 to 1/0.3 at most. */
const narrowest = 0.3;
/** Rectangles are drawn again where they do not fit. */
const mostDraws = 10;

/**
 * Erases a rectangle in some of the pictures (Zhong et al. 2020, "Random Erasing Data Augmentation"). For training only.
 *
 * @throws TrazoError for options that are wrong, and samples that are not pictures
 * @example
 * ```ts
 * const pictures = await directoryDataset("animals", { height: 96, width: 96 });
 * await model.fit(randomErasing(pictures, { probability: 0.25 }), { epochs: 10 });
 * ```
 */
export function randomErasing<Y extends DType>(
  dataset: Dataset<DType, Y>,
  options: RandomErasingOptions = {},
): Dataset<"float32", Y> {
  requireKnownOptions(options, { probability: true, area: true, fill: true }, "randomErasing");
  const { probability = 0.5, area = [0.02, 0.33], fill = 0 } = options;
  const [least, largest] = area;
  if (!(probability >= 0 && probability <= 1)) {
    throw new TrazoError(`randomErasing: probability must be from 0 to 1, but got ${inWords(probability)}.`);
  }
  if (!(least > 0 && least <= largest && largest <= 1)) {
    throw new TrazoError(
      `randomErasing: area must be two shares, 0 < least <= largest <= 1, but got ${inWords(area)}.`,
    );
  }
  const size = imageShape(dataset, "randomErasing");
  return mapDataset(dataset, ({ x }, random) => {
    if (random.uniform() >= probability) return;
    const box = drawBox(size, [least, largest], random);
    for (let line = box.top; line < box.top + box.height; line++) {
      const from = (line * size.width + box.left) * size.channels;
      const to = from + box.width * size.channels;
      for (let i = from; i < to; i++) x[i] = fill === "noise" ? random.normal() : fill;
    }
  });
}

function drawBox(
  size: { readonly height: number; readonly width: number },
  [least, largest]: readonly [number, number],
  random: RandomStream,
): { readonly top: number; readonly left: number; readonly height: number; readonly width: number } {
  for (let draw = 0; draw < mostDraws; draw++) {
    const area = (least + (largest - least) * random.uniform()) * size.height * size.width;
    const ratio = Math.exp(Math.log(narrowest) * (1 - 2 * random.uniform()));
    const [height, width] = [Math.round(Math.sqrt(area * ratio)), Math.round(Math.sqrt(area / ratio))];
    if (height < 1 || width < 1 || height > size.height || width > size.width) continue;
    const top = Math.floor(random.uniform() * (size.height - height + 1));
    const left = Math.floor(random.uniform() * (size.width - width + 1));
    return { top, left, height, width };
  }
  return { top: 0, left: 0, height: 0, width: 0 };
}
