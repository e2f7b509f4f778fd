import { layers, sequential } from "trazo";
import type { Technique } from "../technique.js";
import { convolutions } from "./convolutions.js";

/** Each dense layer's outputs are normalized over the batch. */
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
  report: {
    style: { light: "#00825d", dark: "#43d3a4", shape: "diamond" },
    text: {
      en: {
        name: "Batch normalization",
        short: "BatchNorm",
        network: "the network with batch normalization",
        about:
          "After each dense layer, the outputs are normalized to mean 0 and variance 1 over each batch, then scaled and shifted " +
          "by learned amounts, so that the next layer sees inputs of a steady size. Evaluation uses running averages of mean " +
          "and variance, collected during training, instead.",
      },
      es: {
        name: "Normalización por lotes (BatchNorm)",
        short: "BatchNorm",
        network: "la red con BatchNorm",
        about:
          "Tras cada capa densa, sus salidas se normalizan a media 0 y varianza 1 en cada lote, y después se escalan y desplazan " +
          "con valores aprendidos; así la capa siguiente recibe entradas de tamaño estable. Para evaluar se usan en su lugar " +
          "medias y varianzas acumuladas durante el entrenamiento.",
      },
    },
    normalizes: "alone",
  },
};
