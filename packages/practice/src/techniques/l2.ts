import { layers, regularizers, sequential } from "trazo";
import type { Technique } from "../technique.js";
import { convolutions } from "./convolutions.js";

/** Large weights cost: 0.01 times the sum of squares of both dense kernels is added to the loss. */
export const l2: Technique = {
  name: "l2",
  network: (options) =>
    sequential(
      [
        ...convolutions(),
        layers.dense({ units: 1024, activation: "relu", kernelRegularizer: regularizers.l2(0.01) }),
        layers.dense({ units: 1024, activation: "relu", kernelRegularizer: regularizers.l2(0.01) }),
        layers.dense({ units: 10, activation: "softmax" }),
      ],
      options,
    ),
};
