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
  report: {
    style: { light: "#2b93c4", dark: "#9adcf7", shape: "triangle-left" },
    text: {
      en: {
        name: "L1 regularization",
        short: "L1",
        network: "the network with L1 regularization",
        about:
          "The loss adds 0.0001 times the sum of the absolute values of the weights of both dense layers. Unlike a square, an " +
          "absolute value pulls small weights toward zero just as hard as large ones, so that few need to carry the decision.",
      },
      es: {
        name: "Regularización L1",
        short: "L1",
        network: "la red con regularización L1",
        about:
          "La función de coste suma además 0,0001 veces el valor absoluto de los pesos de las dos capas densas. A diferencia del " +
          "cuadrado, el valor absoluto empuja hacia cero los pesos pequeños con la misma fuerza que los grandes, de modo que " +
          "basten unos pocos para sostener la decisión.",
      },
    },
    penalty: { factor: 0.0001 },
  },
};
