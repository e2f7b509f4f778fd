import { requireKnownOptions } from "../../known-options.js";
import { sampleSize } from "../../tensor.js";
import type { Dataset } from "./dataset.js";
import { symmetricBeta } from "./gamma.js";
import { mapBatches } from "./map-dataset.js";
import { mixRow, requireMixableTargets, requirePositive } from "./mixing.js";

/** Options of `mixUp`. */
export interface MixUpOptions {
  /** Of the beta distribution from which each sample's share is drawn: the larger, the more it is mixed. Default 0.2. */
  readonly alpha?: number | undefined;
}

/**
 * Mixes each sample of a batch, and its target, with another one of the batch (Zhang et al. 2018, "mixup: Beyond Empirical Risk
 * Minimization"). For training only.
 *
 * @throws TrazoError unless the targets are float32, such as one-hot rows
 * @example
 * ```ts
 * const pictures = await directoryDataset("animals", { height: 96, width: 96, labelMode: "categorical" });
 * await model.fit(mixUp(pictures, { alpha: 0.2 }), { epochs: 10 });
 * ```
 */
export function mixUp(dataset: Dataset, options: MixUpOptions = {}): Dataset<"float32", "float32"> {
  requireKnownOptions(options, { alpha: true }, "mixUp");
  const { alpha = 0.2 } = options;
  requirePositive(alpha, "mixUp: alpha");
  requireMixableTargets(dataset, "mixUp");
  return mapBatches(dataset, ({ x, y }, random) => {
    const count = x.shape[0] as number;
    const partners = random.permutation(count);
    const [images, targets] = [x.data.slice(), y?.data.slice()];
    for (const [row, partner] of partners.entries()) {
      const share = symmetricBeta(alpha, random);
      mixRow(x.data, images, row, partner, sampleSize(x), share);
      if (y && targets) mixRow(y.data, targets, row, partner, sampleSize(y), share);
    }
  });
}
