import type { TensorProto } from "onnx-buf";
import { type DType, sizeOf, type Tensor } from "../tensor.js";
import { elementType } from "./element-types.js";

type Readable = "float32" | "int64";

/**
 * The content of a stored tensor of floats or int64; undefined for other element types. Its size must have been checked.
 */
export function storedTensor(proto: TensorProto): Tensor<Readable> | undefined {
  const shape = proto.dims.map(Number);
  const size = sizeOf(shape);
  const { rawData } = proto;
  // Raw bytes may begin anywhere in the file, a typed array only at a multiple of its elements' size.
  const aligned = (): ArrayBuffer => copyOf(rawData);
  if (proto.dataType === elementType.float32) {
    const data = rawData.length > 0 ? new Float32Array(aligned()) : Float32Array.from(proto.floatData);
    return data.length === size ? { dtype: "float32", shape, data } : undefined;
  }
  if (proto.dataType === elementType.int64) {
    const data = rawData.length > 0 ? new BigInt64Array(aligned()) : BigInt64Array.from(proto.int64Data);
    return data.length === size ? { dtype: "int64", shape, data } : undefined;
  }
  return undefined;
}

/** Not `slice`, which in Node's Buffer copies nothing. */
export const copyOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

export const isFloat = (tensor: Tensor | undefined): tensor is Tensor<"float32"> =>
  tensor?.dtype === ("float32" satisfies DType);
