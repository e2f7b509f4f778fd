import { layers, regularizers, sequential } from "trazo";
import type { Technique } from "../technique.js";
import { convolutions } from "./convolutions.js";

/** Both penalties at once (Zou and Hastie 2005), each a tenth of its own technique's. */
export const elasticNet: Technique = {
  name: "elastic-net",
  network: (options) =>
    sequential(
      [
        ...convolutions(),
        layers.dense({
          units: 1024,
          activation: "relu",
          kernelRegularizer: regularizers.l1l2({ l1: 0.00001, l2: 0.001 }),
        }),
        layers.dense({
          units: 1024,
          activation: "relu",
          kernelRegularizer: regularizers.l1l2({ l1: 0.00001, l2: 0.001 }),
        }),
        layers.dense({ units: 10, activation: "softmax" }),
      ],
      options,
    ),
};
