import type { DType } from "../../tensor.js";
import {
  cast as castShape,
  comparison as comparisonShape,
  where as whereShape,
} from "../foreign/elementwise.js";
import { inFiles, type Operator } from "../operator.js";
import { cast, mul, sumTo } from "../ops.js";
import { broadcastShapes } from "../shape.js";
import type { Node, Value } from "../value.js";
import { requireEqualDtypes } from "./requirements.js";

const isFloat = (dtype: DType): boolean => dtype === "float32" || dtype === "float64";

/** A comparison is flat almost everywhere: no gradient flows through it. */
function comparison2(op: string): Operator {
  return {
    ...inFiles(comparisonShape, 2),
    pixelwise: true,
    infer: ([a, b]) => {
      requireEqualDtypes(op, a as Value, b as Value);
      return [{ dtype: "bool", shape: broadcastShapes((a as Value).shape, (b as Value).shape, op) }];
    },
    gradient: () => [undefined, undefined],
  };
}

export const comparison: Record<string, Operator> = {
  Greater: comparison2("Greater"),
  GreaterOrEqual: comparison2("GreaterOrEqual"),
  Less: comparison2("Less"),
  Equal: comparison2("Equal"),
  Where: {
    ...inFiles(whereShape, 3),
    pixelwise: true,
    infer: ([condition, a, b]) => {
      requireEqualDtypes("Where", a as Value, b as Value);
      const values = broadcastShapes((a as Value).shape, (b as Value).shape, "Where");
      return [
        { dtype: (a as Value).dtype, shape: broadcastShapes((condition as Value).shape, values, "Where") },
      ];
    },
    gradient: (node: Node, [dy]) => {
      const [condition, a, b] = node.inputs as [Value, Value, Value];
      const d = dy as Value;
      const chosen = cast(condition, d.dtype);
      const picked = mul(d, chosen);
      return [
        undefined,
        sumTo(picked, a.shape),
        sumTo(d.graph.apply("Sub", [d, picked])[0] as Value, b.shape),
      ];
    },
  },
  Cast: {
    ...inFiles(castShape),
    pixelwise: true,
    attributes: { to: "elementType" },
    infer: ([x], { to }) => [{ dtype: to as DType, shape: (x as Value).shape }],
    gradient: (node, [dy]) => {
      const x = node.inputs[0] as Value;
      return [isFloat(x.dtype) && isFloat((dy as Value).dtype) ? cast(dy as Value, x.dtype) : undefined];
    },
  },
};
