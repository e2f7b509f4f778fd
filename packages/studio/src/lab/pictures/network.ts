import { pooledBlock } from "@trazo/practice/networks";
import {
  type ImageDataGenerator,
  imageDataGenerator,
  layers,
  metrics,
  optimizers,
  type Sequential,
  type SequentialOptions,
  sequential,
} from "trazo";
import type { PictureSettings } from "../../protocol/pictures.js";

/** Maps of the convolutions, each of which halves the picture. */
const filters = [16, 32, 64, 96];
/** Blocks end where this many pixels per side are left. */
const leastSide = 4;

/** A network small enough to learn in a page: convolutions in blocks, and the means of their maps tell the classes apart. */
export function pictureNetwork(
  { side, channels, classes, seed }: PictureSettings,
  options: SequentialOptions,
): Sequential {
  const halvings = Math.floor(Math.log2(side / leastSide));
  const model = sequential(
    [
      layers.input({ shape: [side, side, channels] }),
      ...filters.slice(0, halvings).flatMap(pooledBlock),
      layers.globalAveragePooling2d(),
      layers.dense({ units: classes.length, activation: "softmax" }),
    ],
    { seed, ...options },
  );
  model.compile({
    optimizer: optimizers.adam({ learningRate: 0.002 }),
    loss: "sparseCategoricalCrossentropy",
    metrics: [metrics.sparseCategoricalAccuracy({ name: "accuracy" })],
  });
  model.classNames = classes;
  model.preparation = {
    divisor: 255,
    mean: [0],
    std: [1],
    ink: "light",
    invert: false,
    fit: "crop",
    interpolation: "bilinear",
    antialias: true,
  };
  return model;
}

/** Varies pictures so little that nobody would take them for others; they are not mirrored, since a left hand is not a right one. */
export const pictureVariation = (): ImageDataGenerator =>
  imageDataGenerator({
    rotationRange: 10,
    widthShiftRange: 0.08,
    heightShiftRange: 0.08,
    zoomRange: 0.12,
    fillMode: "nearest",
  });
