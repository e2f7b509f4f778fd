import { scalarOf } from "../../graph/scalar-of.js";
import type { Node, Value } from "../../graph/value.js";
import type { MatchContext } from "../task/task.js";
import { otherInput } from "./other-input.js";

/** The average of a statistic over the steps so far: `momentum` times what it was before plus `rest` times the statistic. */
export interface MovingAverage {
  readonly past: Value;
  readonly statistic: Value;
  readonly momentum: number;
  readonly rest: number;
  /** What is less counts as 0: by its magnitude, or as it is. */
  readonly bound: number;
  readonly byMagnitude: boolean;
  readonly next: Value;
  readonly nodes: readonly Node[];
}

/** The average that is all that uses a statistic besides the normalization itself. */
export function movingAverageOf(statistic: Value, context: MatchContext): MovingAverage | undefined {
  const added = context.only(statistic);
  const rest = added?.op === "Mul" ? scalarOf(otherInput(added, statistic)) : undefined;
  const sum = added && context.only(added.outputs[0] as Value);
  if (!added || rest === undefined || sum?.op !== "Add") return undefined;
  const faded = otherInput(sum, added.outputs[0] as Value)?.producer;
  const past = faded?.op === "Mul" ? faded.inputs.find((input) => context.isWeight(input)) : undefined;
  const momentum = faded && past && scalarOf(otherInput(faded, past));
  if (!faded || !past || momentum === undefined || context.only(faded.outputs[0] as Value) !== sum)
    return undefined;
  const flush = flushOf(sum.outputs[0] as Value, context);
  if (!flush) return undefined;
  return { past, statistic, momentum, rest, ...flush, nodes: [added, faded, sum, ...flush.nodes] };
}

/** What makes small numbers 0 (see graph/subnormals.ts). */
function flushOf(
  value: Value,
  context: MatchContext,
): Pick<MovingAverage, "bound" | "byMagnitude" | "next" | "nodes"> | undefined {
  const users = context.users(value);
  const choice = users.find(({ op }) => op === "Where");
  const [condition, zero, otherwise] = choice?.inputs ?? [];
  const less = condition?.producer;
  const compared = less?.inputs[0];
  const magnitude = compared?.producer?.op === "Abs" ? compared.producer : undefined;
  const bound = scalarOf(less?.inputs[1]);
  if (!choice || less?.op !== "Less" || bound === undefined || users.length !== 2) return undefined;
  if (otherwise !== value || scalarOf(zero) !== 0 || context.only(condition as Value) !== choice)
    return undefined;
  if ((magnitude?.inputs[0] ?? compared) !== value) return undefined;
  if (magnitude && context.only(compared as Value) !== less) return undefined;
  return {
    bound,
    byMagnitude: magnitude !== undefined,
    next: choice.outputs[0] as Value,
    nodes: [...(magnitude ? [magnitude] : []), less, choice],
  };
}
