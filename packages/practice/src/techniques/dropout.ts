import { layers, sequential } from "trazo";
import type { Technique } from "../technique.js";
import { convolutions } from "./convolutions.js";

/** Half of each dense layer's outputs, others each time, are left out while training. */
export const dropout: Technique = {
  name: "dropout",
  network: (options) =>
    sequential(
      [
        ...convolutions(),
        layers.dense({ units: 1024, activation: "relu" }),
        layers.dropout({ rate: 0.5 }),
        layers.dense({ units: 1024, activation: "relu" }),
        layers.dropout({ rate: 0.5 }),
        layers.dense({ units: 10, activation: "softmax" }),
      ],
      options,
    ),
};
