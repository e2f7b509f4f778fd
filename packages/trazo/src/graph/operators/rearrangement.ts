import { TrazoError } from "../../errors.js";
import * as shapes from "../foreign/rearrangement.js";
import { inFiles, type Operator } from "../operator.js";
import { expandLike, pad, reshape, slice, sumTo, transpose } from "../ops.js";
import {
  broadcastShapes,
  dimsEqual,
  formatShape,
  isStatic,
  productOf,
  shapesEqual,
  staticDim,
} from "../shape.js";
import type { Dim, Shape, SymbolicDim, Value } from "../value.js";
import { requireEqualDtypes } from "./requirements.js";

/** The shape behind a reshape target in which -1 stands for what is left over. */
function resolveTarget(from: Shape, target: readonly number[]): Shape {
  if (!target.includes(-1)) return target;
  const known = target.filter((dim) => dim !== -1).reduce((a, b) => a * b, 1);
  const total = productOf(from);
  const rest: Dim = isStatic(total) ? total / known : divideSymbolic(total, known);
  if (!Number.isInteger(isStatic(rest) ? rest : rest.factor)) {
    throw new TrazoError(
      `Reshape: ${formatShape(from)} does not divide into ${formatShape(target)} (-1: what is left over).`,
    );
  }
  return target.map((dim) => (dim === -1 ? rest : dim));
}

const divideSymbolic = (dim: SymbolicDim, by: number): Dim => ({
  symbol: dim.symbol,
  factor: dim.factor / by,
});

/** One row repeated down a matrix, in the shape of `like`: still as something repeated, where its rows lie along axes of their own. */
function reshapeRepeated({ shape, producer }: Value, like: Value): Value | undefined {
  const row = producer?.op === "Expand" ? (producer.inputs[0] as Value) : undefined;
  if (row?.shape[0] !== 1) return undefined;
  if (!shapesEqual([shape[0] as Dim, ...row.shape.slice(1)], shape)) return undefined;
  const ends = like.shape.map((_, axis) => axis + 1);
  const end = ends.find((axes) => dimsEqual(productOf(like.shape.slice(0, axes)), shape[0] as Dim));
  if (end === undefined) return undefined;
  const ones = like.shape.slice(0, end).map(() => 1);
  return expandLike(reshape(row, [...ones, ...like.shape.slice(end)]), like);
}

function concatShape(values: readonly Value[], axis: number): Shape {
  const [first, ...others] = values as [Value, ...Value[]];
  for (const other of others) {
    requireEqualDtypes("Concat", first, other);
    const fits = other.shape.every((dim, i) => i === axis || dimsEqual(dim, first.shape[i] as Dim));
    if (!fits || other.shape.length !== first.shape.length) {
      throw new TrazoError(
        `Concat on axis ${axis}: ${formatShape(first.shape)} and ${formatShape(other.shape)} do not fit.`,
      );
    }
  }
  const size = values.map((value) => staticDim(value.shape, axis, "Concat")).reduce((a, b) => a + b, 0);
  return first.shape.map((dim, i) => (i === axis ? size : dim));
}

export const rearrangement: Record<string, Operator> = {
  Reshape: {
    ...inFiles(shapes.reshape, 2),
    infer: ([x], { shape }) => [
      { dtype: (x as Value).dtype, shape: resolveTarget((x as Value).shape, shape as readonly number[]) },
    ],
    gradient: (node, [dy]) => {
      const x = node.inputs[0] as Value;
      return [reshapeRepeated(dy as Value, x) ?? reshape(dy as Value, x.shape)];
    },
    onnx: (node) => ({ attributes: {}, extraInputs: [node.attributes.shape as readonly number[]] }),
  },
  Transpose: {
    ...inFiles(shapes.transpose),
    attributes: { perm: "ints" },
    infer: ([x], { perm }) => {
      const { dtype, shape } = x as Value;
      const axes = perm as readonly number[];
      if (axes.length !== shape.length || !shape.every((_, axis) => axes.includes(axis))) {
        throw new TrazoError(
          `Transpose: [${axes.join(", ")}] does not order the axes of ${formatShape(shape)}.`,
        );
      }
      return [{ dtype, shape: axes.map((axis) => shape[axis] as Dim) }];
    },
    gradient: (node, [dy]) => {
      const perm = node.attributes.perm as readonly number[];
      return [
        transpose(
          dy as Value,
          perm.map((_, axis) => perm.indexOf(axis)),
        ),
      ];
    },
  },
  Concat: {
    ...inFiles(shapes.concat, 1, Infinity),
    attributes: { axis: "int" },
    infer: (values, { axis }) => [
      { dtype: (values[0] as Value).dtype, shape: concatShape(values, axis as number) },
    ],
    gradient: (node, [dy]) => {
      const axis = node.attributes.axis as number;
      let start = 0;
      return node.inputs.map((part) => {
        const end = start + staticDim((part as Value).shape, axis, "Concat");
        const piece = slice(dy as Value, axis, start, end);
        start = end;
        return piece;
      });
    },
  },
  Slice: {
    ...inFiles(shapes.slice, 1, 5),
    infer: ([x], attributes) => {
      const { dtype, shape } = x as Value;
      const { axis, start, end } = attributes as { axis: number; start: number; end: number };
      if (!(0 <= start && start < end && end <= staticDim(shape, axis, "Slice"))) {
        throw new TrazoError(
          `Slice: ${start} to ${end} is not inside axis ${axis} of ${formatShape(shape)}.`,
        );
      }
      return [{ dtype, shape: shape.map((dim, i) => (i === axis ? end - start : dim)) }];
    },
    gradient: (node, [dy]) => {
      const x = node.inputs[0] as Value;
      const { axis, start, end } = node.attributes as { axis: number; start: number; end: number };
      const zeros = () => x.shape.map(() => 0);
      const [before, after] = [zeros(), zeros()];
      before[axis] = start;
      after[axis] = staticDim(x.shape, axis, "Slice") - end;
      return [pad(dy as Value, before, after)];
    },
    onnx: (node) => {
      const { axis, start, end } = node.attributes as { axis: number; start: number; end: number };
      return { attributes: {}, extraInputs: [[start], [end], [axis]] };
    },
  },
  Pad: {
    ...inFiles(shapes.pad, 1, 4),
    infer: ([x], { pads }) => {
      const [before, after] = halves(pads as readonly number[]);
      const { length } = (x as Value).shape;
      if (before.length !== length || after.length !== length) {
        throw new TrazoError(
          `Pad: ${formatShape((x as Value).shape)} needs ${length} paddings before and after, but got ` +
            `${before.length} and ${after.length}.`,
        );
      }
      const shape = (x as Value).shape.map((dim, axis) => {
        const extra = (before[axis] as number) + (after[axis] as number);
        if (extra === 0) return dim;
        return staticDim((x as Value).shape, axis, "Pad") + extra;
      });
      return [{ dtype: (x as Value).dtype, shape }];
    },
    gradient: (node, [dy]) => {
      const x = node.inputs[0] as Value;
      const [before] = halves(node.attributes.pads as readonly number[]);
      return [
        x.shape.reduce<Value>((d, dim, axis) => {
          const start = before[axis] as number;
          return dimsEqual(dim, d.shape[axis] as Dim) ? d : slice(d, axis, start, start + (dim as number));
        }, dy as Value),
      ];
    },
    onnx: (node) => ({ attributes: {}, extraInputs: [node.attributes.pads as readonly number[]] }),
  },
  Shape: {
    ...inFiles(shapes.shapeOf),
    infer: ([x]) => [{ dtype: "int64", shape: [(x as Value).shape.length] }],
    gradient: () => [undefined],
  },
  Expand: {
    ...inFiles(shapes.expand, 2),
    infer: ([x, target]) => {
      const like = (target as Value).producer?.inputs[0];
      if (!like) throw new TrazoError("Expand takes its shape from a Shape operator.");
      if (!shapesEqual(broadcastShapes((x as Value).shape, like.shape, "Expand"), like.shape)) {
        throw new TrazoError(
          `Expand: ${formatShape((x as Value).shape)} cannot grow to ${formatShape(like.shape)}.`,
        );
      }
      return [{ dtype: (x as Value).dtype, shape: like.shape }];
    },
    gradient: (node, [dy]) => [sumTo(dy as Value, (node.inputs[0] as Value).shape), undefined],
  },
};

function halves(pads: readonly number[]): [readonly number[], readonly number[]] {
  return [pads.slice(0, pads.length / 2), pads.slice(pads.length / 2)];
}
