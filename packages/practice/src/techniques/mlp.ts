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
  report: {
    style: { light: "#8a6d1a", dark: "#dcbb52", shape: "cross" },
    text: {
      en: {
        name: "Multilayer perceptron",
        short: "MLP",
        network: "the MLP",
        about:
          "The network of the previous practice: two dense layers of 1024 units directly on the 784 pixels, without " +
          "convolutions. To it, a digit moved by one pixel is an entirely new input. The exercise asks to do better than this.",
      },
      es: {
        name: "Perceptrón multicapa",
        short: "MLP",
        network: "la red MLP",
        about:
          "La red de la práctica anterior: dos capas densas de 1024 neuronas directamente sobre los 784 píxeles, sin " +
          "convoluciones. Para ella, un dígito desplazado un píxel es una entrada del todo nueva. El ejercicio pide superarla.",
      },
    },
  },
};
