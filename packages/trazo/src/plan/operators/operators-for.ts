import type { Graph } from "../../graph/graph.js";
import type { OperatorTable } from "../task/task.js";
import { common } from "./registry.js";

/** What the graphs have for which rare.ts is loaded. */
const rareNames = ["BatchNorm", "Conv2dTranspose", "DepthwiseConv2d", "GroupedConv2d", "Normalization"];

/** The operators of the plan that a graph may need. */
export async function operatorsFor({ nodes }: Graph): Promise<OperatorTable> {
  if (!nodes.some(({ op }) => rareNames.includes(op))) return common;
  return (await import("./rare.js")).everyOperator;
}
