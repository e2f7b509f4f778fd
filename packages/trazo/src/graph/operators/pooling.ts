import { tensor } from "../../tensor.js";
import { pool } from "../foreign/window.js";
import { type Attributes, inFiles, type Operator, type ValueType } from "../operator.js";
import { matMul, type Pads, scatterAdd } from "../ops.js";
import { staticDim } from "../shape.js";
import type { Node, Value } from "../value.js";
import { requireChannelsFirst, requireOutput } from "./requirements.js";
import { windowOutput } from "./window.js";

type Pair = readonly [number, number];

interface PoolAttributes {
  readonly kernel_shape: Pair;
  readonly strides: Pair;
  readonly pads: Pads;
}

const inferPool = (op: string, x: Value, attributes: Attributes): ValueType => {
  const { kernel_shape, strides, pads } = attributes as unknown as PoolAttributes;
  requireChannelsFirst(op, x);
  const size = (i: 0 | 1): number =>
    windowOutput(
      staticDim(x.shape, 2 + i, op),
      kernel_shape[i],
      strides[i],
      1,
      pads[i] + pads[(i + 2) as 2 | 3],
    );
  const [height, width] = [size(0), size(1)];
  requireOutput(op, [height, width], x, kernel_shape);
  return { dtype: x.dtype, shape: [...x.shape.slice(0, 2), height, width] };
};

/**
 * Averaging along one axis as a matrix `[output, input]`: each row holds 1/count at the real
 * pixels of its window. Average pooling is then rows · x · columnsᵀ, and so is its gradient.
 */
function averagingMatrix(
  input: number,
  output: number,
  size: number,
  stride: number,
  before: number,
): Float64Array {
  const matrix = new Float64Array(output * input);
  for (let o = 0; o < output; o++) {
    const start = Math.max(0, o * stride - before);
    const end = Math.min(input, o * stride - before + size);
    for (let i = start; i < end; i++) matrix[o * input + i] = 1 / (end - start);
  }
  return matrix;
}

function averagePoolGradient(node: Node, [dy]: readonly (Value | undefined)[]): Value[] {
  const x = node.inputs[0] as Value;
  const y = node.outputs[0] as Value;
  const { kernel_shape, strides, pads } = node.attributes as unknown as PoolAttributes;
  const matrixOf = (i: 0 | 1): { content: Float64Array; output: number; input: number } => {
    const [input, output] = [staticDim(x.shape, 2 + i, "Pool"), staticDim(y.shape, 2 + i, "Pool")];
    return { content: averagingMatrix(input, output, kernel_shape[i], strides[i], pads[i]), output, input };
  };
  const constant = (shape: readonly number[], content: Float64Array): Value =>
    x.graph.constant(
      x.dtype === "float64"
        ? tensor("float64", shape, content)
        : tensor("float32", shape, Float32Array.from(content)),
    );
  const rows = matrixOf(0);
  const columns = matrixOf(1);
  const spreadColumns = matMul(dy as Value, constant([columns.output, columns.input], columns.content));
  return [matMul(constant([rows.input, rows.output], transposed(rows)), spreadColumns)];
}

function transposed({
  content,
  output,
  input,
}: {
  content: Float64Array;
  output: number;
  input: number;
}): Float64Array {
  const result = new Float64Array(content.length);
  for (let o = 0; o < output; o++) {
    for (let i = 0; i < input; i++) result[i * output + o] = content[o * input + i] as number;
  }
  return result;
}

const poolKinds = { kernel_shape: "ints", strides: "ints", pads: "ints" } as const;

export const pooling: Record<string, Operator> = {
  AveragePool: {
    ...inFiles(pool),
    attributes: poolKinds,
    infer: ([x], attributes) => [inferPool("AveragePool", x as Value, attributes)],
    gradient: averagePoolGradient,
  },
  MaxPool: {
    ...inFiles(pool),
    attributes: poolKinds,
    infer: ([x], attributes) => {
      const pooled = inferPool("MaxPool", x as Value, attributes);
      return [pooled, { dtype: "int64", shape: pooled.shape }];
    },
    // The first maximum of a window takes the gradient; overlapping windows add up.
    gradient: (node, [dy]) => [scatterAdd(node.inputs[0] as Value, node.outputs[1] as Value, dy as Value)],
  },
};
