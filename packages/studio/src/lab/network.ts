import { convolutions } from "@trazo/practice/networks";
import {
  type ImageDataGenerator,
  imageDataGenerator,
  type Layer,
  layers,
  optimizers,
  regularizers,
  type Sequential,
  type SequentialOptions,
  sequential,
} from "trazo";
import type { RunSettings, Variation } from "../protocol/settings.js";

/** Both dense layers of the practice's network. */
const denseUnits = 1024;

/**
 * The practice's network with a run's techniques, compiled. Of a technique that is switched on alone, with the practice's value, it
 * is the practice's own network.
 */
export function networkOf(settings: RunSettings, options: SequentialOptions): Sequential {
  const { l2, l1, dropout, batchNorm, seed } = settings;
  const dense = (): Layer[] => [
    layers.dense({ units: denseUnits, activation: "relu", kernelRegularizer: penalty(l1, l2) }),
    ...(batchNorm ? [layers.batchNormalization()] : []),
    ...(dropout > 0 ? [layers.dropout({ rate: dropout })] : []),
  ];
  const model = sequential(
    [...convolutions(), ...dense(), ...dense(), layers.dense({ units: 10, activation: "softmax" })],
    { seed, ...options },
  );
  model.compile({
    optimizer: optimizers.adam({ learningRate: 0.001 }),
    loss: "categoricalCrossentropy",
    metrics: ["accuracy"],
  });
  return model;
}

function penalty(l1: number, l2: number): ReturnType<typeof regularizers.l1l2> | undefined {
  if (l1 > 0 && l2 > 0) return regularizers.l1l2({ l1, l2 });
  if (l1 > 0) return regularizers.l1(l1);
  return l2 > 0 ? regularizers.l2(l2) : undefined;
}

/** What varies the training images, as the practice's technique does. */
export const generatorOf = ({ rotation, shift, zoom }: Variation): ImageDataGenerator =>
  imageDataGenerator({
    rotationRange: rotation,
    widthShiftRange: shift,
    heightShiftRange: shift,
    zoomRange: zoom,
    fillMode: "nearest",
  });
