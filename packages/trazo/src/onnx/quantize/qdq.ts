import type { NodeProto, TensorProto } from "onnx-buf";
import { intAttribute, protoNode, protoTensor } from "../../onnx-format/proto.js";
import { tensor } from "../../tensor.js";
import { int8Tensor, type QuantizedWeights } from "./weights.js";

/** Nodes with the tensors that they read. */
export interface Made {
  readonly nodes: readonly NodeProto[];
  readonly tensors: readonly TensorProto[];
}

/** int8 weights that a DequantizeLinear, the only node, makes floats again, a scale for each channel. */
export function dequantizedWeights(
  name: string,
  shape: readonly number[],
  { values, scales }: QuantizedWeights,
  axis: number,
): Made {
  const parts = [`${name}_int8`, `${name}_scales`, `${name}_zeros`] as const;
  return {
    nodes: [protoNode("DequantizeLinear", parts, [`${name}_dequantized`], [intAttribute("axis", axis)])],
    tensors: [
      int8Tensor(parts[0], shape, values),
      protoTensor(parts[1], tensor("float32", [scales.length], scales)),
      int8Tensor(parts[2], [scales.length], new Int8Array(scales.length)),
    ],
  };
}

/** What bytes stand for: `(byte - zero) * scale`. */
export interface ByteRange {
  readonly scale: number;
  readonly zero: number;
}

/** The range of bytes that covers numbers from `least` to `largest`, 0 exactly. */
export function byteRange(least: number, largest: number): ByteRange {
  const [from, to] = [Math.min(least, 0), Math.max(largest, 0)];
  const scale = Math.fround((to - from) / 255) || 1;
  return { scale, zero: Math.max(0, Math.min(255, Math.round(-from / scale))) };
}

/** A value made bytes and floats again: a runtime that computes in integers fuses both with their neighbors. */
export function throughBytes(name: string, { scale, zero }: ByteRange): Made {
  const [factor, offset] = [`${name}_scale`, `${name}_zero`];
  return {
    nodes: [
      protoNode("QuantizeLinear", [name, factor, offset], [`${name}_bytes`]),
      protoNode("DequantizeLinear", [`${name}_bytes`, factor, offset], [`${name}_dequantized`]),
    ],
    tensors: [
      protoTensor(factor, tensor("float32", [], Float32Array.of(scale))),
      protoTensor(offset, tensor("uint8", [], Uint8Array.of(zero))),
    ],
  };
}
