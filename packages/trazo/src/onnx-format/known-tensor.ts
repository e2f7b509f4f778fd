import type { TensorProto } from "onnx-buf";
import { sizeOf } from "../tensor.js";
import { elementType } from "./element-types.js";
import type { Known } from "./shape-rule.js";
import { copyOf, storedTensor } from "./stored-tensor.js";

/** More integers than this cannot be a shape. */
export const longestShape = 64;

/** What is known of a stored tensor; its size must have been checked. */
export function knownTensor(proto: TensorProto): Known {
  const shape = proto.dims.map(Number);
  return {
    type: proto.dataType,
    shape,
    ints: sizeOf(shape) <= longestShape ? wholeNumbers(proto) : undefined,
  };
}

function wholeNumbers(proto: TensorProto): number[] | undefined {
  const isInt32 = proto.dataType === elementType.int32;
  if (isInt32 && proto.rawData.length === 0) return [...proto.int32Data];
  if (isInt32) return [...new Int32Array(copyOf(proto.rawData))];
  const content = storedTensor(proto);
  if (content?.dtype !== "int64") return undefined;
  const numbers = Array.from(content.data, Number);
  // Exporters write the largest int64 for "to the end".
  return numbers.map((number) =>
    Math.max(Math.min(number, Number.MAX_SAFE_INTEGER), Number.MIN_SAFE_INTEGER),
  );
}
