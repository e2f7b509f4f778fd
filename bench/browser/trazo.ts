import {
  type Layer,
  layers,
  type Runtime,
  type Sequential,
  sequential,
  tensor,
  toCategorical,
} from "../../packages/trazo/src/core.js";
import type { LayerSpec } from "../ladder/network.js";
import type { Contender, Task } from "./contender.js";

/** What a layer of the ladder is here. Others of its kinds are in none of this benchmark's networks. */
function layerOf({ kind, filters = 1, kernel = 3, same, relu, size = 2, units = 1 }: LayerSpec): Layer {
  const activation = relu ? "relu" : "linear";
  switch (kind) {
    case "conv":
      return layers.conv2d({ filters, kernelSize: kernel, padding: same ? "same" : "valid", activation });
    case "batchNorm":
      return layers.batchNormalization();
    case "relu":
      return layers.reLU();
    case "maxPool":
      return layers.maxPooling2d({ poolSize: size });
    case "averagePool":
      return layers.averagePooling2d({ poolSize: size });
    case "flatten":
      return layers.flatten();
    case "dense":
      return layers.dense({ units, activation });
    default:
      throw new Error(`No layer ${kind} in this benchmark.`);
  }
}

export function modelOf({ network }: Task, runtime: Runtime | undefined): Sequential {
  const { side, channels, classes, layers: specs } = network;
  const input = layers.input({ shape: [side, side, channels] });
  const output = layers.dense({ units: classes, activation: "softmax" });
  const model = sequential([input, ...specs.map(layerOf), output], { seed: 1, runtime });
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
  return model;
}

/** Steps of one `fit`, as users take them. */
export function trazo(task: Task, runtime: Runtime): Contender {
  const model = modelOf(task, runtime);
  const { batch, network } = task;
  const x = tensor("float32", [batch, network.side, network.side, network.channels], task.x);
  const labels = tensor("uint8", [batch], Uint8Array.from(task.labels));
  const y = toCategorical(labels, network.classes);
  return {
    async steps(count) {
      const { history } = await model.fit(x, y, {
        batchSize: batch,
        epochs: count,
        verbose: 0,
        shuffle: false,
      });
      return history.loss?.at(-1) as number;
    },
  };
}
