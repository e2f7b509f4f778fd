import type { PlanSupport } from "../runtime/runtime.js";
import { type Asked, recognized } from "./compile.js";
import { common } from "./operators/registry.js";
import type { Island, Part } from "./recognize.js";
import { isRows, rowSize } from "./task/rows.js";
import type { OperatorTable } from "./task/task.js";

/** What takes long wherever it stands. */
const heavy = new Set(
  "BatchNorm Conv2dTranspose DepthwiseConv2d GroupNorm GroupedConv2d MatMul Normalization".split(" "),
);

/** A loss and metrics of fewer numbers per sample are computed as fast by a graph as the operators for them are loaded. */
const manyNumbers = 128;

/**
 * The operators of the plan for a computation. Those that few networks have are loaded where others would leave a hole between what the
 * plan computes, or something that takes long; and with `always`, where as little as can be is to be left to graphs.
 */
export async function operatorsFor(
  asked: Asked,
  { choice, operators }: Pick<PlanSupport, "choice" | "operators">,
): Promise<OperatorTable> {
  const { parts } = recognized(asked, common);
  const isMissing = parts.some(
    (part, i) =>
      part.kind === "island" &&
      (choice === "always" ||
        isHeavy(part.island) ||
        (isBehindTask(part.island) && isLongOrHole(part.island, parts.slice(i + 1)))),
  );
  const table = isMissing ? (await import("./operators/rare.js")).everyOperator : common;
  return operators?.(table) ?? table;
}

const isHeavy = ({ nodes }: Island): boolean => nodes.some(({ op }) => heavy.has(op));

const isBehindTask = ({ inputs }: Island): boolean => inputs.some(({ producer }) => producer);

/** The tasks that follow an island wait for it where it waits for a task. */
const isLongOrHole = ({ nodes }: Island, after: readonly Part[]): boolean =>
  after.some(({ kind }) => kind === "task") ||
  nodes.some(({ outputs }) => outputs.some((value) => isRows(value) && rowSize(value) >= manyNumbers));
