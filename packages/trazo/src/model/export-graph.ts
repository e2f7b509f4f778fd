import { toBinary } from "@bufbuild/protobuf";
import type { GraphProto } from "onnx-buf";
import { byteScale, type Preparation, unitScale } from "../data/preparation.js";
import { TrazoError } from "../errors.js";
import { encodeModel } from "../graph/encode.js";
import { Graph } from "../graph/graph.js";
import { formatShape } from "../graph/shape.js";
import type { Value } from "../graph/value.js";
import { lower } from "../lowering/lower.js";
import { lowerings } from "../lowering/registry.js";
import type { ModelDefinition } from "../network/definition.js";
import { layerOfOutput } from "../network/layer-graph.js";
import { freeName } from "../network/stored-name.js";
import {
  classesKey,
  exportedInput,
  exportedOutputs,
  type Preprocessing,
  preprocessingKey,
} from "../onnx/metadata.js";
import { simplify } from "../onnx/simplify.js";
import { onnxSchemas } from "../onnx-format/schemas.js";
import { version } from "../version.js";
import { emitForward, inputName, inputNames } from "./forward.js";

/** Options of `toOnnx`. */
export interface OnnxOptions {
  /**
   * What the file's user feeds: `"float32"` (default) pixels scaled as the model was trained on them; `"uint8"` pixels as pictures
   * have them, 0 to 255, which the graph itself then divides by `pixelDivisor` and scales as the model's preparation says.
   */
  readonly inputDtype?: "float32" | "uint8" | undefined;
  /** The order of an image's axes: `"NHWC"` (default) channels last, as in Keras, or `"NCHW"`, as PyTorch has it. */
  readonly inputLayout?: "NHWC" | "NCHW" | undefined;
  /** What pixels from 0 to 255 were divided by for training. Default: as the model's preparation says, else 255. */
  readonly pixelDivisor?: number | undefined;
  /**
   * The classes' names, in the order of the outputs, two for one sigmoid; they travel in the file's metadata. Default: the model's
   * `classNames`.
   */
  readonly classes?: readonly string[] | undefined;
}

/** The names of `OnnxOptions`, for `requireKnownOptions`. */
export const onnxOptionNames = {
  inputDtype: true,
  inputLayout: true,
  pixelDivisor: true,
  classes: true,
} as const;

/**
 * The model in inference mode with its weights, as an ONNX file of plain operators (opset 17): `images`, any number of them, in;
 * `probabilities` out (`predictions` where the last layer gives none).
 *
 * @throws TrazoError for an option that the model cannot have
 */
export function buildExportGraph(
  model: ModelDefinition,
  options: OnnxOptions,
  preparation: Partial<Preparation> = {},
): Uint8Array {
  const { inputDtype = "float32", inputLayout = "NHWC", classes } = options;
  const { divisor, mean, std } = { ...unitScale, ...preparation };
  const { pixelDivisor = divisor } = options;
  requireOneOf("inputDtype", inputDtype, ["float32", "uint8"]);
  requireOneOf("inputLayout", inputLayout, ["NHWC", "NCHW"]);
  requireDivisor("pixelDivisor", pixelDivisor);
  const notImages = model.inputs.find(({ tensor }) => tensor.shape.length !== 4);
  if (inputLayout === "NCHW" && notImages) {
    throw new TrazoError(
      `inputLayout "NCHW" is for images, but the model takes ${formatShape(notImages.tensor.shape)}.`,
    );
  }
  if (classes) requireClasses(classes, model, "classes");
  const isUint8 = inputDtype === "uint8";
  const graph = new Graph();
  const scale = isUint8 ? { divisor: pixelDivisor, mean, std } : byteScale;
  const input = { dtype: inputDtype, ...scale, layout: inputLayout };
  const { allPredictions } = emitForward(graph, model, input, false);
  const { lowered } = lower(graph, lowerings.direct);
  const preprocessing: Preprocessing = {
    layout: inputLayout,
    dtype: inputDtype,
    ...(isUint8 ? picturesOf(preparation) : preparation),
    divisor: isUint8 ? 1 : pixelDivisor,
  };
  const file = encodeModel(
    Object.fromEntries(
      exportedOutputNames(model).map((name, i) => [name, lowered(allPredictions[i] as Value)]),
    ),
    {
      name: model.name,
      producerVersion: version,
      renamed: exportedNames(model),
      bound: Object.fromEntries(model.variables.map(({ path, tensor }) => [path, tensor])),
      metadata: {
        [preprocessingKey]: JSON.stringify(preprocessing),
        ...(classes && { [classesKey]: JSON.stringify(classes) }),
      },
    },
  );
  simplify(file.graph as GraphProto);
  return toBinary(onnxSchemas().Model, file);
}

/** One input has the name that pictures have everywhere; several keep their own. */
const exportedNames = (model: ModelDefinition): Record<string, string> =>
  model.inputs.length === 1
    ? { [inputName]: exportedInput }
    : Object.fromEntries(inputNames(model).map((name, i) => [name, model.inputs[i]?.name ?? name]));

/** The same for outputs; one that has an input's name gets `_1`, … */
function exportedOutputNames(model: ModelDefinition): readonly string[] {
  if (model.outputs.length === 1) return [outputName(model)];
  const taken = new Set(Object.values(exportedNames(model)));
  return model.outputs.map(({ name }) => {
    const free = freeName(name, taken);
    taken.add(free);
    return free;
  });
}

/** A preparation without the scale, which the graph holds. */
const picturesOf = ({ mean: _, std: __, ...rest }: Partial<Preparation>): Partial<Preparation> => rest;

/** What the last layer's activation makes of its outputs. */
function outputName(model: ModelDefinition): string {
  const last = layerOfOutput(model);
  const activation = last?.getConfig().activation;
  return last?.className === "Softmax" || activation === "softmax" || activation === "sigmoid"
    ? exportedOutputs.probabilities
    : exportedOutputs.predictions;
}

function requireOneOf(option: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  throw new TrazoError(
    `${option} must be ${known.map((one) => `"${one}"`).join(" or ")}, but is "${value}".`,
  );
}

/** @throws TrazoError unless pixels can be divided by it */
export function requireDivisor(option: string, divisor: number): void {
  if (divisor > 0 && Number.isFinite(divisor)) return;
  throw new TrazoError(`${option} must be a positive finite number, but is ${divisor}.`);
}

/** @throws TrazoError unless there is a name for each class that the model tells */
export function requireClasses(classes: readonly string[], model: ModelDefinition, what: string): void {
  if (model.outputs.length > 1) {
    throw new TrazoError(
      `${what} are for models of one output, but this one has ${model.outputs.map(({ name }) => name).join(", ")}.`,
    );
  }
  const { outputShape } = model;
  const [, width, ...more] = outputShape;
  // One sigmoid stands for two classes.
  const count = width === 1 && outputName(model) === exportedOutputs.probabilities ? 2 : width;
  if (more.length > 0 || classes.length !== count) {
    throw new TrazoError(
      `${what} needs a name for each output of the model, ${formatShape(outputShape)}, but has ${classes.length}.`,
    );
  }
  const twice = classes.find((name, i) => classes.indexOf(name) !== i);
  if (twice !== undefined) throw new TrazoError(`The class "${twice}" is named twice.`);
  if (classes.includes("")) throw new TrazoError("A class has an empty name.");
}
