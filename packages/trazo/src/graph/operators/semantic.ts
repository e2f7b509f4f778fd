import { TrazoError } from "../../errors.js";
import type { Attributes, Operator, ValueType } from "../operator.js";
import type { Padding } from "../ops.js";
import { formatShape, shapesEqual, staticDim } from "../shape.js";
import type { Dim, Shape, Value } from "../value.js";
import { requireEqualDtypes } from "./requirements.js";
import { windowAxis } from "./window.js";

type Pair = readonly [number, number];

/** @throws TrazoError when a channels-last image is not of rank 4 */
export function requireImages(op: string, shape: Shape): void {
  if (shape.length !== 4) {
    throw new TrazoError(
      `${op} takes images of shape [batch, height, width, channels], but got ${formatShape(shape)}. ` +
        "Add a channel axis, e.g. with an input shape of [28, 28, 1].",
    );
  }
}

/** Output height and width of a window over channels-last images. */
export function windowShape(
  op: string,
  shape: Shape,
  size: Pair,
  strides: Pair,
  dilation: Pair,
  padding: Padding,
): [number, number] {
  requireImages(op, shape);
  const along = (i: 0 | 1) =>
    windowAxis(staticDim(shape, 1 + i, op), size[i], strides[i], dilation[i], padding, op).output;
  return [along(0), along(1)];
}

const inferPool =
  (op: string): NonNullable<Operator["infer"]> =>
  ([x], { poolSize, strides, padding }) => {
    const { dtype, shape } = x as Value;
    const size = windowShape(
      op,
      shape,
      poolSize as unknown as Pair,
      strides as unknown as Pair,
      [1, 1],
      padding as Padding,
    );
    return [{ dtype, shape: [shape[0] as Dim, ...size, shape[3] as Dim] }];
  };

/** Of a convolution: the output's shape, with `filters` channels, where the kernel sees `channels` of the image's at a time. */
function convolved(
  layer: string,
  [x, kernel]: readonly Value[],
  { strides, padding, dilation }: Attributes,
  fits: (channels: number, kernel: readonly number[]) => boolean,
  filters: (kernel: readonly number[]) => number,
): ValueType[] {
  const { dtype, shape } = x as Value;
  const window = (kernel as Value).shape as readonly number[];
  requireImages(layer, shape);
  requireEqualDtypes(layer, x as Value, kernel as Value);
  if (window.length !== 4 || !fits(shape[3] as number, window)) {
    throw new TrazoError(`${layer}: the kernel ${formatShape(window)} does not fit ${formatShape(shape)}.`);
  }
  const size = windowShape(
    layer,
    shape,
    [window[0] as number, window[1] as number],
    strides as unknown as Pair,
    dilation as unknown as Pair,
    padding as Padding,
  );
  return [{ dtype, shape: [shape[0] as Dim, ...size, filters(window)] }];
}

/**
 * Operators that say what a layer means rather than how to compute it. They carry no gradient
 * rule: a lowering (src/lowering) replaces them before a graph is differentiated or encoded, and
 * the gradient follows from the operators it chose.
 */
export const semantic: Record<string, Operator> = {
  Conv2d: {
    infer: (inputs, attributes) =>
      convolved(
        "Conv2D",
        inputs,
        attributes,
        (channels, kernel) => channels === kernel[2],
        (kernel) => kernel[3] as number,
      ),
  },
  GroupedConv2d: {
    infer: (inputs, attributes) => {
      const groups = attributes.groups as number;
      return convolved(
        "Conv2D",
        inputs,
        attributes,
        (channels, [, , each = 0, filters = 0]) => channels === each * groups && filters % groups === 0,
        (kernel) => kernel[3] as number,
      );
    },
  },
  DepthwiseConv2d: {
    infer: (inputs, attributes) =>
      convolved(
        "DepthwiseConv2D",
        inputs,
        attributes,
        (channels, kernel) => channels === kernel[2],
        ([, , channels = 0, multiplier = 0]) => channels * multiplier,
      ),
  },
  Conv2dTranspose: {
    infer: ([x, kernel], attributes) => {
      const { dtype, shape } = x as Value;
      const { shape: window } = kernel as Value;
      const [height, width] = attributes.outputSize as unknown as Pair;
      requireImages("Conv2DTranspose", shape);
      // The convolution that it is the gradient of makes the input of the output.
      const output = [shape[0] as Dim, height, width, window[2] as Dim];
      const made = windowShape(
        "Conv2DTranspose",
        output,
        [window[0] as number, window[1] as number],
        attributes.strides as unknown as Pair,
        attributes.dilation as unknown as Pair,
        attributes.padding as Padding,
      );
      if (window.length !== 4 || !shapesEqual([shape[0] as Dim, ...made, window[3] as Dim], shape)) {
        throw new TrazoError(
          `Conv2DTranspose: the kernel ${formatShape(window)} does not make ${formatShape(output)} of ${formatShape(shape)}.`,
        );
      }
      requireEqualDtypes("Conv2DTranspose", x as Value, kernel as Value);
      return [{ dtype, shape: output }];
    },
  },
  AveragePool2d: { infer: inferPool("AveragePooling2D") },
  MaxPool2d: { infer: inferPool("MaxPooling2D") },
  // The normalized values, and the mean and the variance that they had.
  BatchNorm: {
    infer: ([x]) => {
      const { dtype, shape } = x as Value;
      const channels = [shape.at(-1) as Dim];
      return [
        { dtype, shape },
        { dtype, shape: channels },
        { dtype, shape: channels },
      ];
    },
  },
  // The values as [samples, places, groups, each], normalized in each sample and group.
  GroupNorm: { infer: ([x]) => [{ dtype: (x as Value).dtype, shape: (x as Value).shape }] },
  Normalization: { infer: ([x]) => [{ dtype: (x as Value).dtype, shape: (x as Value).shape }] },
};
