import { create, toBinary } from "@bufbuild/protobuf";
import type { GraphProto, ValueInfoProto } from "onnx-buf";
import { platform } from "#platform";
import { onlyDivides, type Preparation } from "../data/preparation.js";
import { TrazoError } from "../errors.js";
import { locateErrors } from "../keras-object.js";
import { lastOperation } from "../onnx/last-operation.js";
import { classesKey, exportedOutputs } from "../onnx/metadata.js";
import { graphFor } from "../onnx/needed-nodes.js";
import { type PictureInput, parseJson, pictureInput, preparePictures } from "../onnx/picture-input.js";
import { planGraph } from "../onnx/plan-graph.js";
import { isMainDomain, type OnnxModel, readOnnx, requireSupported } from "../onnx/read.js";
import { elementName, elementType } from "../onnx-format/element-types.js";
import { irVersion } from "../onnx-format/proto.js";
import { onnxSchemas } from "../onnx-format/schemas.js";
import type { Known } from "../onnx-format/shape-rule.js";
import type { Session } from "../runtime/runtime.js";
import { sizeOf, sliceRows, type Tensor, tensor } from "../tensor.js";
import {
  areClasses,
  bothClasses,
  type ClassOutputs,
  classCount,
  expectedClasses,
  numberNames,
} from "./class-outputs.js";
import type { ImageClassifier } from "./classifier.js";
import type { OpenClassifierOptions } from "./open-options.js";
import { withProbabilities } from "./probabilities.js";
import { resolvePreparation } from "./resolve-preparation.js";

/**
 * Opens an ONNX file, wherever it was made, for classifying pictures. Its input may be float32 or uint8, channels last or first or
 * flat, of a fixed batch or any; its outputs probabilities or logits, which then go through a softmax. The metadata that `toOnnx`
 * writes are followed; what had to be assumed is in `notes`. Only what the chosen output needs counts: the runtime gets that part of
 * the graph, after everything in it was checked.
 *
 * @throws TrazoError naming the file, when it is damaged, takes no pictures, or needs what is not supported
 */
export async function loadOnnxClassifier(
  path: string,
  options: OpenClassifierOptions = {},
): Promise<ImageClassifier> {
  const bytes = await platform.files.read(path);
  const model = readOnnx(bytes, path);
  const plan = locateErrors(path, () => planRuns(model, bytes.length, options));
  const { input, outputs, classes } = plan;
  const { preparation, notes, pictureNotes } = locateErrors(path, () =>
    resolvePreparation({
      stored: input.stored,
      given: options.preparation,
      found: input.found,
      shape: input,
      classes: classes.length,
    }),
  );
  if (input.dtype === "uint8") locateErrors(path, () => requireBytes(preparation));
  const runtime = await (options.runtime ?? platform.runtime());
  const session = await runtime.load(plan.bytes).catch((cause: unknown) => refuse(path, cause));
  const graph = new PictureGraph(path, plan, preparation, session);
  try {
    const imageShape = [input.height, input.width, input.channels] as const;
    const outputsOf = async (images: Tensor): Promise<Tensor<"float32">> => {
      const given = await graph.run(images);
      return outputs.width === 1 ? bothClasses(given) : given;
    };
    const probabilities = await withProbabilities(outputsOf, imageShape, path, outputs.lastOperation);
    return {
      name: model.graph.name || "onnx",
      imageShape,
      classes,
      preparation,
      classify: probabilities.classify,
      notes: [...(runtime.notes ?? []), ...notes, ...probabilities.notes],
      pictureNotes,
      dispose: () => session.release(),
    };
  } catch (error) {
    await session.release();
    throw error;
  }
}

function requireBytes(preparation: Preparation): void {
  if (preparation.divisor === 1 && onlyDivides(preparation)) return;
  throw new TrazoError(
    "the graph takes bytes from 0 to 255 and scales them itself; a scale, mean or std cannot be given.",
  );
}

interface RunPlan {
  readonly input: PictureInput;
  readonly output: string;
  readonly outputs: ClassOutputs;
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

function planRuns(model: OnnxModel, fileBytes: number, options: OpenClassifierOptions): RunPlan {
  const input = pictureInput(model);
  const inputsFor = (count: number): Map<string, Known> =>
    new Map([[input.name, { type: elementType[input.dtype], shape: [count, ...input.sampleShape] }]]);
  const single = chooseOutput(
    model,
    (graph, name) => {
      const { values, bytes } = planGraph(graph, inputsFor(input.batch ?? 1), fileBytes);
      return { graph, name, bytes, outputs: outputsIn(graph, values.get(name), input.batch ?? 1, name) };
    },
    options,
  );
  const { graph, name, outputs } = single;
  const many = Math.max(1, Math.min(largestBatch, Math.floor(batchMemory / Math.max(1, single.bytes))));
  const isOpen = input.batch === undefined && worksWith(many);
  return {
    input,
    output: name,
    outputs,
    classes: classNames(model, outputs.width),
    batch: input.batch ?? (isOpen ? many : 1),
    isOpen,
    bytes: checkedBytes(model, graph),
  };

  /** Some files say any batch, but were made for one picture all the same. */
  function worksWith(count: number): boolean {
    try {
      const { values } = planGraph(graph, inputsFor(count), fileBytes);
      return outputsIn(graph, values.get(name), count, name).width === outputs.width;
    } catch (error) {
      if (error instanceof TrazoError) return false;
      throw error;
    }
  }
}

/** An output that may tell the classes, with the part of the graph that gives it. */
interface Candidate {
  readonly graph: GraphProto;
  readonly name: string;
  readonly outputs: ClassOutputs;
  /** Memory that one run takes. */
  readonly bytes: number;
}

/**
 * The one output of floats, or the one that is asked for. Of several: the one that is called `probabilities`, else the only one that
 * gives a number per class; of several of these the only one with the number of classes that is known, or that is not the input of
 * another's softmax.
 *
 * @param plan goes through an output's part of the graph, and throws a TrazoError when it gives no classes
 */
function chooseOutput(
  { graph, metadataProps }: OnnxModel,
  plan: (graph: GraphProto, name: string) => Candidate,
  { output, classes }: OpenClassifierOptions,
): Candidate {
  const consider = (name: string): Candidate => {
    const part = graphFor(graph, name);
    requireSupported(part);
    return plan(part, name);
  };
  const floats = graph.output.filter(isFloatOutput).map(({ name }) => name);
  if (output !== undefined) {
    if (floats.includes(output)) return consider(output);
    throw new TrazoError(
      `there is no output "${output}" of float32 numbers. Its outputs of that type: ${quoted(floats)}.`,
    );
  }
  const [only] = floats;
  if (only === undefined) {
    throw new TrazoError(
      `a classifier gives float32 numbers, but none of the outputs (${quoted(graph.output.map(({ name }) => name))}) is of that type.`,
    );
  }
  if (floats.length === 1) return consider(only);
  if (floats.includes(exportedOutputs.probabilities)) return consider(exportedOutputs.probabilities);
  const candidates = floats.flatMap((name) => orNone(() => consider(name)));
  const [found] = candidates;
  if (!found) return consider(only);
  const named = namesIn(metadataProps)?.length;
  const known = candidates.filter(({ outputs }) => classCount(outputs.width) === (classes ?? named));
  const likely = withoutLogits(known.length > 0 ? known : candidates);
  if (likely.length === 1) return likely[0] as Candidate;
  const choices = candidates.map(({ name, outputs }) => `"${name}" [batch, ${outputs.width}]`).join(", ");
  throw new TrazoError(
    `several outputs could tell the classes: ${choices}. Choose one with --output, or openClassifier's option output.`,
  );
}

const isFloatOutput = ({ type }: ValueInfoProto): boolean =>
  type?.value.case === "tensorType" && type.value.value.elemType === elementType.float32;

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ") || "none";

function orNone(make: () => Candidate): Candidate[] {
  try {
    return [make()];
  } catch (error) {
    if (error instanceof TrazoError) return [];
    throw error;
  }
}

/** Those that another one is made from, e.g. the logits of probabilities, say the same. */
function withoutLogits(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.filter(({ name, outputs }) =>
    candidates.every(
      (other) =>
        other.name === name ||
        other.outputs.width !== outputs.width ||
        !other.graph.node.some(({ input }) => input.includes(name)),
    ),
  );
}

/** Numbers for each picture: `[batch, classes]`, with further axes of 1 allowed. */
function outputsIn(graph: GraphProto, known: Known | undefined, count: number, name: string): ClassOutputs {
  const { shape = [], type = 0 } = known ?? {};
  const [rows, width = 0, ...more] = shape;
  const outputs = { width, lastOperation: lastOperation(graph, name) };
  if (type === elementType.float32 && rows === count && areClasses(outputs) && sizeOf(more) === 1)
    return outputs;
  throw new TrazoError(
    `the output "${name}" is ${elementName(type)} [${shape.join(", ")}] for ${count === 1 ? "a picture" : `${count} pictures`}; ` +
      `expected ${expectedClasses}.`,
  );
}

function classNames({ metadataProps }: OnnxModel, width: number): readonly string[] {
  const names = namesIn(metadataProps);
  if (names === undefined) return numberNames(width);
  if (names.length === classCount(width)) return names;
  throw new TrazoError(`its metadata name ${names.length} classes, but its output has ${classCount(width)}.`);
}

function namesIn(metadata: OnnxModel["metadataProps"]): string[] | undefined {
  const text = metadata.find(({ key }) => key === classesKey)?.value;
  if (text === undefined) return undefined;
  const names = parseJson(text);
  if (Array.isArray(names) && names.every((name) => typeof name === "string" && !/\p{Cc}/u.test(name)))
    return names;
  throw new TrazoError(
    `its metadata's "${classesKey}" is ${text.slice(0, 100)}; expected a JSON list of plain names.`,
  );
}

/** What was checked, and nothing else of the file. */
function checkedBytes(model: OnnxModel, graph: GraphProto): Uint8Array {
  const stored = new Set(model.graph.initializer.map(({ name }) => name));
  return toBinary(
    onnxSchemas().Model,
    create(onnxSchemas().Model, {
      irVersion: model.irVersion < 4n ? irVersion : model.irVersion,
      opsetImport: model.opsetImport.filter(({ domain }) => isMainDomain(domain)),
      graph: {
        name: graph.name,
        node: graph.node,
        initializer: graph.initializer,
        input: graph.input.filter(({ name }) => !stored.has(name)),
        output: graph.output.map(({ name }) => floatsNamed(name)),
      },
    }),
    { writeUnknownFields: false },
  );
}

const floatsNamed = (name: string): ValueInfoProto =>
  create(onnxSchemas().ValueInfo, {
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
  readonly #preparation: Preparation;
  readonly #session: Session;

  constructor(path: string, plan: RunPlan, preparation: Preparation, session: Session) {
    this.#path = path;
    this.#plan = plan;
    this.#preparation = preparation;
    this.#session = session;
  }

  /** The graph's output, `[pictures, classes]`. */
  async run(images: Tensor): Promise<Tensor<"float32">> {
    const { batch, isOpen, input, outputs, output } = this.#plan;
    const count = images.shape[0] as number;
    const { width } = outputs;
    const data = new Float32Array(count * width);
    for (let start = 0; start < count; start += batch) {
      const end = Math.min(start + batch, count);
      const rows = sliceRows(images, start, end);
      const pictures = preparePictures(rows, isOpen ? end - start : batch, input, this.#preparation);
      const given = await this.#session
        .run({ [input.name]: pictures })
        .catch((cause: unknown) => refuse(this.#path, cause));
      const numbers = given[output]?.data as Float32Array;
      data.set(numbers.subarray(0, (end - start) * width), start * width);
    }
    return tensor("float32", [count, width], data);
  }
}
