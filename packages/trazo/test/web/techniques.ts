import type {
  Callback,
  History,
  ImageDataGenerator,
  ImageDataset,
  Runtime,
  Sequential,
  SequentialOptions,
  Tensor,
} from "../../src/core.js";

/** What is needed of the library, in Node or in a page. */
export interface Library {
  divide(images: Tensor<"uint8">, divisor: number): Tensor;
  toCategorical(labels: Tensor<"uint8">, classes: number): Tensor;
}

/** As the practice has it. */
export interface Recipe {
  network(options: SequentialOptions): Sequential;
  augmentation?(): ImageDataGenerator;
}

/** One epoch of a technique of the practice over all training images that there are. */
export async function trainTechnique(
  { divide, toCategorical }: Library,
  recipe: Recipe,
  { train }: ImageDataset,
  runtime: Runtime,
): Promise<{ readonly model: Sequential; readonly losses: readonly number[] }> {
  const model = recipe.network({ seed: 1, runtime });
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  const [x, y] = [divide(train.images, 255), toCategorical(train.labels, 10)];
  const losses: number[] = [];
  const options = { verbose: 0, callbacks: [keepLosses(losses)] } as const;
  const generator = recipe.augmentation?.();
  const fitted: Promise<History> = generator
    ? model.fit(generator.flow(x, y, { batchSize: 128 }), options)
    : model.fit(x, y, { batchSize: 128, ...options });
  await fitted;
  return { model, losses };
}

/** The mean loss of the epoch so far, after each step. */
const keepLosses = (losses: number[]): Callback => ({
  onTrainBatchEnd: (_, logs) => void losses.push(logs.loss as number),
});
