import { differentiate } from "../../src/graph/differentiate.js";
import { encode } from "../../src/graph/encode.js";
import type { Graph } from "../../src/graph/graph.js";
import * as o from "../../src/graph/ops.js";
import type { Value } from "../../src/graph/value.js";
import { type Lowering, lower } from "../../src/lowering/lower.js";
import type { Runtime } from "../../src/runtime/runtime.js";
import { sizeOf, type Tensor, tensor } from "../../src/tensor.js";
import { noise } from "../optimizers/flat.js";

/** A semantic graph, its output, and the inputs whose gradients are compared. */
export interface Network {
  readonly graph: Graph;
  readonly output: Value;
  readonly inputs: readonly Value[];
}

/** Output and gradients of a network under one lowering, always from the same numbers. */
export async function compute(
  runtime: Runtime,
  { graph, output, inputs }: Network,
  lowering: Lowering,
  rows: number,
): Promise<Record<string, Tensor>> {
  const weights =
    graph.inputs.find(({ name }) => name === "weights") ?? graph.input("weights", "float32", output.shape);
  const { lowered } = lower(graph, lowering);
  // Random weights, so that every output counts differently.
  const loss = o.reduceSum(o.mul(lowered(output), lowered(weights)));
  const gradients = differentiate(loss, inputs.map(lowered));
  const outputs: Record<string, Value> = { output: lowered(output) };
  for (const [i, gradient] of gradients.entries()) outputs[`gradient of ${inputs[i]?.name}`] = gradient;
  const random = noise(9);
  const feeds = Object.fromEntries(
    [...inputs, weights].map(({ name, shape }) => {
      const size = shape.map((dim) => (typeof dim === "number" ? dim : dim.factor * rows));
      return [name, tensor("float32", size, Float32Array.from({ length: sizeOf(size) }, random))];
    }),
  );
  const session = await runtime.load(encode(outputs));
  const results = await session.run(feeds);
  await session.release();
  return results;
}

/** Size of the difference relative to the size of what is wanted. */
export function relativeError(got: ArrayLike<number | bigint>, wanted: ArrayLike<number | bigint>): number {
  let [error, size] = [0, 0];
  for (let i = 0; i < wanted.length; i++) {
    error += (Number(got[i]) - Number(wanted[i])) ** 2;
    size += Number(wanted[i]) ** 2;
  }
  return Math.sqrt(error / Math.max(size, 1e-12));
}
