import { imageDataGenerator } from "trazo";
import type { Technique } from "../technique.js";
import { batchnorm } from "./batchnorm.js";

/**
 * The notebook's cell: the batch normalization network, with every training image rotated, shifted and zoomed at random in
 * every epoch. Digits must not be mirrored.
 */
export const augmentation: Technique = {
  name: "augmentation",
  network: batchnorm.network,
  augmentation: () =>
    imageDataGenerator({
      rotationRange: 30,
      widthShiftRange: 0.1,
      heightShiftRange: 0.1,
      zoomRange: 0.2,
      fillMode: "nearest",
    }),
};
