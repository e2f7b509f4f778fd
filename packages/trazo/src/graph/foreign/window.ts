import { intOf, intsOf, stringOf } from "../../onnx-format/attributes.js";
import { elementType } from "../../onnx-format/element-types.js";
import {
  fail,
  type Given,
  input,
  type Known,
  one,
  type Result,
  type ShapeRule,
  shapeText,
} from "../../onnx-format/shape-rule.js";
import { sizeOf } from "../../tensor.js";
import { inFiles, type Operator } from "../operator.js";

const ones = (count: number): number[] => new Array<number>(count).fill(1);

/** Positions of a window over an image's height, width, ...: ONNX's formula for Conv and the pools. */
function positions(given: Given, spatial: readonly number[], kernel: readonly number[]): number[] {
  const { node } = given;
  const rank = spatial.length;
  const perAxis = (name: string, least: number, count: number): number[] => {
    const values = intsOf(node, name) ?? new Array<number>(count).fill(least);
    if (values.length === count && values.every((value) => value >= least && value < 2 ** 20)) return values;
    return fail(node, `${name} are ${shapeText(values)}; expected ${count} numbers from ${least} up.`);
  };
  const strides = perAxis("strides", 1, rank);
  const dilations = perAxis("dilations", 1, rank);
  const pads = perAxis("pads", 0, 2 * rank);
  const autoPad = stringOf(node, "auto_pad") ?? "NOTSET";
  const round = (intOf(node, "ceil_mode") ?? 0) === 0 ? Math.floor : Math.ceil;
  return spatial.map((size, i) => {
    const stride = strides[i] as number;
    if (autoPad.startsWith("SAME")) return Math.ceil(size / stride);
    const padding = autoPad === "VALID" ? 0 : (pads[i] as number) + (pads[rank + i] as number);
    const extent = (dilations[i] as number) * ((kernel[i] as number) - 1) + 1;
    const count = round((size + padding - extent) / stride) + 1;
    if (count >= 1) return count;
    return fail(node, `its window of ${extent} is larger than the padded image of ${size + padding}.`);
  });
}

/** Image `[batch, channels, ...spatial]` with kernels `[outputs, channels / groups, ...window]`. */
function convolution(given: Given, image: Known, kernel: Known, type: number): Result {
  const { node } = given;
  const [batch, channels, ...spatial] = image.shape;
  const [outputs, perGroup, ...window] = kernel.shape;
  const groups = intOf(node, "group") ?? 1;
  const fits =
    spatial.length > 0 &&
    spatial.length <= 3 &&
    window.length === spatial.length &&
    groups >= 1 &&
    channels === (perGroup as number) * groups &&
    (outputs as number) % groups === 0 &&
    window.every((size) => size >= 1);
  if (!fits) {
    fail(
      node,
      `kernels ${shapeText(kernel.shape)} in ${groups} groups do not fit the image ${shapeText(image.shape)}.`,
    );
  }
  const stated = intsOf(node, "kernel_shape");
  if (stated && shapeText(stated) !== shapeText(window)) {
    fail(node, `kernel_shape is ${shapeText(stated)}, but the kernels are ${shapeText(kernel.shape)}.`);
  }
  const bias = node.opType === "Conv" ? given.inputs[2] : undefined;
  if (bias && shapeText(bias.shape) !== shapeText([outputs as number])) {
    fail(node, `a bias ${shapeText(bias.shape)} does not fit ${outputs} kernels.`);
  }
  const shape = [batch as number, outputs as number, ...positions(given, spatial, window)];
  const work = sizeOf(shape) * (perGroup as number) * sizeOf(window);
  // For integers the runtime lays out the window around every position, and for some also where each of its pixels is.
  const scratch = type === elementType.float32 ? 0 : (8 * work) / (outputs as number);
  // With a group for each channel there is no matrix product left.
  const isDepthwise = groups > 1;
  return { outputs: [{ type, shape }], work: isDepthwise ? slowly * work : work, scratch };
}

/** How many times as long as in a matrix product a number takes. */
const slowly = 8;

export const pool: ShapeRule = (given) => {
  const { node } = given;
  const { type, shape } = input(given, 0);
  const [batch, channels, ...spatial] = shape;
  const kernel = intsOf(node, "kernel_shape") ?? [];
  if (
    spatial.length === 0 ||
    kernel.length !== spatial.length ||
    kernel.some((size) => size < 1 || size > 2 ** 15)
  ) {
    fail(node, `kernel_shape ${shapeText(kernel)} does not fit the image ${shapeText(shape)}.`);
  }
  const pooled = [batch as number, channels as number, ...positions(given, spatial, kernel)];
  const window = sizeOf(kernel.map((size, i) => Math.min(size, spatial[i] as number)));
  const outputs = [
    { type, shape: pooled },
    { type: elementType.int64, shape: pooled },
  ];
  return { outputs: outputs.slice(0, node.output.length), work: slowly * sizeOf(pooled) * window };
};

const globalPool: ShapeRule = (given) => {
  const x = input(given, 0);
  const [batch, channels, ...spatial] = x.shape;
  if (spatial.length === 0) fail(given.node, `it needs an image, but gets ${shapeText(x.shape)}.`);
  return one(
    { type: x.type, shape: [batch as number, channels as number, ...ones(spatial.length)] },
    slowly * sizeOf(x.shape),
  );
};

export const conv: ShapeRule = (given) =>
  convolution(given, input(given, 0), input(given, 1), input(given, 0).type);

/** Windows over images that only files have. */
export const windowsInFiles: Readonly<Record<string, Operator>> = {
  ConvInteger: inFiles(
    (given) => convolution(given, input(given, 0), input(given, 1), elementType.int32),
    2,
    4,
  ),
  QLinearConv: inFiles(
    (given) => convolution(given, input(given, 0), input(given, 3), input(given, 7).type),
    8,
    9,
  ),
  LpPool: inFiles(pool),
  GlobalAveragePool: inFiles(globalPool),
  GlobalMaxPool: inFiles(globalPool),
};
