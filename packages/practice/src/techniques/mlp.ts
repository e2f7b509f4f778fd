import { layers, sequential } from "trazo";
import type { Technique } from "../technique.js";

/** The previous practice's network, without convolutions: the bar that the exercise asks to pass. */
export const mlp: Technique = {
  name: "mlp",
  network: (options) =>
    sequential(
      [
        layers.input({ shape: [28, 28, 1] }),
        layers.flatten(),
        layers.dense({ units: 1024, activation: "relu" }),
        layers.dense({ units: 1024, activation: "relu" }),
        layers.dense({ units: 10, activation: "softmax" }),
      ],
      options,
    ),
};
