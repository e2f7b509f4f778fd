import { augmentation } from "../../packages/practice/src/techniques/augmentation.js";
import { base } from "../../packages/practice/src/techniques/base.js";
import { batchnorm } from "../../packages/practice/src/techniques/batchnorm.js";
import { dropout } from "../../packages/practice/src/techniques/dropout.js";
import { l2 } from "../../packages/practice/src/techniques/l2.js";
import {
  apply,
  type ImageDataGenerator,
  imageDataGenerator,
  layers,
  type Model,
  model,
  type Runtime,
  sequential,
  tensor,
} from "../../packages/trazo/src/index.js";
import { captureStep, type StepModel } from "./capture.js";

type Options = { readonly seed: number; readonly runtime: Runtime };

const count = 8;

/** A convolutional network for small color images, with what the practice's has not. */
const varied = (options: Options): Model =>
  sequential(
    [
      layers.input({ shape: [16, 16, 3] }),
      layers.conv2d({ filters: 6, kernelSize: 3, padding: "same", activation: "elu" }),
      layers.maxPooling2d(),
      layers.conv2d({ filters: 16, kernelSize: 5, padding: "same", activation: "relu" }),
      layers.depthwiseConv2d({ kernelSize: 3, padding: "same", activation: "sigmoid" }),
      layers.groupNormalization({ groups: 4 }),
      layers.leakyRelu(),
      layers.upSampling2d(),
      layers.conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: "same", activation: "tanh" }),
      layers.conv2dTranspose({
        filters: 4,
        kernelSize: 3,
        strides: 2,
        padding: "same",
        activation: "softplus",
      }),
      layers.layerNormalization(),
      layers.zeroPadding2d(),
      layers.cropping2d({ cropping: 1 }),
      layers.averagePooling2d({ poolSize: 3, strides: 2, padding: "same" }),
      layers.prelu(),
      layers.globalAveragePooling2d(),
      layers.dense({ units: 5, activation: "softmax" }),
    ],
    options,
  );

/** Branches that meet. */
function branches(options: Options): Model {
  const pixels = layers.input({ shape: [16, 16, 3] });
  const left = apply(layers.conv2d({ filters: 4, kernelSize: 1, activation: "gelu" }), pixels);
  const right = apply(layers.separableConv2d({ filters: 4, kernelSize: 3, padding: "same" }), pixels);
  const both = [left, right] as const;
  const met = apply(layers.concatenate(), [
    apply(layers.add(), both),
    apply(layers.multiply(), both),
    apply(layers.maximum(), both),
  ]);
  const largest = apply(layers.globalMaxPooling2d(), met);
  const outputs = apply(layers.dense({ units: 5, activation: "softmax" }), largest);
  return model({ inputs: pixels, outputs, ...options }) as unknown as Model;
}

const random = (length: number): Float32Array => {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state / 2 ** 32;
  });
};

/** Steps of the practice's networks, and of two with layers of many kinds in sizes as they are in use. */
export async function networkSteps(): Promise<StepModel[]> {
  const networks = { base, dropout, l2, batchnorm };
  const steps: StepModel[] = [];
  for (const [name, { network }] of Object.entries(networks)) {
    steps.push(await stepOf(name, network, [28, 28, 1], 10, "categoricalCrossentropy"));
  }
  const generators = {
    nearest: augmentation.augmentation?.(),
    reflect: imageDataGenerator({ fillMode: "reflect" }),
  };
  for (const [mode, generator] of Object.entries(generators)) {
    const { network } = augmentation;
    const name = `augmentation, ${mode}`;
    steps.push(await stepOf(name, network, [28, 28, 1], 10, "categoricalCrossentropy", generator));
  }
  steps.push(await stepOf("varied", varied, [16, 16, 3], 5, "sparseCategoricalCrossentropy"));
  steps.push(await stepOf("branches", branches, [16, 16, 3], 5, "categoricalCrossentropy"));
  return steps;
}

async function stepOf(
  name: string,
  network: (options: Options) => Model,
  shape: readonly number[],
  classes: number,
  loss: "categoricalCrossentropy" | "sparseCategoricalCrossentropy",
  generator?: ImageDataGenerator,
): Promise<StepModel> {
  const size = shape.reduce((a, b) => a * b, count);
  const x = tensor("float32", [count, ...shape], random(size));
  const labels = Uint8Array.from({ length: count }, (_, i) => i % classes);
  const oneHot = Float32Array.from({ length: count * classes }, (_, i) =>
    Number(labels[Math.floor(i / classes)] === i % classes),
  );
  const y =
    loss === "categoricalCrossentropy"
      ? tensor("float32", [count, classes], oneHot)
      : tensor("uint8", [count], labels);
  const step = await captureStep(name, async (runtime) => {
    const made = network({ seed: 1, runtime });
    made.compile({ optimizer: "adam", loss, metrics: ["accuracy"] });
    const options = { verbose: 0 } as const;
    await (generator
      ? made.fit(generator.flow(x, y, { batchSize: count }), options)
      : made.fit(x, y, { batchSize: count, ...options }));
  });
  return step as StepModel;
}
