import { layers, sequential } from "trazo";
import type { Technique } from "../technique.js";
import { convolutions } from "./convolutions.js";

/** Each dense layer's outputs are normalised over the batch. */
export const batchnorm: Technique = {
  name: "batchnorm",
  network: (options) =>
    sequential(
      [
        ...convolutions(),
        layers.dense({ units: 1024, activation: "relu" }),
        layers.batchNormalization(),
        layers.dense({ units: 1024, activation: "relu" }),
        layers.batchNormalization(),
        layers.dense({ units: 10, activation: "softmax" }),
      ],
      options,
    ),
};
