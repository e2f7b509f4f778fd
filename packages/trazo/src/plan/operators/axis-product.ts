import type { Value } from "../../graph/value.js";
import { kernel } from "../program/steps.js";
import { rowSize } from "../task/rows.js";
import type { Emitter, Operator } from "../task/task.js";
import { rareKernel } from "./rare-kernel.js";
import { unary } from "./unary.js";

/** A matrix as the place of each row's first number, and as many numbers from there on as the longest row needs. */
function tableOf(
  matrix: Float32Array,
  inputs: number,
): { readonly table: Float32Array; readonly most: number } {
  const outputs = matrix.length / inputs;
  const rows = Array.from({ length: outputs }, (_, row) => matrix.subarray(row * inputs, (row + 1) * inputs));
  const first = rows.map((row) =>
    Math.max(
      0,
      row.findIndex((value) => value !== 0),
    ),
  );
  const last = rows.map((row) => row.findLastIndex((value) => value !== 0));
  const most = Math.max(1, ...rows.map((_, row) => (last[row] as number) - (first[row] as number) + 1));
  const table = new Float32Array(outputs * (1 + most));
  for (const [row, values] of rows.entries()) {
    const start = Math.min(first[row] as number, inputs - most);
    table[row * (1 + most)] = start;
    table.set(values.subarray(start, start + most), row * (1 + most) + 1);
  }
  return { table, most };
}

/** A constant matrix times the values along an axis, as images are brought to another size: each new row is a mean of a few old ones. */
export const axisProduct: Operator = (node, context) => {
  const [matrix, x] = node.inputs as readonly [Value, Value];
  const content = matrix.graph.constantOf(matrix);
  if (!content || matrix.shape.length !== 2 || !context.isSamples(x) || !context.isCovered(x))
    return undefined;
  if (x.shape.length < 3) return undefined;
  const [outputs, inputs] = matrix.shape as [number, number];
  const length = x.shape.at(-1) as number;
  const blocks = { perRow: rowSize(x) / (inputs * length) };
  const { table, most } = tableOf(content.data as Float32Array, inputs);
  const numbers = (emit: Emitter) => [blocks, inputs, outputs, length, emit.constant("table", table), most];
  return unary({
    node,
    x,
    forward: (emit, from, to) => emit.block(rareKernel("axisProduct", from, ...numbers(emit), to)),
    adjoint: (emit, dy, dx) =>
      emit.block(
        kernel("fill", dx, { perRow: rowSize(x) }, 0),
        rareKernel("axisProductAdjoint", dy, ...numbers(emit), dx),
      ),
  });
};
