import { elementType } from "../element-types.js";
import { input, one, type ShapeRule } from "./rule.js";

export const quantization: Readonly<Record<string, ShapeRule>> = {
  QuantizeLinear: (given) =>
    one({ type: given.inputs[2]?.type ?? elementType.uint8, shape: input(given, 0).shape }),
  DequantizeLinear: (given) => one({ type: input(given, 1).type, shape: input(given, 0).shape }),
  DynamicQuantizeLinear: (given) => ({
    outputs: [
      { type: elementType.uint8, shape: input(given, 0).shape },
      { type: elementType.float32, shape: [] },
      { type: elementType.uint8, shape: [] },
    ],
  }),
};
