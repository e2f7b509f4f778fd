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
  report: {
    style: { light: "#0068b5", dark: "#5db2f5", shape: "square" },
    text: {
      en: {
        name: "L2 regularization",
        short: "L2",
        network: "the network with L2 regularization",
        about:
          "The loss adds 0.01 times the sum of the squared weights of both dense layers. A large weight has to be worth its " +
          "cost, so the network spreads its decision over many small ones, and its answers change less abruptly.",
      },
      es: {
        name: "Regularización L2",
        short: "L2",
        network: "la red con regularización L2",
        about:
          "La función de coste suma además 0,01 veces los cuadrados de los pesos de las dos capas densas. Un peso grande tiene " +
          "que merecer la pena, así que la red reparte la decisión entre muchos pesos pequeños y sus respuestas cambian de forma " +
          "menos brusca.",
      },
    },
    penalty: { factor: 0.01 },
  },
};
