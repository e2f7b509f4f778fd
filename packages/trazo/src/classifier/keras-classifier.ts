import { type PictureShape, pictureShape, pictureShapes } from "../data/picture-shape.js";
import { pixelValues } from "../data/pixel-values.js";
import type { Preparation } from "../data/preparation.js";
import { TrazoError } from "../errors.js";
import { formatShape } from "../graph/shape.js";
import { locateErrors } from "../keras-object.js";
import type { Model } from "../model/model.js";
import { layerOfOutput, type ModelPort } from "../network/layer-graph.js";
import type { Tensor } from "../tensor.js";
import {
  areClasses,
  bothClasses,
  type ClassOutputs,
  expectedClasses,
  type LastOperation,
  numberNames,
} from "./class-outputs.js";
import type { ImageClassifier } from "./classifier.js";
import { withProbabilities } from "./probabilities.js";
import { type ResolvedPreparation, resolvePreparation } from "./resolve-preparation.js";

/** Options of `kerasClassifier`. */
export interface KerasClassifierOptions {
  /** Pictures in one run. Default 128. */
  readonly batchSize?: number | undefined;
  /** How pictures are prepared, where the model's own preparation is wrong or unknown. */
  readonly preparation?: Partial<Preparation> | undefined;
}

/**
 * A model of ours that takes pictures, prepared as it says (`model.preparation`), else as is usual. Outputs that are not
 * probabilities go through a softmax, as those of an ONNX file do; one output after a sigmoid stands for two classes. The model is
 * freed with the classifier, and also when it turns out not to be a classifier.
 *
 * @param where names the model in errors
 * @throws TrazoError when the model takes no pictures, or does not give a number for each of at least two classes
 * @example
 * ```ts
 * const classifier = await kerasClassifier(model, "my model");
 * const probabilities = await classifier.classify(xTest);
 * ```
 */
export async function kerasClassifier(
  model: Model,
  where: string,
  { batchSize = 128, preparation: given }: KerasClassifierOptions = {},
): Promise<ImageClassifier> {
  try {
    const outputs = locateErrors(where, () => modelClasses(model));
    const resolved = locateErrors(where, () => modelPreparation(model, given));
    const { preparation, notes, pictureNotes } = resolved;
    const { height, width, channels } = modelPictures(model);
    const imageShape = [height, width, channels] as const;
    const outputsOf = async (images: Tensor): Promise<Tensor<"float32">> => {
      const values = pixelValues(images, sampleShapeOf(model), preparation);
      const predicted = await model.predict(values, { batchSize });
      return outputs.width === 1 ? bothClasses(predicted) : predicted;
    };
    const probabilities = await withProbabilities(outputsOf, imageShape, where, outputs.lastOperation);
    return {
      name: model.name,
      imageShape,
      classes: model.classNames ?? numberNames(outputs.width),
      preparation,
      classify: probabilities.classify,
      notes: [...notes, ...probabilities.notes],
      pictureNotes,
      dispose: () => model.dispose(),
    };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

/**
 * How a model's pictures are prepared: as is given, else as it says itself, else as is usual.
 *
 * @example
 * ```ts
 * const { preparation, notes } = modelPreparation(model, { divisor: 255 });
 * ```
 */
export function modelPreparation(model: Model, given: Partial<Preparation> | undefined): ResolvedPreparation {
  return resolvePreparation({
    stored: model.preparation,
    given,
    shape: modelPictures(model),
    classes: Math.max(2, modelClasses(model).width),
  });
}

const sampleShapeOf = ({ inputShape }: Model): number[] => inputShape.map(Number);

/**
 * The pictures that a model takes.
 *
 * @throws TrazoError when it takes something else
 * @example
 * ```ts
 * const { height, width, channels } = modelPictures(model);
 * ```
 */
export function modelPictures(model: Model): PictureShape {
  const { inputShape } = model;
  requireOne("takes", "inputs", model.definition.inputs);
  const isKnown = inputShape.every((dim) => typeof dim === "number");
  const shape = isKnown ? pictureShape(inputShape.map(Number), "NHWC") : undefined;
  if (shape) return shape;
  throw new TrazoError(
    `the model takes samples of shape ${formatShape(inputShape)}, which is not a picture; expected ${pictureShapes}.`,
  );
}

function modelClasses({ outputShape, definition }: Model): ClassOutputs {
  requireOne("gives", "outputs", definition.outputs);
  const [, width, ...more] = outputShape;
  const lastOperation = lastOf(layerOfOutput(definition)?.getConfig().activation);
  if (typeof width === "number" && more.length === 0 && areClasses({ width, lastOperation })) {
    return { width, lastOperation };
  }
  throw new TrazoError(`the model gives ${formatShape(outputShape)}; expected ${expectedClasses}.`);
}

function requireOne(verb: string, what: string, ports: readonly ModelPort[]): void {
  if (ports.length < 2) return;
  const names = ports.map(({ name }) => name).join(", ");
  throw new TrazoError(`the model ${verb} several ${what}, ${names}; expected one.`);
}

const lastOf = (activation: unknown): LastOperation =>
  activation === "softmax" || activation === "sigmoid" || activation === "linear" ? activation : "unknown";
