import { TrazoError } from "../errors.js";
import { formatShape } from "../graph/shape.js";
import { locateErrors } from "../keras-object.js";
import type { Sequential } from "../model/sequential.js";
import { divide, type Tensor, tensor } from "../tensor.js";
import type { ImageClassifier } from "./classifier.js";
import { areClasses, withProbabilities } from "./probabilities.js";

/**
 * A model of ours that takes pictures scaled to 0–1, as the practice's does. Outputs that are no probabilities go through a
 * softmax, as those of an ONNX file do; one output after a sigmoid stands for two classes. The model is freed with the
 * classifier, and when it is none.
 *
 * @param where names the model in errors
 * @param batchSize pictures in one run
 * @throws TrazoError when the model takes no pictures, or does not give a number for each of at least two classes
 */
export async function kerasClassifier(
  model: Sequential,
  where: string,
  batchSize = 128,
): Promise<ImageClassifier> {
  try {
    const { imageShape, width } = locateErrors(where, () => picturesAndClasses(model));
    const outputsOf = async (images: Tensor): Promise<Tensor<"float32">> => {
      const outputs = await model.predict(divide(images, 255), { batchSize });
      return width === 1 ? bothClasses(outputs) : outputs;
    };
    return {
      name: model.name,
      imageShape,
      classes: Array.from({ length: Math.max(2, width) }, (_, i) => String(i)),
      ...(await withProbabilities(outputsOf, imageShape, where)),
      dispose: () => model.dispose(),
    };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

function picturesAndClasses(model: Sequential): {
  readonly imageShape: ImageClassifier["imageShape"];
  readonly width: number;
} {
  const { inputShape, outputShape } = model;
  const [height, width, channels] = inputShape;
  if (typeof height !== "number" || typeof width !== "number" || (channels !== 1 && channels !== 3)) {
    throw new TrazoError(
      `the model takes samples of shape ${formatShape(inputShape)}, which is no picture [height, width, 1 or 3].`,
    );
  }
  const [, classes, ...more] = outputShape;
  const activation = model.definition.layers.at(-1)?.layer.getConfig().activation;
  const binary = classes === 1 && activation === "sigmoid";
  if (typeof classes !== "number" || more.length > 0 || !(binary || areClasses(classes))) {
    throw new TrazoError(
      `the model gives ${formatShape(outputShape)}; expected [batch, classes] with at least two classes, or one after a sigmoid.`,
    );
  }
  return { imageShape: [height, width, channels], width: classes };
}

/** One output after a sigmoid is the probability of class 1: that of class 0 goes before it. */
function bothClasses({ data }: Tensor<"float32">): Tensor<"float32"> {
  const both = Float32Array.from({ length: data.length * 2 }, (_, i) => {
    const ofOne = data[i >> 1] as number;
    return i % 2 === 1 ? ofOne : 1 - ofOne;
  });
  return tensor("float32", [data.length, 2], both);
}
