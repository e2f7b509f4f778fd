import { TrazoError } from "../../errors.js";
import { type DType, type Tensor, tensor } from "../../tensor.js";
import { gather as gatherShape } from "../foreign/rearrangement.js";
import { inFiles, type Operator } from "../operator.js";
import { gather, matMul, pad, reduceSum, reshape } from "../ops.js";
import { formatShape, isStatic, productOf, staticDim } from "../shape.js";
import type { Dim, Node, Value } from "../value.js";

/** For every source position below `wanted`, the output positions that copied it. */
function usesOf(indices: ArrayLike<number>, size: number, wanted = size): number[][] {
  const uses: number[][] = Array.from({ length: size }, () => []);
  for (let i = 0; i < indices.length; i++) (uses[indices[i] as number] as number[]).push(i);
  return uses.slice(0, wanted);
}

/**
 * Sums the uses of each source value by gathering them side by side: exact, and cheap for a flat
 * tensor that is copied a few times (an expanded kernel).
 */
function sumUses(dy: Value, uses: readonly (readonly number[])[], count: number): Value {
  const most = uses.reduce((longest, { length }) => Math.max(longest, length), 1);
  const even = uses.every((use) => use.length === most);
  const padded = even ? dy : pad(dy, [0, 0], [1, 0]);
  const indices = new Int32Array(most * uses.length);
  for (let k = 0; k < most; k++) {
    for (const [source, use] of uses.entries()) indices[k * uses.length + source] = use[k] ?? count;
  }
  return reduceSum(gather(padded, indices, [most, uses.length], 0), { axes: [0] });
}

/** Sums the uses by a product with a 0/1 matrix: fast for a stack of blocks (image patches). */
function scatterByMatrix(dy: Value, uses: readonly (readonly number[])[], count: number): Value {
  return matMul(zeroOne(dy, uses, count), dy);
}

/** A constant matrix with a row a source and a column a use: 1 where they belong together. */
function zeroOne(like: Value, uses: readonly (readonly number[])[], count: number): Value {
  const content = new (like.dtype === "float64" ? Float64Array : Float32Array)(uses.length * count);
  for (const [source, use] of uses.entries()) for (const i of use) content[source * count + i] = 1;
  return like.graph.constant(tensor(like.dtype as "float32", [uses.length, count], content as Float32Array));
}

/** Rows of indices of which each is the one before it, moved on by `step` positions. */
interface SlidingIndices {
  readonly rows: number;
  /** The first row; its least index is 0. */
  readonly row: Int32Array;
  readonly step: number;
  /** What a row reaches over, in steps. */
  readonly reach: number;
}

/** Below this many entries, one product with the whole 0/1 matrix is as fast as two with parts of it. */
const smallMatrix = 16384;

/** The patches of one row of tiles after another, where they lie so; undefined where the whole matrix serves. */
function slidingIndices({ shape, data }: Tensor, size: number): SlidingIndices | undefined {
  const [rows, length] = shape as [number, number];
  if (shape.length !== 2 || rows < 2 || data.length * size < smallMatrix) return undefined;
  const indices = data as Int32Array;
  const row = indices.subarray(0, length);
  const step = (indices[length] as number) - (indices[0] as number);
  const moved = (index: number, i: number): boolean =>
    index === (row[i % length] as number) + Math.floor(i / length) * step;
  const least = row.reduce((a, b) => Math.min(a, b));
  if (step < 1 || size % step !== 0 || least !== 0 || !indices.every(moved)) return undefined;
  const largest = row.reduce((a, b) => Math.max(a, b));
  const reach = Math.ceil((largest + 1) / step);
  return (rows - 1 + reach) * step <= size ? { rows, row, step, reach } : undefined;
}

/**
 * As `scatterByMatrix`, for rows of patches: first the uses of a row are summed, with the same small matrix for every row, and
 * then the rows where they overlap.
 */
function scatterByRows(dy: Value, { rows, row, step, reach }: SlidingIndices, size: number): Value {
  const [outer, , inner] = dy.shape as [Dim, Dim, number];
  const { length } = row;
  const within = zeroOne(dy, usesOf(row, reach * step), length);
  const sums = matMul(within, reshape(dy, [outer, rows, length, inner]));
  const overlaps = Int32Array.from({ length: rows * reach }, (_, i) => Math.floor(i / reach) + (i % reach));
  const across = zeroOne(dy, usesOf(overlaps, size / step), overlaps.length);
  const lines = reshape(sums, [outer, rows * reach, step * inner]);
  return reshape(matMul(across, lines), [outer, size, inner]);
}

/** The uses of each block of a stack, summed. */
function sumOfBlocks(dy: Value, indices: Tensor, size: number, wanted: number): Value {
  const sliding = wanted === size ? slidingIndices(indices, size) : undefined;
  if (sliding && isStatic(dy.shape[2] as Dim)) return scatterByRows(dy, sliding, size);
  return scatterByMatrix(dy, usesOf(indices.data as Int32Array, size, wanted), indices.data.length);
}

function gatherGradient(node: Node, [dy]: readonly (Value | undefined)[]): (Value | undefined)[] {
  const [x, index] = node.inputs as [Value, Value];
  const axis = node.attributes.axis as number;
  const indices = x.graph.constantOf(index);
  if (!indices) throw new TrazoError("The gradient of Gather needs constant indices.");
  const size = staticDim(x.shape, axis, "Gather");
  const wanted = differentiableRows(x, axis, size);
  const count = indices.data.length;
  const outer = productOf(x.shape.slice(0, axis));
  const inner = productOf(x.shape.slice(axis + 1));
  const sum =
    outer === 1
      ? sumUses(reshape(dy as Value, [count, inner]), usesOf(indices.data as Int32Array, size, wanted), count)
      : sumOfBlocks(reshape(dy as Value, [outer, count, inner]), indices, size, wanted);
  const rows = x.shape.map((dim, i) => (i === axis ? wanted : dim));
  const after = x.shape.map((_, i) => (i === axis ? size - wanted : 0));
  return [
    pad(
      reshape(sum, rows),
      after.map(() => 0),
      after,
    ),
    undefined,
  ];
}

/** Rows at the end that were appended as constants (the zero of an expanded kernel) get no gradient. */
function differentiableRows(x: Value, axis: number, size: number): number {
  const last =
    x.producer?.op === "Concat" && x.producer.attributes.axis === axis ? x.producer.inputs.at(-1) : undefined;
  return last && x.graph.constantOf(last) ? size - staticDim(last.shape, axis, "Gather") : size;
}

/** Constant indices are looked at: one past the end would otherwise fail only when the graph runs. */
function requireIndices(x: Value, index: Value, axis: number): void {
  const indices = x.graph.constantOf(index)?.data as Int32Array | undefined;
  const size = x.shape[axis] as Dim;
  if (!indices || !isStatic(size)) return;
  const wrong = indices.find((i) => i < 0 || i >= size);
  if (wrong === undefined) return;
  throw new TrazoError(`Gather: index ${wrong} is not inside axis ${axis} of ${formatShape(x.shape)}.`);
}

const offAndOn = (dtype: "float32" | "float64"): Tensor =>
  dtype === "float32" ? tensor(dtype, [2], Float32Array.of(0, 1)) : tensor(dtype, [2], Float64Array.of(0, 1));

export const indexing: Record<string, Operator> = {
  Gather: {
    ...inFiles(gatherShape, 2),
    attributes: { axis: "int" },
    infer: ([x, index], { axis }) => {
      const { dtype, shape } = x as Value;
      const at = axis as number;
      requireIndices(x as Value, index as Value, at);
      return [{ dtype, shape: [...shape.slice(0, at), ...(index as Value).shape, ...shape.slice(at + 1)] }];
    },
    gradient: gatherGradient,
  },
  OneHot: {
    attributes: { axis: "int" },
    infer: ([labels], { depth, dtype }) => {
      const { shape } = labels as Value;
      if (shape.length === 0) throw new TrazoError("OneHot needs labels of rank 1 or more, but got [].");
      return [{ dtype: dtype as DType, shape: [...shape, depth as number] }];
    },
    gradient: () => [undefined],
    onnx: ({ attributes: { depth, dtype } }) => ({
      attributes: { axis: -1 },
      extraInputs: [[depth as number], offAndOn(dtype as "float32" | "float64")],
    }),
  },
  ScatterElements: {
    attributes: { axis: "int", reduction: "string" },
    infer: ([data, indices, updates]) => {
      if ((indices as Value).shape.length !== (updates as Value).shape.length) {
        throw new TrazoError(
          `ScatterElements: indices ${formatShape((indices as Value).shape)} and updates ${formatShape((updates as Value).shape)} differ.`,
        );
      }
      return [{ dtype: (data as Value).dtype, shape: (data as Value).shape }];
    },
  },
};
