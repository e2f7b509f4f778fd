import { layers, type Sequential, type SequentialOptions, sequential } from "../../index.js";

/** The notebook's "Modelo base": a LeNet-inspired network with two dense layers of 1024 units. */
export function base(options: SequentialOptions = {}): Sequential {
  const model = sequential([], options);
  model.add(layers.input({ shape: [28, 28, 1] }));
  model.add(layers.conv2d({ filters: 6, kernelSize: 5, activation: "relu" }));
  model.add(layers.averagePooling2d({ poolSize: 2, strides: 2 }));
  model.add(layers.conv2d({ filters: 16, kernelSize: 5, activation: "relu" }));
  model.add(layers.averagePooling2d({ poolSize: 2, strides: 2 }));
  model.add(layers.flatten());
  model.add(layers.dense({ units: 1024, activation: "relu" }));
  model.add(layers.dense({ units: 1024, activation: "relu" }));
  model.add(layers.dense({ units: 10, activation: "softmax" }));
  return model;
}
