import { clone, create, toBinary } from "@bufbuild/protobuf";
import { unitScale } from "../../data/preparation.js";
import { requirePictures } from "../../data/require-pictures.js";
import { TrazoError } from "../../errors.js";
import { elementType } from "../../onnx-format/element-types.js";
import { onnxSchemas } from "../../onnx-format/schemas.js";
import type { Runtime } from "../../runtime/runtime.js";
import { sliceRows, type Tensor } from "../../tensor.js";
import { type PictureInput, pictureInput, preparePictures, runInputs } from "../picture-input.js";
import { planGraph } from "../plan-graph.js";
import type { OnnxModel } from "../read.js";
import { type ByteRange, byteRange } from "./qdq.js";

/** Pictures in one run: all measured activations of these are in memory at once. */
const batchSize = 32;

/**
 * Runs pictures through a graph and gives the range of bytes that covers each of the named activations.
 *
 * @throws TrazoError for a graph of several inputs, or of one that takes no pictures
 */
export async function measureRanges(
  model: OnnxModel,
  names: readonly string[],
  images: Tensor<"uint8">,
  runtime: Runtime,
  fileBytes: number,
): Promise<Map<string, ByteRange>> {
  const inputs = runInputs(model.graph).map(({ name }) => name);
  if (inputs.length > 1) {
    throw new TrazoError(
      `The ONNX file has several inputs, ${inputs.join(", ")}, but static quantization measures with pictures alone. ` +
        'Quantize it with mode "dynamic", which measures nothing.',
    );
  }
  const input = pictureInput(model);
  requirePictures(images, [input.height, input.width, input.channels], "The ONNX file");
  const shape = [input.batch ?? 1, ...input.sampleShape];
  // Before the runtime sees it: that it can be run, and within limits.
  planGraph(model.graph, new Map([[input.name, { type: elementType[input.dtype], shape }]]), fileBytes);
  const session = await runtime.load(withOutputs(model, names));
  const limits = new Map(names.map((name) => [name, { least: 0, largest: 0 }]));
  const include = (name: string, { data }: Tensor): void => {
    const limit = limits.get(name);
    if (!limit) return;
    for (const value of data as Float32Array) {
      if (value < limit.least) limit.least = value;
      else if (value > limit.largest) limit.largest = value;
    }
  };
  for (const pictures of batches(images, input)) {
    const outputs = await session.run({ [input.name]: pictures });
    include(input.name, pictures);
    for (const name of names) if (outputs[name]) include(name, outputs[name]);
  }
  await session.release();
  return new Map([...limits].map(([name, { least, largest }]) => [name, byteRange(least, largest)]));
}

function* batches(images: Tensor<"uint8">, input: PictureInput): Generator<Tensor> {
  const count = images.shape[0] as number;
  const size = input.batch ?? batchSize;
  const scale = { ...unitScale, ...input.found?.scale, ...input.stored };
  for (let start = 0; start < count; start += size) {
    const end = Math.min(start + size, count);
    yield preparePictures(sliceRows(images, start, end), input.batch ?? end - start, input, scale);
  }
}

/** The graph with activations among its outputs; inputs cannot be. */
function withOutputs(model: OnnxModel, names: readonly string[]): Uint8Array {
  const copy = clone(onnxSchemas().Model, model) as OnnxModel;
  const { input, output } = copy.graph;
  const taken = new Set([...input, ...output].map(({ name }) => name));
  const type = { value: { case: "tensorType" as const, value: { elemType: elementType.float32 } } };
  const more = names.filter((name) => !taken.has(name));
  output.push(...more.map((name) => create(onnxSchemas().ValueInfo, { name, type })));
  return toBinary(onnxSchemas().Model, copy);
}
