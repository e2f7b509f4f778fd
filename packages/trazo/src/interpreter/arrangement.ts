import { TrazoError } from "../errors.js";
import { intOf, intsOf, nodeText } from "../onnx-format/attributes.js";
import { sizeOf, type Tensor } from "../tensor.js";
import {
  axisOf,
  type Compute,
  filled,
  numbersOf,
  type Operands,
  pick,
  placesOf,
  required,
  stridesOf,
  zeros,
} from "./operator.js";

const integers = (operands: Operands, i: number): number[] => Array.from(numbersOf(required(operands, i)));

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

/** Writes `source` into `target` at an offset for each axis. */
function place(source: Tensor, target: Tensor, offsets: readonly number[]): void {
  const strides = stridesOf(target.shape);
  const start = offsets.reduce((sum, offset, axis) => sum + offset * (strides[axis] as number), 0);
  const places = placesOf(source.shape, strides, start);
  const [from, to] = [source.data, target.data] as [Float32Array, Float32Array];
  for (let i = 0; i < from.length; i++) to[places[i] as number] = from[i] as number;
}

export const arrangement: Readonly<Record<string, Compute>> = {
  Identity: (operands) => [required(operands, 0)],
  Reshape(operands) {
    const x = required(operands, 0);
    const target = integers(operands, 1).map((size, axis) => (size === 0 ? (x.shape[axis] as number) : size));
    const known = product(target.filter((size) => size !== -1));
    const shape = target.map((size) => (size === -1 ? x.data.length / known : size));
    return [{ ...x, shape }];
  },
  Transpose(operands) {
    const x = required(operands, 0);
    const perm = intsOf(operands.node, "perm") ?? x.shape.map((_, axis) => x.shape.length - 1 - axis);
    const strides = stridesOf(x.shape);
    const shape = perm.map((axis) => x.shape[axis] as number);
    const places = placesOf(
      shape,
      perm.map((axis) => strides[axis] as number),
    );
    return [pick(x, shape, places)];
  },
  Concat(operands) {
    const parts = operands.inputs.map((_, i) => required(operands, i));
    const first = required(operands, 0);
    const axis = axisOf(intOf(operands.node, "axis") ?? 0, first.shape.length);
    const size = parts.reduce((sum, { shape }) => sum + (shape[axis] as number), 0);
    const made = zeros(
      first.dtype,
      first.shape.map((one, i) => (i === axis ? size : one)),
    );
    let at = 0;
    for (const part of parts) {
      place(
        part,
        made,
        part.shape.map((_, i) => (i === axis ? at : 0)),
      );
      at += part.shape[axis] as number;
    }
    return [made];
  },
  Slice(operands) {
    const x = required(operands, 0);
    const [starts, ends] = [integers(operands, 1), integers(operands, 2)];
    const axes = operands.inputs[3] ? integers(operands, 3) : starts.map((_, axis) => axis);
    const steps = operands.inputs[4] ? integers(operands, 4) : starts.map(() => 1);
    if (steps.some((step) => step !== 1)) {
      throw new TrazoError(`${nodeText(operands.node)}: only steps of 1 are supported here.`);
    }
    const shape = [...x.shape];
    const strides = stridesOf(x.shape);
    let start = 0;
    for (const [i, given] of axes.entries()) {
      const axis = axisOf(given, shape.length);
      const size = x.shape[axis] as number;
      const within = (at: number): number => Math.min(size, Math.max(0, at < 0 ? at + size : at));
      const [from, to] = [within(starts[i] as number), within(ends[i] as number)];
      shape[axis] = Math.max(0, to - from);
      start += from * (strides[axis] as number);
    }
    return [pick(x, shape, placesOf(shape, strides, start))];
  },
  Pad(operands) {
    const x = required(operands, 0);
    const pads = integers(operands, 1);
    const before = pads.slice(0, pads.length / 2);
    const value = operands.inputs[2] ? (integers(operands, 2)[0] as number) : 0;
    const shape = x.shape.map(
      (size, axis) => size + (before[axis] as number) + (pads[axis + before.length] as number),
    );
    const made = filled(x.dtype, shape, () => value);
    place(x, made, before);
    return [made];
  },
  Shape(operands) {
    const { shape } = required(operands, 0);
    return [filled("int64", [shape.length], (i) => shape[i] as number)];
  },
  Gather(operands) {
    const [x, indices] = [required(operands, 0), required(operands, 1)];
    const axis = axisOf(intOf(operands.node, "axis") ?? 0, x.shape.length);
    const [outer, inner] = [product(x.shape.slice(0, axis)), product(x.shape.slice(axis + 1))];
    const size = x.shape[axis] as number;
    const chosen = integers(operands, 1).map((index) => axisOf(index, size));
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    const places = new Int32Array(sizeOf(shape));
    let at = 0;
    for (let o = 0; o < outer; o++) {
      for (const index of chosen) {
        for (let i = 0; i < inner; i++) places[at++] = (o * size + index) * inner + i;
      }
    }
    return [pick(x, shape, places)];
  },
  OneHot(operands) {
    const labels = required(operands, 0);
    const depth = integers(operands, 1)[0] as number;
    const values = required(operands, 2);
    const [off, on] = Array.from(numbersOf(values)) as [number, number];
    const indices = numbersOf(labels);
    return [
      filled(values.dtype, [...labels.shape, depth], (i) =>
        axisOf(indices[Math.floor(i / depth)] as number, depth) === i % depth ? on : off,
      ),
    ];
  },
};
