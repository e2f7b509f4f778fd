/** What a convolution network makes of a picture on its way, and on which part of it its answer rests (Chollet, 10). */
import {
  divide,
  gradCam,
  type LabeledImages,
  layers,
  type Runtime,
  sequential,
  type Tensor,
  toCategorical,
} from "trazo";

/** Digits to learn from, pictures to look at, and how. */
export interface LookingInsideOptions {
  readonly train: LabeledImages;
  /** `[n, 28, 28, 1]`, bytes. */
  readonly pictures: Tensor<"uint8">;
  /** Default 5. */
  readonly epochs?: number;
  readonly runtime?: Runtime;
}

/** What can be drawn. */
export interface Inside {
  /** What each layer gives for the pictures, by its name. */
  readonly maps: Readonly<Record<string, Tensor<"float32">>>;
  /** Where each picture speaks for the class that it is taken for, `[n, height, width]` of the last maps, from 0 to 1. */
  readonly heat: Tensor<"float32">;
  /** The filters of the first layer, `[3, 3, 1, 8]`. */
  readonly filters: Float32Array;
  readonly accuracy: number;
}

/** Trains a small network, and looks into it. */
export async function lookingInside({
  train,
  pictures,
  epochs = 5,
  runtime,
}: LookingInsideOptions): Promise<Inside> {
  const model = sequential(
    [
      layers.input({ shape: [28, 28, 1] }),
      layers.conv2d({ filters: 8, kernelSize: 3, activation: "relu", name: "edges" }),
      layers.maxPooling2d({ name: "coarser" }),
      layers.conv2d({ filters: 16, kernelSize: 3, activation: "relu", name: "parts" }),
      layers.maxPooling2d({ name: "coarsest" }),
      layers.flatten(),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
    { seed: 1, runtime },
  );
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  const { history } = await model.fit(divide(train.images, 255), toCategorical(train.labels, 10), {
    epochs,
    verbose: 0,
  });
  const shown = divide(pictures, 255);
  const maps = await model.upTo(["edges", "coarser", "parts"]).predict(shown);
  const heat = await gradCam(model, shown, { at: "parts" });
  const [filters] = model.getLayer("edges").getWeights();
  await model.dispose();
  return { maps, heat, filters: filters as Float32Array, accuracy: history.accuracy?.at(-1) ?? 0 };
}
