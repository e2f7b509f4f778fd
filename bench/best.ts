/**
 * Steps of `best`, our answer to the exercise, on images as they are: `fit` here and in Keras, a loop of one's own in PyTorch, all taking
 * turns in one run.
 *
 *     npx tsx bench/best.ts [--threads 2] [--rounds 16] [--steps 30]
 */
import { best } from "@trazo/practice";
import { fitSteps } from "./fit-steps.js";
import { comparePairs } from "./pairs.js";
import { kerasTechnique, pytorchBest } from "./peers.js";

const { augmentation: _, ...plain } = best;
const ours = fitSteps(plain);

await comparePairs([ours, ...pytorchBest, kerasTechnique("best")].map((source) => [source, ours]));
