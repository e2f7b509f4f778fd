import type { NodeProto } from "onnx-buf";
import { attributeType } from "../../onnx-format/attribute-type.js";
import { attribute, intOf, intsOf, stringOf } from "../../onnx-format/attributes.js";
import { elementType } from "../../onnx-format/element-types.js";
import { knownTensor } from "../../onnx-format/known-tensor.js";
import {
  axisIn,
  axisOf,
  broadcast,
  elements,
  fail,
  input,
  intsFrom,
  intsIn,
  type Known,
  one,
  type ShapeRule,
  shapeText,
} from "../../onnx-format/shape-rule.js";
import { sizeOf } from "../../tensor.js";
import { inFiles, type Operator } from "../operator.js";

const vector = (ints: readonly number[]): Known => ({ type: elementType.int64, shape: [ints.length], ints });

/** Sizes that a file may state: whole and not below 0. */
function sizes(node: NodeProto, shape: readonly number[]): readonly number[] {
  if (shape.every((dim) => Number.isInteger(dim) && dim >= 0)) return shape;
  return fail(node, `the shape ${shapeText(shape)} is impossible.`);
}

export const reshape: ShapeRule = (given) => {
  const { node } = given;
  const x = input(given, 0);
  const target = intsIn(given, 1, "shape");
  const keepsZero = (intOf(node, "allowzero") ?? 0) !== 0;
  const stated = target.map((dim, i) =>
    dim === 0 && !keepsZero
      ? (x.shape[i] ?? fail(node, "a 0 in its shape stands for an axis that the input does not have."))
      : dim,
  );
  const known = sizeOf(stated.filter((dim) => dim !== -1));
  const shape = stated.map((dim) => (dim === -1 ? elements(x) / known : dim));
  sizes(node, shape);
  if (sizeOf(shape) !== elements(x)) {
    fail(node, `${shapeText(x.shape)} cannot take the shape ${shapeText(target)}.`);
  }
  return one({ ...x, shape });
};

const flatten: ShapeRule = (given) => {
  const { type, shape } = input(given, 0);
  const axis = intOf(given.node, "axis") ?? 1;
  const split = axis === shape.length ? axis : axisIn(given.node, axis, shape.length);
  return one({ type, shape: [sizeOf(shape.slice(0, split)), sizeOf(shape.slice(split))] });
};

export const transpose: ShapeRule = (given) => {
  const { type, shape } = input(given, 0);
  const perm = intsOf(given.node, "perm") ?? shape.map((_, i) => shape.length - 1 - i);
  if (
    perm.length !== shape.length ||
    new Set(perm).size !== perm.length ||
    perm.some((axis) => axis < 0 || axis >= perm.length)
  ) {
    fail(given.node, `${shapeText(perm)} does not order the axes of ${shapeText(shape)}.`);
  }
  return one({ type, shape: perm.map((axis) => shape[axis] as number) });
};

const squeeze: ShapeRule = (given) => {
  const x = input(given, 0);
  const stated = intsFrom(given, 1, "axes") ?? x.shape.flatMap((dim, axis) => (dim === 1 ? [axis] : []));
  const axes = stated.map((axis) => axisIn(given.node, axis, x.shape.length));
  if (axes.some((axis) => x.shape[axis] !== 1)) {
    fail(given.node, `${shapeText(x.shape)} is not 1 along the axes ${shapeText(axes)}.`);
  }
  return one({ ...x, shape: x.shape.filter((_, axis) => !axes.includes(axis)) });
};

const unsqueeze: ShapeRule = (given) => {
  const x = input(given, 0);
  const stated = intsFrom(given, 1, "axes") ?? [];
  const rank = x.shape.length + stated.length;
  const axes = new Set(stated.map((axis) => axisIn(given.node, axis, rank)));
  if (axes.size !== stated.length) fail(given.node, `the axes ${shapeText(stated)} name one twice.`);
  let next = 0;
  return one({
    ...x,
    shape: Array.from({ length: rank }, (_, i) => (axes.has(i) ? 1 : (x.shape[next++] as number))),
  });
};

export const concat: ShapeRule = (given) => {
  const parts = given.inputs.map((_, i) => input(given, i));
  const first = input(given, 0);
  const axis = axisOf(given, first.shape.length, 0);
  for (const { shape } of parts) {
    const fits =
      shape.length === first.shape.length && shape.every((dim, i) => i === axis || dim === first.shape[i]);
    if (!fits) fail(given.node, `${shapeText(first.shape)} and ${shapeText(shape)} do not fit.`);
  }
  const length = parts.reduce((sum, { shape }) => sum + (shape[axis] as number), 0);
  const isVector = first.shape.length === 1 && parts.every(({ ints }) => ints);
  return one({
    type: first.type,
    shape: first.shape.map((dim, i) => (i === axis ? length : dim)),
    ints: isVector ? parts.flatMap(({ ints }) => ints as readonly number[]) : undefined,
  });
};

export const gather: ShapeRule = (given) => {
  const [data, indices] = [input(given, 0), input(given, 1)];
  const axis = axisOf(given, data.shape.length, 0);
  const length = data.shape[axis] as number;
  for (const index of indices.ints ?? []) {
    if (index < -length || index >= length) fail(given.node, `there is no index ${index} in ${length}.`);
  }
  const ints =
    data.ints && indices.ints && data.shape.length === 1
      ? indices.ints.map((index) => data.ints?.at(index) as number)
      : undefined;
  const shape = [...data.shape.slice(0, axis), ...indices.shape, ...data.shape.slice(axis + 1)];
  return one({ type: data.type, shape, ints });
};

export const slice: ShapeRule = (given) => {
  const { node } = given;
  const x = input(given, 0);
  const starts = intsFrom(given, 1, "starts") ?? fail(node, "it does not say where to start.");
  const ends = intsFrom(given, 2, "ends") ?? fail(node, "it does not say where to end.");
  const axes = (intsFrom(given, 3, "axes") ?? starts.map((_, i) => i)).map((axis) =>
    axisIn(node, axis, x.shape.length),
  );
  const steps = given.inputs[4] ? intsIn(given, 4, "steps") : starts.map(() => 1);
  if (ends.length !== starts.length || axes.length !== starts.length || steps.length !== starts.length) {
    fail(node, "starts, ends, axes and steps differ in length.");
  }
  const shape = [...x.shape];
  let { ints } = x;
  for (const [i, axis] of axes.entries()) {
    const size = shape[axis] as number;
    const step = steps[i] as number;
    if (step === 0) fail(node, "a step is 0.");
    const inside = (at: number, least: number, most: number): number =>
      Math.min(Math.max(at < 0 ? at + size : at, least), most);
    const [from, to] =
      step > 0
        ? [inside(starts[i] as number, 0, size), inside(ends[i] as number, 0, size)]
        : [inside(starts[i] as number, 0, size - 1), inside(ends[i] as number, -1, size - 1)];
    const count = Math.max(0, Math.ceil((to - from) / step));
    const all = ints;
    ints =
      all && x.shape.length === 1
        ? Array.from({ length: count }, (_, k) => all[from + k * step] as number)
        : undefined;
    shape[axis] = count;
  }
  return one({ type: x.type, shape, ints });
};

const split: ShapeRule = (given) => {
  const { node } = given;
  const { type, shape } = input(given, 0);
  const axis = axisOf(given, shape.length, 0);
  const length = shape[axis] as number;
  const count = node.output.length;
  const stated = intOf(node, "num_outputs") ?? count;
  if (stated !== count) fail(node, `its num_outputs is ${stated}, but it has ${count}.`);
  const even = Math.ceil(length / count);
  const parts = intsFrom(given, 1, "split") ?? node.output.map((_, i) => Math.min(even, length - i * even));
  if (parts.length !== count || sizes(node, parts).reduce((a, b) => a + b, 0) !== length) {
    fail(node, `${length} cannot be split into ${shapeText(parts)}.`);
  }
  return {
    outputs: parts.map((part) => ({ type, shape: shape.map((dim, i) => (i === axis ? part : dim)) })),
  };
};

export const expand: ShapeRule = (given) => {
  const x = input(given, 0);
  const target = sizes(given.node, intsIn(given, 1, "shape"));
  return one({ type: x.type, shape: broadcast(given.node, x.shape, target) });
};

const tile: ShapeRule = (given) => {
  const x = input(given, 0);
  const repeats = sizes(given.node, intsIn(given, 1, "repeats"));
  if (repeats.length !== x.shape.length) fail(given.node, "it does not repeat every axis.");
  return one({ type: x.type, shape: x.shape.map((dim, i) => dim * (repeats[i] as number)) });
};

export const pad: ShapeRule = (given) => {
  const x = input(given, 0);
  const rank = x.shape.length;
  const pads = intsFrom(given, 1, "pads") ?? [];
  if (given.inputs[3] || pads.length !== 2 * rank) {
    fail(given.node, `${shapeText(pads)} are not the paddings of ${rank} axes, before and after.`);
  }
  const mirrors = (stringOf(given.node, "mode") ?? "constant") !== "constant";
  if (mirrors && pads.some((width, i) => Math.abs(width) >= (x.shape[i % rank] as number))) {
    fail(given.node, `${shapeText(x.shape)} is too small to be mirrored over ${shapeText(pads)}.`);
  }
  const shape = x.shape.map((dim, i) => dim + (pads[i] as number) + (pads[rank + i] as number));
  return one({ type: x.type, shape: sizes(given.node, shape) });
};

export const shapeOf: ShapeRule = (given) => {
  const { shape } = input(given, 0);
  const from = intOf(given.node, "start") ?? 0;
  return one(vector(shape.slice(from, intOf(given.node, "end") ?? shape.length)));
};

const constant: ShapeRule = (given) => {
  const { node } = given;
  const tensor = attribute(node, "value", attributeType.TENSOR)?.t;
  if (tensor) return one(knownTensor(tensor));
  const [only] = node.attribute;
  const ints = intsOf(node, "value_ints");
  if (ints) return one(vector(ints));
  const int = intOf(node, "value_int");
  if (int !== undefined) return one({ type: elementType.int64, shape: [], ints: [int] });
  if (only?.name === "value_float") return one({ type: elementType.float32, shape: [] });
  if (only?.name === "value_floats") return one({ type: elementType.float32, shape: [only.floats.length] });
  return fail(node, `a constant given as ${only?.name ?? "nothing"} is not supported.`);
};

const constantOfShape: ShapeRule = (given) => {
  const shape = sizes(given.node, intsIn(given, 0, "shape"));
  const value = attribute(given.node, "value", attributeType.TENSOR)?.t;
  const known = value ? knownTensor(value) : { type: elementType.float32, shape: [1] };
  const count = sizeOf(shape);
  const [number] = known.ints ?? [];
  const ints = number !== undefined && count <= 64 ? new Array<number>(count).fill(number) : undefined;
  return one({ type: known.type, shape, ints });
};

/** Blocks of pixels to channels, or back. */
const blocks =
  (toChannels: boolean): ShapeRule =>
  (given) => {
    const { type, shape } = input(given, 0);
    const block = intOf(given.node, "blocksize") ?? 0;
    const [batch, channels, height, width] = shape as [number, number, number, number];
    const areaOf = block * block;
    const result = toChannels
      ? [batch, channels * areaOf, height / block, width / block]
      : [batch, channels / areaOf, height * block, width * block];
    if (shape.length !== 4 || block < 1)
      fail(given.node, `blocks of ${block} do not fit ${shapeText(shape)}.`);
    return one({ type, shape: sizes(given.node, result) });
  };

/** Operators that move values, or state them, and that only files have. */
export const rearrangementInFiles: Readonly<Record<string, Operator>> = {
  Flatten: inFiles(flatten),
  Squeeze: inFiles(squeeze, 1, 2),
  Unsqueeze: inFiles(unsqueeze, 1, 2),
  Split: inFiles(split, 1, 2),
  Tile: inFiles(tile, 2),
  Size: inFiles((given) => one({ type: elementType.int64, shape: [], ints: [elements(input(given, 0))] })),
  Constant: inFiles(constant, 0),
  ConstantOfShape: inFiles(constantOfShape),
  DepthToSpace: inFiles(blocks(false)),
  SpaceToDepth: inFiles(blocks(true)),
};
