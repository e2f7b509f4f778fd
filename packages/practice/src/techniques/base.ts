import { layers, sequential } from "trazo";
import type { Technique } from "../technique.js";
import { convolutions } from "./convolutions.js";

/** The notebook's "Modelo base": a LeNet-inspired network with two dense layers of 1024 units. */
export const base: Technique = {
  name: "base",
  network: (options) =>
    sequential(
      [
        ...convolutions(),
        layers.dense({ units: 1024, activation: "relu" }),
        layers.dense({ units: 1024, activation: "relu" }),
        layers.dense({ units: 10, activation: "softmax" }),
      ],
      options,
    ),
  report: {
    style: { light: "#565c66", dark: "#b4bac4", shape: "circle" },
    text: {
      en: {
        name: "Base network",
        short: "Base",
        network: "the base network",
        about:
          "Two convolutional layers look for strokes and corners wherever they are, average pooling summarizes what they find " +
          "at half the size, and two dense layers of 1024 units decide on the digit. Nothing keeps it from memorizing its " +
          "training digits. The other techniques are compared with it.",
      },
      es: {
        name: "Red base",
        short: "Base",
        network: "la red base",
        about:
          "Dos capas convolucionales buscan trazos y esquinas allí donde estén, el average pooling resume lo encontrado a la mitad de tamaño " +
          "y dos capas densas de 1024 neuronas deciden qué dígito es. Nada le impide aprenderse de memoria los dígitos de " +
          "entrenamiento. Es la referencia con la que se comparan las demás.",
      },
    },
  },
};
