/**
 * Two kinds of pictures from folders, few of them, all different after augmentation: the small convolution network of "Deep
 * Learning with Python" (Chollet, 5.2).
 */
import {
  callbacks,
  imageDataGenerator,
  imagesFromDirectory,
  layers,
  loadModel,
  optimizers,
  type Runtime,
  sequential,
} from "trazo";

/** Where the pictures are, and how to learn from them. */
export interface CatsAndDogsOptions {
  /** With the folders `train` and `validation`, each with a folder for each of two kinds. */
  readonly folder: string;
  /** Where the best model goes. */
  readonly file: string;
  /** Pixels per side. Default 150. */
  readonly side?: number;
  /** Default 30. */
  readonly epochs?: number;
  readonly runtime?: Runtime;
}

/** @returns the kinds, and what the best model of all epochs reaches on the pictures kept back */
export async function catsAndDogs({
  folder,
  file,
  side = 150,
  epochs = 30,
  runtime,
}: CatsAndDogsOptions): Promise<{ classNames: readonly string[]; scores: Record<string, number> }> {
  const options = { height: side, width: side, labelMode: "binary" } as const;
  const train = await imagesFromDirectory(`${folder}/train`, options);
  const validation = await imagesFromDirectory(`${folder}/validation`, options);

  const model = sequential(
    [
      layers.input({ shape: [side, side, 3] }),
      layers.conv2d({ filters: 16, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 32, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dropout({ rate: 0.5 }),
      layers.dense({ units: 64, activation: "relu" }),
      layers.dense({ units: 1, activation: "sigmoid" }),
    ],
    { seed: 3, runtime },
  );
  model.compile({
    loss: "binary_crossentropy",
    optimizer: optimizers.rmsprop({ learningRate: 1e-3 }),
    metrics: ["acc"],
  });

  const augmenting = imageDataGenerator({
    rescale: 1 / 255,
    rotationRange: 40,
    widthShiftRange: 0.2,
    heightShiftRange: 0.2,
    shearRange: 0.2,
    zoomRange: 0.2,
    horizontalFlip: true,
  });
  const plain = imageDataGenerator({ rescale: 1 / 255 });
  const held = () => plain.flow(validation.images, validation.labels, { batchSize: 20, shuffle: false });
  await model.fit(augmenting.flow(train.images, train.labels, { batchSize: 20, seed: 1 }), {
    epochs,
    validationData: held(),
    callbacks: [callbacks.modelCheckpoint({ filepath: file, monitor: "val_loss", saveBestOnly: true })],
    verbose: 0,
  });
  await model.dispose();
  const best = await loadModel(file, { runtime });
  const scores = await best.evaluate(held());
  await best.dispose();
  return { classNames: train.classNames, scores };
}
