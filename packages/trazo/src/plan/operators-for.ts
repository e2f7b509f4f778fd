import { type Asked, recognized } from "./compile.js";
import { common } from "./operators/registry.js";
import type { Island, Part } from "./recognize.js";
import type { OperatorTable } from "./task/task.js";

/** What takes long wherever it stands. */
const heavy = new Set(
  "BatchNorm Conv2dTranspose DepthwiseConv2d GroupNorm GroupedConv2d MatMul Normalization".split(" "),
);

/**
 * The operators of the plan for a computation. Those that few networks have are loaded where others would leave a hole between what the
 * plan computes, or something that takes long.
 */
export async function operatorsFor(asked: Asked): Promise<OperatorTable> {
  const { parts } = recognized(asked, common);
  const isMissing = parts.some(
    (part, i) => part.kind === "island" && (isHeavy(part.island) || isHole(part.island, parts.slice(i + 1))),
  );
  return isMissing ? (await import("./operators/rare.js")).everyOperator : common;
}

const isHeavy = ({ nodes }: Island): boolean => nodes.some(({ op }) => heavy.has(op));

/** The tasks that follow an island wait for some island, and it waits for a task. */
const isHole = ({ inputs }: Island, after: readonly Part[]): boolean =>
  inputs.some(({ producer }) => producer) && after.some(({ kind }) => kind === "task");
