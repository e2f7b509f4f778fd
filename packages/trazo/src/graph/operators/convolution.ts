import { TrazoError } from "../../errors.js";
import { conv as convShape } from "../foreign/window.js";
import { inFiles, type Operator } from "../operator.js";
import { conv, convTranspose, type Pads, reshape, slice, transpose } from "../ops.js";
import { dimsEqual, formatShape, multiplyDims, staticDim } from "../shape.js";
import type { Dim, Node, Value } from "../value.js";
import { requireChannelsFirst, requireEqualDtypes, requireOutput } from "./requirements.js";
import { windowOutput } from "./window.js";

type Pair = readonly [number, number];

interface ConvAttributes {
  readonly strides: Pair;
  readonly dilations: Pair;
  readonly pads: Pads;
  /** Absent for 1. */
  readonly group?: number;
}

const attributesOf = (node: Node): ConvAttributes => node.attributes as unknown as ConvAttributes;

/** The kernel's axis of input channels is 1 in a convolution, where it is one group's, and 0 in the transposed one. */
function requireKernel(op: string, image: Value, kernel: Value, axis: 0 | 1, group = 1): void {
  requireChannelsFirst(op, image);
  const channels = kernel.shape[axis] as Dim;
  const wanted = axis === 1 ? multiplyDims(channels, group) : channels;
  if (kernel.shape.length !== 4 || !dimsEqual(image.shape[1] as Dim, wanted)) {
    throw new TrazoError(
      `${op}: the kernel ${formatShape(kernel.shape)} does not fit ${formatShape(image.shape)}.`,
    );
  }
  requireEqualDtypes(op, image, kernel);
}

/** Rows and columns at the far edge that no window covered. */
function leftOver(x: Value, kernel: Value, y: Value, { strides, dilations, pads }: ConvAttributes): Pair {
  const along = (i: 0 | 1) => {
    const covered =
      (staticDim(y.shape, 2 + i, "Conv") - 1) * strides[i] +
      (staticDim(kernel.shape, 2 + i, "Conv") - 1) * dilations[i] +
      1;
    return staticDim(x.shape, 2 + i, "Conv") + pads[i] + pads[(i + 2) as 2 | 3] - covered;
  };
  return [along(0), along(1)];
}

/**
 * dL/dkernel: a correlation of input and output gradient in which batch and channels change
 * places; strides become dilations and dilations strides.
 */
function kernelGradient(
  x: Value,
  kernel: Value,
  dy: Value,
  { strides, dilations, pads, group = 1 }: ConvAttributes,
): Value {
  const swapped = [1, 0, 2, 3];
  const full = conv(channelsOutside(x, group), transpose(dy, swapped), {
    strides: dilations,
    dilations: strides,
    pads,
    group,
  });
  const [kh, kw] = [staticDim(kernel.shape, 2, "Conv"), staticDim(kernel.shape, 3, "Conv")];
  return transpose(slice(slice(full, 2, 0, kh), 3, 0, kw), swapped);
}

/** `[batch, channels, H, W]` as `[channels of a group, groups * batch, H, W]`. */
function channelsOutside(x: Value, group: number): Value {
  if (group === 1) return transpose(x, [1, 0, 2, 3]);
  const [batch, channels, height, width] = x.shape as [Dim, number, Dim, Dim];
  const cut = reshape(x, [batch, group, channels / group, height, width]);
  const turned = transpose(cut, [2, 1, 0, 3, 4]);
  return reshape(turned, [channels / group, multiplyDims(batch, group), height, width]);
}

export const convolution: Record<string, Operator> = {
  Conv: {
    ...inFiles(convShape, 2, 3),
    attributes: { strides: "ints", dilations: "ints", pads: "ints", group: "int" },
    infer: ([x, kernel], attributes) => {
      const { strides, dilations, pads, group } = attributes as unknown as ConvAttributes;
      const [image, window] = [x as Value, kernel as Value];
      requireKernel("Conv", image, window, 1, group);
      const size = (i: 0 | 1): number =>
        windowOutput(
          staticDim(image.shape, 2 + i, "Conv"),
          // The exchanged convolution of a kernel gradient has output rows as its kernel.
          staticDim(window.shape, 2 + i, "Conv"),
          strides[i],
          dilations[i],
          pads[i] + pads[(i + 2) as 2 | 3],
        );
      const [height, width] = [size(0), size(1)];
      requireOutput("Conv", [height, width], image, window.shape.slice(2) as number[]);
      return [{ dtype: image.dtype, shape: [image.shape[0] as Dim, window.shape[0] as Dim, height, width] }];
    },
    gradient: (node, [dy]) => {
      const [x, kernel] = node.inputs as [Value, Value];
      const attributes = attributesOf(node);
      const outputPadding = leftOver(x, kernel, node.outputs[0] as Value, attributes);
      return [
        convTranspose(dy as Value, kernel, { ...attributes, outputPadding }),
        kernelGradient(x, kernel, dy as Value, attributes),
      ];
    },
  },
  ConvTranspose: {
    attributes: { strides: "ints", dilations: "ints", pads: "ints", output_padding: "ints", group: "int" },
    infer: ([y, kernel], attributes) => {
      const { strides, dilations, pads, group = 1 } = attributes as unknown as ConvAttributes;
      const extra = attributes.output_padding as Pair;
      const [image, window] = [y as Value, kernel as Value];
      requireKernel("ConvTranspose", image, window, 0);
      const size = (i: 0 | 1): Dim =>
        (staticDim(image.shape, 2 + i, "ConvTranspose") - 1) * strides[i] +
        (staticDim(window.shape, 2 + i, "ConvTranspose") - 1) * dilations[i] +
        1 +
        extra[i] -
        pads[i] -
        pads[(i + 2) as 2 | 3];
      return [
        {
          dtype: image.dtype,
          shape: [image.shape[0] as Dim, multiplyDims(window.shape[1] as Dim, group), size(0), size(1)],
        },
      ];
    },
    // It is the adjoint of a convolution with the same kernel: that is its gradient, and x and dy change places in the kernel's.
    gradient: (node, [dy]) => {
      const [x, kernel] = node.inputs as [Value, Value];
      const attributes = attributesOf(node);
      return [conv(dy as Value, kernel, attributes), kernelGradient(dy as Value, kernel, x, attributes)];
    },
  },
};
