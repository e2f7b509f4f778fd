import { intOf, intsOf } from "../onnx-format/attributes.js";
import { sizeOf } from "../tensor.js";
import { axisOf, type Compute, filled, numbersOf, placesOf, required, stridesOf } from "./operator.js";

/** A sum over axes, which are an input or an attribute; over all if neither is given. */
const sum =
  (finish: (sum: number, count: number) => number): Compute =>
  (operands) => {
    const x = required(operands, 0);
    const rank = x.shape.length;
    const given = operands.inputs[1]
      ? Array.from(numbersOf(operands.inputs[1]))
      : intsOf(operands.node, "axes");
    const axes = new Set((given ?? x.shape.map((_, axis) => axis)).map((axis) => axisOf(axis, rank)));
    const kept = x.shape.map((size, axis) => (axes.has(axis) ? 1 : size));
    const strides = stridesOf(kept).map((stride, axis) => (axes.has(axis) ? 0 : stride));
    const places = placesOf(x.shape, strides);
    const values = numbersOf(x);
    const sums = new Float64Array(sizeOf(kept));
    for (let i = 0; i < values.length; i++) {
      const at = places[i] as number;
      sums[at] = (sums[at] as number) + (values[i] as number);
    }
    const keep = (intOf(operands.node, "keepdims") ?? 1) !== 0;
    const shape = keep ? kept : x.shape.filter((_, axis) => !axes.has(axis));
    const count = values.length / Math.max(1, sums.length);
    return [filled(x.dtype, shape, (i) => finish(sums[i] as number, count))];
  };

export const reduction: Readonly<Record<string, Compute>> = {
  ReduceSum: sum((total) => total),
  ReduceMean: sum((total, count) => total / count),
  /** The first of the largest. */
  ArgMax(operands) {
    const x = required(operands, 0);
    const axis = axisOf(intOf(operands.node, "axis") ?? 0, x.shape.length);
    const keep = (intOf(operands.node, "keepdims") ?? 1) !== 0;
    const size = x.shape[axis] as number;
    const inner = sizeOf(x.shape.slice(axis + 1));
    const values = numbersOf(x);
    const shape = x.shape.flatMap((one, i) => (i !== axis ? [one] : keep ? [1] : []));
    const largest = (i: number): number => {
      const start = Math.floor(i / inner) * size * inner + (i % inner);
      let best = 0;
      for (let k = 1; k < size; k++) {
        if ((values[start + k * inner] as number) > (values[start + best * inner] as number)) best = k;
      }
      return best;
    };
    return [filled("int64", shape, largest)];
  },
};
