import { TrazoError } from "../../errors.js";
import type { Operator } from "../operator.js";
import type { Padding } from "../ops.js";
import { formatShape, staticDim } from "../shape.js";
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

/**
 * Operators that say what a layer means rather than how to compute it. They carry no gradient
 * rule: a lowering (src/lowering) replaces them before a graph is differentiated or encoded, and
 * the gradient follows from the operators it chose.
 */
export const semantic: Record<string, Operator> = {
  Conv2d: {
    infer: ([x, kernel], { strides, padding, dilation }) => {
      const { dtype, shape } = x as Value;
      const window = (kernel as Value).shape as readonly [number, number, number, number];
      requireImages("Conv2D", shape);
      requireEqualDtypes("Conv2D", x as Value, kernel as Value);
      if (window.length !== 4 || shape[3] !== window[2]) {
        throw new TrazoError(`Conv2D: the kernel ${formatShape(window)} does not fit ${formatShape(shape)}.`);
      }
      const size = windowShape(
        "Conv2D",
        shape,
        [window[0], window[1]],
        strides as unknown as Pair,
        dilation as unknown as Pair,
        padding as Padding,
      );
      return [{ dtype, shape: [shape[0] as Dim, ...size, window[3]] }];
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
  Normalization: { infer: ([x]) => [{ dtype: (x as Value).dtype, shape: (x as Value).shape }] },
};
