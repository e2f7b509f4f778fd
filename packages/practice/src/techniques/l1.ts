import { layers, regularizers, sequential } from "trazo";
import type { Technique } from "../technique.js";
import { convolutions } from "./convolutions.js";

/** Weights cost by their size, which drives most of them to zero: 0.0001 times the sum of absolute values of both dense kernels. */
export const l1: Technique = {
  name: "l1",
  network: (options) =>
    sequential(
      [
        ...convolutions(),
        layers.dense({ units: 1024, activation: "relu", kernelRegularizer: regularizers.l1(0.0001) }),
        layers.dense({ units: 1024, activation: "relu", kernelRegularizer: regularizers.l1(0.0001) }),
        layers.dense({ units: 10, activation: "softmax" }),
      ],
      options,
    ),
};
