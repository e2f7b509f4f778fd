import { TrazoError } from "../errors.js";
import { formatShape } from "../graph/shape.js";
import { locateErrors } from "../keras-object.js";
import type { Sequential } from "../model/sequential.js";
import { divide, type Tensor } from "../tensor.js";
import type { ImageClassifier } from "./classifier.js";
import { areClasses, withProbabilities } from "./probabilities.js";

/**
 * A model of ours that takes pictures scaled to 0–1, as the practice's does. Outputs that are no probabilities go through a
 * softmax, as those of an ONNX file do. The model is freed with the classifier, and when it is none.
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
    const outputsOf = (images: Tensor): Promise<Tensor<"float32">> =>
      model.predict(divide(images, 255), { batchSize });
    return {
      name: model.name,
      imageShape,
      classes: Array.from({ length: width }, (_, i) => String(i)),
      ...(await withProbabilities(outputsOf, imageShape, where)),
      dispose: () => model.dispose(),
    };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

function picturesAndClasses({ inputShape, outputShape }: Sequential): {
  readonly imageShape: ImageClassifier["imageShape"];
  readonly width: number;
} {
  const [height, width, channels] = inputShape;
  if (typeof height !== "number" || typeof width !== "number" || (channels !== 1 && channels !== 3)) {
    throw new TrazoError(
      `the model takes samples of shape ${formatShape(inputShape)}, which is no picture [height, width, 1 or 3].`,
    );
  }
  const [, classes, ...more] = outputShape;
  if (typeof classes !== "number" || more.length > 0 || !areClasses(classes)) {
    throw new TrazoError(
      `the model gives ${formatShape(outputShape)}; expected [batch, classes] with at least two classes.`,
    );
  }
  return { imageShape: [height, width, channels], width: classes };
}
