import { imageDataGenerator } from "trazo";
import type { Technique } from "../technique.js";
import { batchnorm } from "./batchnorm.js";

/**
 * The notebook's cell: the batch normalization network, with every training image rotated, shifted and zoomed at random in
 * every epoch. Digits must not be mirrored.
 */
export const augmentation: Technique = {
  name: "augmentation",
  network: batchnorm.network,
  augmentation: () =>
    imageDataGenerator({
      rotationRange: 30,
      widthShiftRange: 0.1,
      heightShiftRange: 0.1,
      zoomRange: 0.2,
      fillMode: "nearest",
    }),
  report: {
    style: { light: "#b03a82", dark: "#f391c8", shape: "triangle-down" },
    text: {
      en: {
        name: "Data augmentation",
        short: "Augmentation",
        network: "the network trained with data augmentation",
        about:
          "The network with batch normalization, but it hardly ever sees the same picture twice: each digit is rotated by up to " +
          "30°, shifted by up to a tenth of the image and zoomed by up to a fifth, at random each time. It has to learn what all " +
          "these variants have in common.",
      },
      es: {
        name: "Aumento de datos",
        short: "Aumento",
        network: "la red entrenada con aumento de datos",
        about:
          "La red con BatchNorm, pero que casi nunca ve dos veces la misma imagen: cada dígito se gira hasta 30°, se desplaza hasta " +
          "una décima parte de la imagen y se amplía o reduce hasta una quinta parte, al azar cada vez. Tiene que aprender lo " +
          "que todas esas variantes tienen en común.",
      },
    },
    normalizes: "among others",
    buildsOn: "batchnorm",
  },
};
