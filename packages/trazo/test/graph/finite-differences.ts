import { differentiate } from "../../src/graph/differentiate.js";
import { encode } from "../../src/graph/encode.js";
import { Graph } from "../../src/graph/graph.js";
import { mul, reduceSum } from "../../src/graph/ops.js";
import { batch } from "../../src/graph/shape.js";
import type { Shape, Value } from "../../src/graph/value.js";
import type { Runtime } from "../../src/runtime/runtime.js";
import { sizeOf, type Tensor, tensor } from "../../src/tensor.js";
import { noise } from "../optimizers/flat.js";

export interface DifferentiatedInput {
  /** The first dimension, when it is "batch", is symbolic and has this many rows in the check. */
  readonly shape: readonly (number | "batch")[];
  /** Values from here ... */
  readonly low?: number;
  /** ... to here, on a grid so that no two lie closer than a finite difference needs. Default -2 to 2. */
  readonly high?: number;
}

export interface GradientCase {
  readonly inputs: readonly DifferentiatedInput[];
  /** Operators that ONNX Runtime has in float32 only are checked with wider steps. */
  readonly dtype?: "float32" | "float64";
  build(...inputs: Value[]): Value;
}

const rows = 3;

/**
 * The largest difference between the gradient that the operator table gives and central differences, relative to the
 * largest gradient. The loss is a sum of the outputs with random weights, so that every output counts differently.
 */
export async function gradientError(
  runtime: Runtime,
  { inputs, dtype = "float64", build }: GradientCase,
): Promise<number> {
  const random = noise(5);
  const graph = new Graph();
  const values = inputs.map(({ shape }, i) =>
    graph.input(`x${i}`, dtype, shape.map((dim) => (dim === "batch" ? batch : dim)) as Shape),
  );
  const feeds = Object.fromEntries(inputs.map((input, i) => [`x${i}`, spread(dtype, input, random)]));
  const output = build(...values);
  const weights = graph.input("weights", dtype, output.shape);
  const loss = reduceSum(mul(output, weights));
  const gradients = differentiate(loss, values);
  const session = await runtime.load(
    encode({ loss, ...Object.fromEntries(gradients.map((gradient, i) => [`g${i}`, gradient])) }),
  );
  feeds.weights = make(dtype, concrete(output.shape), () => random());
  const analytic = await session.run(feeds);
  const lossAt = async (): Promise<number> => Number((await session.run(feeds)).loss?.data[0]);
  const step = dtype === "float64" ? 1e-5 : 1e-2;
  let [worst, largest] = [0, 0];
  for (const [i] of inputs.entries()) {
    const { data } = feeds[`x${i}`] as Tensor<"float64">;
    const given = analytic[`g${i}`] as Tensor<"float64">;
    if (given.data.length !== data.length) throw new Error(`gradient ${i} has another size than its input`);
    for (let k = 0; k < data.length; k++) {
      const kept = data[k] as number;
      data[k] = kept + step;
      const above = [data[k] as number, await lossAt()] as const;
      data[k] = kept - step;
      const below = [data[k] as number, await lossAt()] as const;
      data[k] = kept;
      const numeric = (above[1] - below[1]) / (above[0] - below[0]);
      worst = Math.max(worst, Math.abs(numeric - (given.data[k] as number)));
      largest = Math.max(largest, Math.abs(numeric));
    }
  }
  await session.release();
  // A gradient of 0 everywhere would be checked against nothing.
  return largest === 0 ? Number.POSITIVE_INFINITY : worst / largest;
}

const concrete = (shape: Shape): number[] =>
  shape.map((dim) => (typeof dim === "number" ? dim : dim.factor * rows));

function make(dtype: "float32" | "float64", shape: readonly number[], draw: (i: number) => number): Tensor {
  const values = Array.from({ length: sizeOf(shape) }, (_, i) => draw(i));
  return dtype === "float64"
    ? tensor(dtype, shape, Float64Array.from(values))
    : tensor(dtype, shape, Float32Array.from(values));
}

/** Distinct values in random order, none within a finite difference of another or of zero. */
function spread(
  dtype: "float32" | "float64",
  { shape, low = -2, high = 2 }: DifferentiatedInput,
  random: () => number,
): Tensor {
  const size = shape.map((dim) => (dim === "batch" ? rows : dim));
  const count = sizeOf(size);
  const order = Array.from({ length: count }, (_, i) => ({ i, key: random() })).sort((a, b) => a.key - b.key);
  const ranks = new Array<number>(count);
  for (const [rank, { i }] of order.entries()) ranks[i] = rank;
  return make(dtype, size, (i) => low + ((high - low) * ((ranks[i] as number) + 0.37)) / count);
}
