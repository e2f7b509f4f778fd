import { differentiate } from "../../src/graph/differentiate.js";
import { encode } from "../../src/graph/encode.js";
import { Graph } from "../../src/graph/graph.js";
import { reduceSum, sigmoid, softmax } from "../../src/graph/ops.js";
import type { Value } from "../../src/graph/value.js";
import { type Loss, nodeRuntime, type Tensor, tensor } from "../../src/index.js";

const runtime = nodeRuntime({ threads: 1 });
const functions = { softmax, sigmoid, none: (x: Value) => x };

/** What stands between the numbers given and the loss. */
export type Link = keyof typeof functions;

export interface LossResult {
  /** One a sample. */
  readonly losses: number[];
  /** Of the losses' sum, in the shape of the numbers given. */
  readonly gradient: number[];
}

/** A loss and its gradient for predictions that come from `rows` through softmax, sigmoid or nothing. */
export async function runLoss(
  loss: Loss,
  targets: Tensor,
  rows: readonly (readonly number[])[],
  link: Link,
): Promise<LossResult> {
  const shape = [rows.length, (rows[0] as readonly number[]).length];
  const graph = new Graph();
  const x = graph.input("x", "float32", shape);
  const each = loss.call(graph.input("y", targets.dtype, targets.shape), functions[link](x));
  const [gradient] = differentiate(reduceSum(each), [x]);
  const session = await (await runtime).load(encode({ each, gradient: gradient as Value }));
  const outputs = await session.run({
    x: tensor("float32", shape, Float32Array.from(rows.flat())),
    y: targets,
  });
  await session.release();
  const numbers = (name: string): number[] => Array.from(outputs[name]?.data as Float32Array);
  return { losses: numbers("each"), gradient: numbers("gradient") };
}

/** The gradient by central differences of a formula in float64. */
export function numericGradient(
  formula: (row: readonly number[], sample: number) => number,
  rows: readonly (readonly number[])[],
): number[] {
  const h = 1e-5;
  return rows.flatMap((row, sample) =>
    row.map((value, k) => {
      const at = (moved: number): number =>
        formula(
          row.map((v, i) => (i === k ? moved : v)),
          sample,
        );
      return (at(value + h) - at(value - h)) / (2 * h);
    }),
  );
}

export const softmaxOf = (row: readonly number[]): number[] => {
  const powers = row.map((z) => Math.exp(z - Math.max(...row)));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / total);
};

export const sigmoidOf = (z: number): number => 1 / (1 + Math.exp(-z));
