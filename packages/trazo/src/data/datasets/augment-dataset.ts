import { randomStream } from "../../random/derive.js";
import { RandomState } from "../../random/mt19937.js";
import { type DType, newArray } from "../../tensor.js";
import type { ImageDataGenerator } from "../augmentation/index.js";
import { type Dataset, rowsOf } from "./dataset.js";
import { imageShape } from "./image-shape.js";
import { mappedTypes, mapSeeds } from "./map-dataset.js";

/**
 * The pictures of a dataset, each varied and standardized by a generator as it is read: with `directoryDataset`, what Keras's
 * `flow_from_directory` is for. The generator draws for every picture and epoch, from the model's seed.
 *
 * @throws TrazoError when the samples are not pictures
 * @example
 * ```ts
 * const pictures = await directoryDataset("animals", { height: 96, width: 96, divisor: 1 });
 * const generator = imageDataGenerator({ rotationRange: 15, brightnessRange: [0.7, 1.3], rescale: 1 / 255 });
 * await model.fit(augmentDataset(pictures, generator), { epochs: 10 });
 * ```
 */
export function augmentDataset<Y extends DType>(
  dataset: Dataset<DType, Y>,
  generator: ImageDataGenerator,
): Dataset<"float32", Y> {
  const { height, width, channels } = imageShape(dataset, "augmentDataset");
  const config = JSON.stringify(generator.getConfig());
  const { fingerprint, recipe } = dataset;
  const state = generator.state;
  return {
    ...mappedTypes(dataset),
    async read(indices, into, { seed }) {
      const { own, below } = mapSeeds(seed);
      const stored = newArray(dataset.x.dtype, into.x.length);
      await dataset.read(indices, { ...into, x: stored }, below);
      const images = rowsOf(dataset.x, indices.length, stored);
      const size = height * width * channels;
      for (const [row, index] of indices.entries()) {
        const random = new RandomState(randomStream(own, "sample", index).nextUint32());
        generator.writeBatch(images, [row], random, into.x.subarray(row * size, (row + 1) * size));
      }
    },
    fingerprint: () => `${config} of ${fingerprint?.call(dataset) ?? "pictures"}`,
    ...(recipe && state && { recipe: { kind: "augmented", of: recipe, generator: state } }),
  };
}
