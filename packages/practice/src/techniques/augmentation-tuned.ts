import { optimizers, schedules } from "trazo";
import type { Technique } from "../technique.js";
import { augmentation } from "./augmentation.js";

/**
 * The same network and the same images as `augmentation`, trained differently from the notebook: the learning rate falls more
 * slowly, and the last fifth of the epochs trains on unaltered images, which is what the network will have to read. Chosen on
 * the validation images.
 */
export const augmentationTuned: Technique = {
  ...augmentation,
  name: "augmentation-tuned",
  // Halved every 6 of 25 epochs.
  optimizer: (steps) =>
    optimizers.adam({
      learningRate: schedules.exponentialDecay({
        initialLearningRate: 0.001,
        decaySteps: Math.ceil(0.24 * steps),
        decayRate: 0.5,
      }),
    }),
  plainEpochs: (epochs) => Math.round(0.2 * epochs),
  report: {
    style: { light: "#6d1f4f", dark: "#ffcbe6", shape: "hexagon" },
    text: {
      en: {
        name: "Data augmentation, tuned",
        short: "Aug. tuned",
        network: "the network trained with tuned data augmentation",
        about:
          "The network and the pictures of data augmentation, but another training than the notebook’s: the learning rate falls " +
          "little by little, halving about every quarter of the training, and the last fifth of the epochs trains on the " +
          "pictures unaltered. Chosen on the validation digits.",
      },
      es: {
        name: "Aumento de datos ajustado",
        short: "Aum. ajustado",
        network: "la red entrenada con aumento de datos ajustado",
        about:
          "La red y las imágenes del aumento de datos, pero sin seguir el entrenamiento del cuaderno: la tasa de aprendizaje va " +
          "bajando poco a poco, a la mitad en cada cuarta parte del entrenamiento aproximadamente, y en el último quinto de las " +
          "épocas se entrena con las imágenes sin alterar. Elegido con los dígitos de validación.",
      },
    },
    normalizes: "among others",
    buildsOn: "augmentation",
  },
};
