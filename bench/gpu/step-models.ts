import type { StepModel } from "./capture.js";
import { classSteps } from "./class-steps.js";
import { networkSteps } from "./network-steps.js";
import { operatorSteps } from "./operator-steps.js";

/** The graphs whose operators are compared: between them they have every operator that is written for a device. */
export const stepModels = async (): Promise<StepModel[]> => [
  ...(await networkSteps()),
  ...(await classSteps()),
  ...operatorSteps(),
];
