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
  report: {
    style: { light: "#6a5acd", dark: "#aea2ff", shape: "triangle-right" },
    text: {
      en: {
        name: "Elastic net",
        short: "Elastic net",
        network: "the network with elastic net",
        about:
          "L1 and L2 penalties together: the first pulls weights that are of no use to zero, the second keeps the others small.",
      },
      es: {
        name: "Elastic net",
        short: "Elastic net",
        network: "la red con elastic net",
        about:
          "Las penalizaciones L1 y L2 a la vez: la primera empuja hacia cero los pesos que no sirven y la segunda mantiene " +
          "pequeños los demás.",
      },
    },
    penalty: {},
  },
};
