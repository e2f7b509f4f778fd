import { create, toBinary } from "@bufbuild/protobuf";
import { type GraphProto, ModelProtoSchema, type ValueInfoProto, ValueInfoProtoSchema } from "onnx-buf";
import { readBytes } from "../data/read-bytes.js";
import { TrazoError } from "../errors.js";
import { locateErrors } from "../keras-object.js";
import { elementName, elementType } from "../onnx/element-types.js";
import { classesKey, exportedOutputs } from "../onnx/metadata.js";
import {
  type PictureInput,
  parseJson,
  pictureInput,
  preparePictures,
  requirePictures,
} from "../onnx/picture-input.js";
import { irVersion } from "../onnx/proto.js";
import { type OnnxModel, readOnnx } from "../onnx/read.js";
import { planGraph } from "../onnx/shapes/infer.js";
import type { Known } from "../onnx/shapes/rule.js";
import { nodeRuntime } from "../runtime/node.js";
import type { Session } from "../runtime/runtime.js";
import { sizeOf, sliceRows, type Tensor, tensor } from "../tensor.js";
import type { ImageClassifier } from "./classifier.js";
import type { OpenClassifierOptions } from "./open-classifier.js";
import { areClasses, withProbabilities } from "./probabilities.js";

/**
 * Opens an ONNX file, wherever it was made, for classifying pictures. Its input may be float32 or uint8, channels last or first or
 * flat, of a fixed batch or any; its outputs probabilities or logits, which then go through a softmax. The metadata that `toOnnx`
 * writes are followed; what had to be assumed is in `notes`. The runtime gets the graph only after everything in it was checked,
 * and only what was checked.
 *
 * @throws TrazoError naming the file, when it is damaged, takes no pictures, or needs what is not supported
 */
export async function loadOnnxClassifier(
  path: string,
  options: OpenClassifierOptions = {},
): Promise<ImageClassifier> {
  const bytes = await readBytes(path);
  const model = readOnnx(bytes, path);
  const plan = locateErrors(path, () => planRuns(model, bytes.length));
  const runtime = await (options.runtime ?? nodeRuntime());
  const session = await runtime.load(plan.bytes).catch((cause: unknown) => refuse(path, cause));
  const graph = new PictureGraph(path, plan, session);
  try {
    const { height, width, channels, notes } = plan.input;
    const imageShape = [height, width, channels] as const;
    const probabilities = await withProbabilities((images) => graph.run(images), imageShape, path);
    return {
      name: model.graph.name || "onnx",
      imageShape,
      classes: plan.classes,
      classify: probabilities.classify,
      notes: [...(runtime.notes ?? []), ...notes, ...probabilities.notes],
      dispose: () => session.release(),
    };
  } catch (error) {
    await session.release();
    throw error;
  }
}

interface RunPlan {
  readonly input: PictureInput;
  readonly output: string;
  readonly classes: readonly string[];
  /** Pictures in one run. */
  readonly batch: number;
  /** Whether other numbers of pictures can be run too. */
  readonly isOpen: boolean;
  /** The graph as the runtime gets it. */
  readonly bytes: Uint8Array;
}

const largestBatch = 128;
const batchMemory = 2 ** 26;

function planRuns(model: OnnxModel, fileBytes: number): RunPlan {
  const { graph } = model;
  const input = pictureInput(model);
  const output = chooseOutput(graph);
  const inputsFor = (count: number): Map<string, Known> =>
    new Map([[input.name, { type: elementType[input.dtype], shape: [count, ...input.sampleShape] }]]);
  const single = planGraph(graph, inputsFor(input.batch ?? 1), fileBytes);
  const width = widthOf(single.values.get(output.name), input.batch ?? 1, output.name);
  const many = Math.max(1, Math.min(largestBatch, Math.floor(batchMemory / Math.max(1, single.bytes))));
  const isOpen = input.batch === undefined && worksWith(many);
  return {
    input,
    output: output.name,
    classes: classNames(model, width),
    batch: input.batch ?? (isOpen ? many : 1),
    isOpen,
    bytes: checkedBytes(model, output),
  };

  /** Some files say any batch, but were made for one picture all the same. */
  function worksWith(count: number): boolean {
    try {
      const { values } = planGraph(graph, inputsFor(count), fileBytes);
      return widthOf(values.get(output.name), count, output.name) === width;
    } catch (error) {
      if (error instanceof TrazoError) return false;
      throw error;
    }
  }
}

/** `probabilities` where there is one, else the first output of floats. */
function chooseOutput(graph: GraphProto): ValueInfoProto {
  const isFloat = ({ type }: ValueInfoProto): boolean =>
    type?.value.case === "tensorType" && type.value.value.elemType === elementType.float32;
  const floats = graph.output.filter(isFloat);
  const chosen = floats.find(({ name }) => name === exportedOutputs.probabilities) ?? floats[0];
  if (chosen) return chosen;
  const names = graph.output.map(({ name }) => `"${name}"`).join(", ") || "none";
  throw new TrazoError(
    `a classifier gives float32 numbers, but none of the outputs (${names}) is of that type.`,
  );
}

/** Numbers for each picture: `[batch, classes]`, with further axes of 1 allowed. */
function widthOf(known: Known | undefined, count: number, name: string): number {
  const { shape = [], type = 0 } = known ?? {};
  const [rows, width = 0, ...more] = shape;
  if (type === elementType.float32 && rows === count && areClasses(width) && sizeOf(more) === 1) return width;
  throw new TrazoError(
    `the output "${name}" is ${elementName(type)} [${shape.join(", ")}] for ${count === 1 ? "a picture" : `${count} pictures`}; ` +
      `expected float32 [${count}, classes] with at least two classes.`,
  );
}

function classNames({ metadataProps }: OnnxModel, width: number): readonly string[] {
  const text = metadataProps.find(({ key }) => key === classesKey)?.value;
  if (text === undefined) return Array.from({ length: width }, (_, i) => String(i));
  const names = parseJson(text);
  if (!Array.isArray(names) || names.some((name) => typeof name !== "string" || /\p{Cc}/u.test(name))) {
    throw new TrazoError(
      `its metadata's "${classesKey}" is ${text.slice(0, 100)}; expected a JSON list of plain names.`,
    );
  }
  if (names.length === width) return names as string[];
  throw new TrazoError(`its metadata name ${names.length} classes, but its output has ${width}.`);
}

/** What was checked, and nothing else of the file. */
function checkedBytes(model: OnnxModel, output: ValueInfoProto): Uint8Array {
  const { graph } = model;
  const stored = new Set(graph.initializer.map(({ name }) => name));
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: model.irVersion < 4n ? irVersion : model.irVersion,
      opsetImport: model.opsetImport,
      graph: {
        name: graph.name,
        node: graph.node,
        initializer: graph.initializer,
        input: graph.input.filter(({ name }) => !stored.has(name)),
        output: [floatsNamed(output.name)],
      },
    }),
    { writeUnknownFields: false },
  );
}

const floatsNamed = (name: string): ValueInfoProto =>
  create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: "tensorType", value: { elemType: elementType.float32 } } },
  });

/** The runtime's reason, without the source lines that it adds. */
function refuse(path: string, cause: unknown): never {
  const reason = (cause instanceof Error ? cause.message : String(cause)).split("\n")[0]?.slice(0, 500);
  throw new TrazoError(`${path}: ONNX Runtime cannot run it: ${reason}`, { cause });
}

/** Runs a checked graph on any number of pictures. */
class PictureGraph {
  readonly #path: string;
  readonly #plan: RunPlan;
  readonly #session: Session;

  constructor(path: string, plan: RunPlan, session: Session) {
    this.#path = path;
    this.#plan = plan;
    this.#session = session;
  }

  /** The graph's output, `[pictures, classes]`. */
  async run(images: Tensor): Promise<Tensor<"float32">> {
    const { batch, isOpen, input, classes, output } = this.#plan;
    requirePictures(images, input, this.#path);
    const count = images.shape[0] as number;
    const width = classes.length;
    const data = new Float32Array(count * width);
    for (let start = 0; start < count; start += batch) {
      const end = Math.min(start + batch, count);
      const pictures = preparePictures(sliceRows(images, start, end), isOpen ? end - start : batch, input);
      const outputs = await this.#session
        .run({ [input.name]: pictures })
        .catch((cause: unknown) => refuse(this.#path, cause));
      const rows = outputs[output]?.data as Float32Array;
      data.set(rows.subarray(0, (end - start) * width), start * width);
    }
    return tensor("float32", [count, width], data);
  }
}
