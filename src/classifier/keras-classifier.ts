import { TrazoError } from "../errors.js";
import type { Sequential } from "../model/sequential.js";
import { divide } from "../tensor.js";
import type { ImageClassifier } from "./classifier.js";

const batchSize = 128;

/** A model of ours that takes pictures scaled to 0–1, as the practice's does. */
export function kerasClassifier(model: Sequential): ImageClassifier {
  const [height, width, channels] = model.inputShape;
  const [, classes, ...more] = model.outputShape;
  if (typeof height !== "number" || typeof width !== "number" || (channels !== 1 && channels !== 3)) {
    throw new TrazoError(
      `The model takes samples of shape [${model.inputShape.join(", ")}], which is no picture [height, width, 1 or 3].`,
    );
  }
  if (typeof classes !== "number" || more.length > 0) {
    throw new TrazoError(`The model gives [${model.outputShape.join(", ")}], not one number a class.`);
  }
  return {
    name: model.name,
    imageShape: [height, width, channels],
    classes: Array.from({ length: classes }, (_, i) => String(i)),
    classify: (images) => model.predict(divide(images, 255), { batchSize }),
    dispose: () => model.dispose(),
  };
}
