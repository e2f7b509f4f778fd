import { TrazoError } from "../errors.js";
import { elementName, elementType } from "../onnx-format/element-types.js";
import type { DType } from "../tensor.js";

const dtypes = ["float32", "float64", "int32", "int64", "uint8", "bool"] as const satisfies readonly DType[];

/**
 * The tensors' name of an ONNX element type.
 *
 * @param where for the message
 */
export function dtypeOf(type: number, where: string): DType {
  const found = dtypes.find((dtype) => elementType[dtype] === type);
  if (found) return found;
  throw new TrazoError(`${where}: the element type ${elementName(type)} is not supported here.`);
}
