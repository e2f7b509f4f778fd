import type { Technique } from "../technique.js";
import { augmentation } from "./augmentation.js";
import { augmentationTuned } from "./augmentation-tuned.js";
import { base } from "./base.js";
import { batchnorm } from "./batchnorm.js";
import { best } from "./best.js";
import { dropout } from "./dropout.js";
import { elasticNet } from "./elastic-net.js";
import { l1 } from "./l1.js";
import { l2 } from "./l2.js";
import { mlp } from "./mlp.js";

/** Every technique, in the order in which they are compared. To add one, write its file and name it here. */
export const techniques: readonly Technique[] = [
  base,
  l2,
  l1,
  elasticNet,
  dropout,
  batchnorm,
  augmentation,
  augmentationTuned,
  mlp,
  best,
];

/** What the practice compares unless told otherwise. */
export const practiceTechniques: readonly Technique[] = [base, l2, dropout, batchnorm, augmentation];
