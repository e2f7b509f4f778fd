import { TrazoError } from "../errors.js";
import type { Shape } from "../graph/value.js";

/**
 * @param loss its name in files
 * @throws TrazoError for predictions of one number each: as the only class its probability is 1, and nothing is ever learned
 */
export function requireClasses(predictionShape: Shape, loss: string): void {
  if (predictionShape.at(-1) !== 1) return;
  throw new TrazoError(
    `${loss} compares classes, but the model gives one number for each sample or place, whose loss would always be 0. For two classes use ` +
      "binaryCrossentropy and a sigmoid, or give the last layer a unit for each class and a softmax.",
  );
}
