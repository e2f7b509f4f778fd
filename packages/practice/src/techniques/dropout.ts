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
  report: {
    style: { light: "#cc5500", dark: "#ff9a57", shape: "triangle-up" },
    text: {
      en: {
        name: "Dropout",
        short: "Dropout",
        network: "the network with dropout",
        about:
          "In each training step, half of the outputs of both dense layers are set to zero, chosen at random each time. No " +
          "unit can count on another one being there, so each has to be useful by itself. Evaluation uses all of them.",
      },
      es: {
        name: "Dropout",
        short: "Dropout",
        network: "la red con dropout",
        about:
          "En cada paso de entrenamiento se pone a cero la mitad de las salidas de las dos capas densas, elegidas al azar en cada " +
          "paso. Ninguna neurona puede contar con que otra esté ahí, así que cada una ha de ser útil por sí misma. Al evaluar se " +
          "usan todas.",
      },
    },
  },
};
