import { requireKnownOptions } from "../../known-options.js";
import { sampleSize } from "../../tensor.js";
import type { Dataset } from "./dataset.js";
import { symmetricBeta } from "./gamma.js";
import { imageShape } from "./image-shape.js";
import { mapBatches } from "./map-dataset.js";
import { mixRow, requireMixableTargets, requirePositive } from "./mixing.js";

/** Options of `cutMix`. */
export interface CutMixOptions {
  /** Of the beta distribution from which the area that each picture keeps is drawn. Default 1: any area is as likely. */
  readonly alpha?: number | undefined;
}

/**
 * Puts a rectangle of another picture of the batch into each picture, and mixes their targets by its area (Yun et al. 2019, "CutMix:
 * Regularization Strategy to Train Strong Classifiers with Localizable Features"). For training only.
 *
 * @throws TrazoError unless the samples are pictures and the targets float32, such as one-hot rows
 * @example
 * ```ts
 * const pictures = await directoryDataset("animals", { height: 96, width: 96, labelMode: "categorical" });
 * await model.fit(cutMix(pictures), { epochs: 10 });
 * ```
 */
export function cutMix(dataset: Dataset, options: CutMixOptions = {}): Dataset<"float32", "float32"> {
  requireKnownOptions(options, { alpha: true }, "cutMix");
  const { alpha = 1 } = options;
  requirePositive(alpha, "cutMix: alpha");
  const { height, width, channels } = imageShape(dataset, "cutMix");
  requireMixableTargets(dataset, "cutMix");
  return mapBatches(dataset, ({ x, y }, random) => {
    const partners = random.permutation(x.shape[0] as number);
    const [images, targets] = [x.data.slice(), y?.data.slice()];
    const size = sampleSize(x);
    for (const [row, partner] of partners.entries()) {
      const side = Math.sqrt(1 - symmetricBeta(alpha, random));
      const [middleY, middleX] = [random.uniform() * height, random.uniform() * width];
      const [top, bottom] = reach(middleY, side * height, height);
      const [left, right] = reach(middleX, side * width, width);
      for (let line = top; line < bottom; line++) {
        const from = (line * width + left) * channels;
        const piece = images.subarray(
          partner * size + from,
          partner * size + from + (right - left) * channels,
        );
        x.data.set(piece, row * size + from);
      }
      const share = 1 - ((bottom - top) * (right - left)) / (height * width);
      if (y && targets) mixRow(y.data, targets, row, partner, sampleSize(y), share);
    }
  });
}

/** A stretch around its middle, as far as it lies within. */
function reach(middle: number, length: number, most: number): [from: number, to: number] {
  const inside = (place: number): number => Math.max(0, Math.min(most, Math.round(place)));
  return [inside(middle - length / 2), inside(middle + length / 2)];
}
