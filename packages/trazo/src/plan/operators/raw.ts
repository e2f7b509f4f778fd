import type { Value } from "../../graph/value.js";
import { kindNumbers } from "../../kernels/rare-plan-kernels.js";
import type { Place } from "../program/program.js";
import { rowSize, sizeOfValue } from "../task/rows.js";
import type { Emitter, MatchContext } from "../task/task.js";
import { rareKernel } from "./rare-kernel.js";

/** A value that kernels can make float32 numbers of: a run is fed with it. */
export const isConvertible = (x: Value, context: MatchContext): boolean =>
  context.isRaw(x) && x.dtype in kindNumbers;

/** Writes a value that a run is fed with as float32 numbers. */
export function convert(emit: Emitter, x: Value, to: Place): void {
  const kind = kindNumbers[x.dtype as keyof typeof kindNumbers];
  emit.block(rareKernel("convert", kind, emit.place(x), sizeOfValue(x), to));
}

/** Where a value's float32 numbers lie: those of another kind are converted first, for the time of the task. */
export function numbersAt(emit: Emitter, x: Value, context: MatchContext): Place {
  if (!isConvertible(x, context)) return emit.place(x);
  const numbers = emit.scratch(4 * rowSize(x));
  convert(emit, x, numbers);
  return numbers;
}
