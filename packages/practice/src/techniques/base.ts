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
};
