import { add, greater, mul, sub, where } from "../graph/ops.js";
import { bounds, flush } from "../graph/subnormals.js";
import type { Value } from "../graph/value.js";

/** How a moving average of the weights is kept. */
export interface MovingAverage {
  /** Weight of the past, from 0 to 1. */
  readonly momentum: number;
  /** The average takes the weight's place after this many steps; undefined: never. */
  readonly overwriteFrequency: number | undefined;
}

const momentumName = "ema_momentum";
const overwriteName = "ema_overwrite";

/** The slot that holds it, as Keras calls it. */
export const averageSlotName = "average";

/** The numbers that it needs in a step. */
export const averageScalars = ({ overwriteFrequency }: MovingAverage): string[] =>
  overwriteFrequency === undefined ? [momentumName] : [momentumName, overwriteName];

/** Their values for the step about to be taken. The first weights are the first average. */
export function averageNumbers(
  { momentum, overwriteFrequency }: MovingAverage,
  steps: number,
): Record<string, number> {
  const overwrites = overwriteFrequency !== undefined && (steps + 1) % overwriteFrequency === 0;
  return { [momentumName]: steps === 0 ? 0 : momentum, [overwriteName]: overwrites ? 1 : 0 };
}

/** The average after a step, and the weight, which it may replace. */
export function averaged(
  p: Value,
  average: Value,
  scalars: Readonly<Record<string, Value>>,
): { readonly p: Value; readonly average: Value } {
  const momentum = scalars[momentumName] as Value;
  const next = flush(add(mul(average, momentum), mul(p, sub(1, momentum))), bounds.weight);
  const overwrite = scalars[overwriteName];
  return { p: overwrite ? where(greater(overwrite, 0), next, p) : p, average: next };
}
