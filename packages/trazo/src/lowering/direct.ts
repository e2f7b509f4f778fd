import { padsOf, windowAxis } from "../graph/operators/window.js";
import {
  averagePool,
  type Conv2dOptions,
  conv,
  convTranspose,
  maxPool,
  type Padding,
  type Pads,
  type Pool2dOptions,
  reshape,
  transpose,
} from "../graph/ops.js";
import { staticDim } from "../graph/shape.js";
import type { Node, Value } from "../graph/value.js";
import { channelsFirst, convert, type Feature, type ImageSize, imageSize } from "./layout.js";
import type { Lowering, LoweringRule } from "./lower.js";

type Pair = readonly [number, number];

/** Padding of a window over an image, in ONNX's order. */
export function padsFor(
  size: ImageSize,
  window: Pair,
  strides: Pair,
  dilation: Pair,
  padding: Padding,
): Pads {
  const along = (i: 0 | 1) =>
    windowAxis([size.height, size.width][i] as number, window[i], strides[i], dilation[i], padding, "window");
  return padsOf(along(0), along(1));
}

/** The image size that the semantic graph promises for a node's output. */
export const outputSize = (node: Node): ImageSize => imageSize(node.outputs[0] as Value) as ImageSize;

/** Convolution as ONNX's own Conv, channels first. */
export const directConv2d: LoweringRule = (node, [x, kernel]) => {
  const { strides, padding, dilation } = node.attributes as unknown as Conv2dOptions;
  const image = convert(x as Feature, channelsFirst);
  const weights = (kernel as Feature).value;
  const window: Pair = [staticDim(weights.shape, 0, "Conv2D"), staticDim(weights.shape, 1, "Conv2D")];
  const pads = padsFor(image.size as ImageSize, window, strides, dilation, padding);
  const value = conv(image.value, transpose(weights, [3, 2, 0, 1]), { strides, dilations: dilation, pads });
  return { value, layout: channelsFirst, size: outputSize(node) };
};

/** Convolutions in groups of channels, of which a depthwise one has as many as there are channels, as ONNX's own Conv. */
const inGroups =
  (isDepthwise: boolean): LoweringRule =>
  (node, [x, kernel]) => {
    const { strides, padding, dilation } = node.attributes as unknown as Conv2dOptions;
    const image = convert(x as Feature, channelsFirst);
    const { channels } = image.size as ImageSize;
    const weights = (kernel as Feature).value;
    const [height, width, inner, outer] = weights.shape as [number, number, number, number];
    const group = isDepthwise ? channels : (node.attributes.groups as number);
    const output = outputSize(node);
    const pads = padsFor(image.size as ImageSize, [height, width], strides, dilation, padding);
    // A depthwise kernel has the filters of a channel side by side.
    const turned = transpose(weights, isDepthwise ? [2, 3, 0, 1] : [3, 2, 0, 1]);
    const filters = isDepthwise ? reshape(turned, [inner * outer, 1, height, width]) : turned;
    const value = conv(image.value, filters, { strides, dilations: dilation, pads, group });
    return { value, layout: channelsFirst, size: output };
  };

const directGroupedConv2d = inGroups(false);
const directDepthwiseConv2d = inGroups(true);

/** The transposed convolution as ONNX's own ConvTranspose, channels first. */
const directConv2dTranspose: LoweringRule = (node, [x, kernel]) => {
  const { strides, padding, dilation } = node.attributes as unknown as Conv2dOptions;
  const image = convert(x as Feature, channelsFirst);
  const weights = (kernel as Feature).value;
  const [height, width] = weights.shape as [number, number];
  const output = outputSize(node);
  const pads = padsFor(output, [height, width], strides, dilation, padding);
  const covered = (input: number, window: number, i: 0 | 1): number =>
    (input - 1) * strides[i] + (window - 1) * dilation[i] + 1 - pads[i] - pads[(i + 2) as 2 | 3];
  const { height: down, width: across } = image.size as ImageSize;
  const outputPadding: Pair = [
    output.height - covered(down, height, 0),
    output.width - covered(across, width, 1),
  ];
  const options = { strides, dilations: dilation, pads, outputPadding };
  const value = convTranspose(image.value, transpose(weights, [3, 2, 0, 1]), options);
  return { value, layout: channelsFirst, size: output };
};

const directPool =
  (pool: typeof averagePool): LoweringRule =>
  (node, [x]) => {
    const { poolSize, strides, padding } = node.attributes as unknown as Pool2dOptions;
    const image = convert(x as Feature, channelsFirst);
    const pads = padsFor(image.size as ImageSize, poolSize, strides, [1, 1], padding);
    const value = pool(image.value, { kernelShape: poolSize, strides, pads });
    return { value, layout: channelsFirst, size: outputSize(node) };
  };

export const directAveragePool2d = directPool(averagePool);
export const directMaxPool2d = directPool(maxPool);

/** Convolutions that have no other form. */
export const otherConvolutions: Lowering["rules"] = {
  GroupedConv2d: [directGroupedConv2d],
  DepthwiseConv2d: [directDepthwiseConv2d],
  Conv2dTranspose: [directConv2dTranspose],
};

/** One ONNX operator for each semantic one: portable, and the form to export. */
export const direct: Lowering = {
  name: "direct",
  rules: {
    Conv2d: [directConv2d],
    ...otherConvolutions,
    AveragePool2d: [directAveragePool2d],
    MaxPool2d: [directMaxPool2d],
  },
};
