import type { Node, Value } from "../../graph/value.js";
import type { Place, Step } from "../program/program.js";
import { kernel } from "../program/steps.js";
import { isFixed, isRows, sizeOfValue } from "../task/rows.js";
import type { Emitter, MatchContext } from "../task/task.js";
import { broadcastStrides, type Loops, loopNumbers, loopsOver } from "./loops.js";

/** What a node with broadcasting takes, and gives. */
export interface Operands {
  readonly operands: readonly Value[];
  /** Of these, what holds rows of samples; with a result that is the same for all samples, all of them. */
  readonly inputs: readonly Value[];
  /** Of these, what is the same for all samples where the result is not. */
  readonly weights: readonly Value[];
  readonly y: Value;
}

/**
 * The operands of a node whose result is broadcast from them; undefined where there is one that kernels cannot take.
 *
 * @param takes others than those that hold float32 numbers. Default: none
 */
export function operandsOf(
  { inputs, outputs }: Node,
  context: MatchContext,
  takes: (value: Value) => boolean = () => false,
): Operands | undefined {
  const y = outputs[0] as Value;
  const operands = inputs as readonly Value[];
  const isOperand = (value: Value): boolean =>
    (value.dtype === "float32" || isKnown(value, context) || takes(value)) &&
    (isFixed(value) || (isRows(value) && value.shape.length === y.shape.length));
  if (!isRows(y) && !isFixed(y)) return undefined;
  if (!operands.every(isOperand) || !operands.some((one) => isMade(one, context))) return undefined;
  const [rows, fixed] = [operands.filter(isRows), operands.filter(isFixed)];
  return { operands, inputs: isRows(y) ? rows : operands, weights: isRows(y) ? fixed : [], y };
}

/** The operands of a node that takes two, with the loops over both. */
export function pairOf(node: Node, context: MatchContext, takes?: (value: Value) => boolean) {
  const found = operandsOf(node, context, takes);
  const [a, b, ...others] = found?.operands ?? [];
  const loops = found && a && b && others.length === 0 ? loopsOf(found.y, a, b) : undefined;
  return found && a && b && loops && { ...found, a, b, loops };
}

/** Whether a value is a number of the graph's own, or made by the plan. */
const isKnown = (value: Value, context: MatchContext): boolean =>
  context.isCovered(value) || value.graph.constantOf(value) !== undefined;

/** Whether a value is rows of samples that the plan knows, or the same for all and made by the plan. */
const isMade = (value: Value, context: MatchContext): boolean =>
  context.isCovered(value) && (isRows(value) || value.producer !== undefined);

/** Loops over a result and two of the operands that it is broadcast from. */
export const loopsOf = (y: Value, a: Value, b: Value): Loops | undefined =>
  loopsOver(
    y.shape,
    [a, b].map((one) => broadcastStrides(one, y.shape.length)),
  );

/** The arguments of a kernel with these loops. */
export const loopArguments = (emit: Emitter, loops: Loops, a: Value, b: Value) =>
  loopNumbers(loops, emit.place(a), emit.place(b));

/** Emits the gradient of an operand, to which `step` adds what a block gives. */
export function addGradient(
  emit: Emitter,
  { weights }: Operands,
  operand: Value,
  step: (d: Place) => Step,
): void {
  const size = sizeOfValue(operand);
  if (!weights.includes(operand)) {
    const d = emit.inputGradient(operand);
    if (d) emit.block(kernel("fill", d, size, 0), step(d));
    return;
  }
  const d = emit.weightGradient(operand, "sum");
  if (!d) return;
  // First the block's own sum: long sums lose digits.
  const part = emit.scratch(0, 4 * Number(size));
  emit.block(kernel("fill", part, size, 0), step(part), kernel("add", d.place, part, size));
}
