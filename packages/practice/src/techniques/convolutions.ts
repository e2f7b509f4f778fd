import { type Layer, layers } from "trazo";

/** What every network of the practice but the MLP begins with: two convolutions, each halved by averaging (LeCun et al. 1998). */
export function convolutions(): Layer[] {
  return [
    layers.input({ shape: [28, 28, 1] }),
    layers.conv2d({ filters: 6, kernelSize: 5, activation: "relu" }),
    layers.averagePooling2d({ poolSize: 2, strides: 2 }),
    layers.conv2d({ filters: 16, kernelSize: 5, activation: "relu" }),
    layers.averagePooling2d({ poolSize: 2, strides: 2 }),
    layers.flatten(),
  ];
}
