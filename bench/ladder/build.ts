import { layers, type Runtime, type Sequential, sequential } from "trazo";
import type { LayerSpec, NetworkSpec } from "./network.js";

type Layer = ReturnType<typeof layers.flatten>;

const rules: Readonly<Partial<Record<LayerSpec["kind"], (layer: LayerSpec) => Layer>>> = {
  conv: ({ filters = 0, kernel = 0, stride = 1, same, relu }) =>
    layers.conv2d({
      filters,
      kernelSize: kernel,
      strides: stride,
      padding: same ? "same" : "valid",
      ...activationOf(relu),
    }),
  batchNorm: () => layers.batchNormalization(),
  relu: () => layers.activation({ activation: "relu" }),
  maxPool: ({ size = 2 }) => layers.maxPooling2d({ poolSize: size }),
  averagePool: ({ size = 2 }) => layers.averagePooling2d({ poolSize: size }),
  globalAverage: () => layers.globalAveragePooling2d(),
  flatten: () => layers.flatten(),
  dropout: ({ rate = 0 }) => layers.dropout({ rate }),
  dense: ({ units = 0, relu }) => layers.dense({ units, ...activationOf(relu) }),
};

const activationOf = (relu: boolean | undefined) => (relu ? ({ activation: "relu" } as const) : {});

/** A rung's network with Trazo's public API. */
export function buildNetwork(spec: NetworkSpec, runtime: Runtime): Sequential {
  const { side, channels, classes } = spec;
  const model = sequential([layers.input({ shape: [side, side, channels] })], { seed: 1, runtime });
  for (const layer of spec.layers) {
    const rule = rules[layer.kind];
    if (!rule) throw new Error(`Trazo has no ${layer.kind} for the ladder yet`);
    model.add(rule(layer));
  }
  model.add(layers.dense({ units: classes, activation: "softmax" }));
  return model;
}
