import { elementType } from "../../onnx-format/element-types.js";
import { input, one } from "../../onnx-format/shape-rule.js";
import { inFiles, type Operator } from "../operator.js";

/** From floats to small integers and back, which only files have. */
export const quantizationInFiles: Readonly<Record<string, Operator>> = {
  QuantizeLinear: inFiles(
    (given) => one({ type: given.inputs[2]?.type ?? elementType.uint8, shape: input(given, 0).shape }),
    2,
    3,
  ),
  DequantizeLinear: inFiles(
    (given) => one({ type: input(given, 1).type, shape: input(given, 0).shape }),
    2,
    3,
  ),
  DynamicQuantizeLinear: inFiles((given) => ({
    outputs: [
      { type: elementType.uint8, shape: input(given, 0).shape },
      { type: elementType.float32, shape: [] },
      { type: elementType.uint8, shape: [] },
    ],
  })),
};
