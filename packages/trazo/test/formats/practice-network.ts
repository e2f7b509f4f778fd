import {
  type Layer,
  layers,
  type Optimizer,
  optimizers,
  type Runtime,
  regularizers,
  sequential,
} from "../../src/index.js";

/** The networks that interop/keras/networks.py makes in Keras, as narrow as in the fixtures. */
export function practiceNetwork(name: string, seed: number, runtime?: Promise<Runtime>) {
  const penalty = name === "l2" ? { kernelRegularizer: regularizers.l2(0.01) } : {};
  const block = (): Layer[] => [
    layers.dense({ units: 8, activation: "relu", ...penalty }),
    ...(name === "batchnorm" || name === "augmentation" ? [layers.batchNormalization()] : []),
    ...(name.startsWith("dropout") ? [layers.dropout({ rate: name === "dropout" ? 0.5 : 0 })] : []),
  ];
  return sequential(
    [
      layers.input({ shape: [28, 28, 1] }),
      layers.conv2d({ filters: 2, kernelSize: 5, activation: "relu" }),
      layers.averagePooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 4, kernelSize: 5, activation: "relu" }),
      layers.averagePooling2d({ poolSize: 2 }),
      layers.flatten(),
      ...block(),
      ...block(),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
    { seed, runtime },
  );
}

/** The same, compiled as there. */
export function compiledNetwork(
  name: string,
  optimizer: Optimizer = optimizers.adam({ learningRate: 0.002 }),
) {
  const model = practiceNetwork(name, 1);
  model.compile({ optimizer, loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  return model;
}
