import { imageDataGenerator } from "../../index.js";
import type { Technique } from "../technique.js";
import { batchnorm } from "./batchnorm.js";

/** Batch normalisation, and every epoch turns, moves and zooms the images anew. Digits must not be mirrored. */
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
