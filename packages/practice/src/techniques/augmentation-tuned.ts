import { optimizers, schedules } from "trazo";
import type { Technique } from "../technique.js";
import { augmentation } from "./augmentation.js";

/**
 * The same network and the same images as `augmentation`, trained differently from the notebook: the learning rate falls more
 * slowly, and the last fifth of the epochs trains on unaltered images, which is what the network will have to read. Chosen on
 * the validation images.
 */
export const augmentationTuned: Technique = {
  ...augmentation,
  name: "augmentation-tuned",
  // Halved every 6 of 25 epochs.
  optimizer: (steps) =>
    optimizers.adam({
      learningRate: schedules.exponentialDecay({
        initialLearningRate: 0.001,
        decaySteps: Math.ceil(0.24 * steps),
        decayRate: 0.5,
      }),
    }),
  plainEpochs: (epochs) => Math.round(0.2 * epochs),
};
