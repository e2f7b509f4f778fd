import type { Node, Value } from "../../graph/value.js";
import { activationNumbers } from "../../kernels/plan-kernels.js";
import type { Place } from "../program/program.js";
import { kernel } from "../program/steps.js";
import { rowSize } from "../task/rows.js";
import type { Emitter, MatchContext, Operator } from "../task/task.js";

/** An activation that kernels apply where a result lies. */
export type ActivationNumber = (typeof activationNumbers)["none" | "relu"];

/** What follows a product: the bias that is added, the activation, and the value that comes out. */
export interface Ending {
  readonly bias: Value | undefined;
  readonly activation: ActivationNumber;
  readonly output: Value;
  /** Nodes that are covered besides the product's. */
  readonly nodes: readonly Node[];
  /** The activation's gradient is 0 where it closed: the operator that takes the output sees to it. */
  readonly masked: boolean;
}

/** Follows a product to the bias and the activation that belong to it. */
export function endingOf(product: Value, channels: number, context: MatchContext): Ending {
  const nodes: Node[] = [];
  let output = product;
  let bias: Value | undefined;
  const sum = context.only(output);
  if (sum?.op === "Add" && sum.inputs[0] === output && isVector(sum.inputs[1], channels, context)) {
    bias = sum.inputs[1];
    output = sum.outputs[0] as Value;
    nodes.push(sum);
  }
  const next = context.only(output);
  if (next?.op !== "Relu") return { bias, activation: activationNumbers.none, output, nodes, masked: false };
  output = next.outputs[0] as Value;
  nodes.push(next);
  return { bias, activation: activationNumbers.relu, output, nodes, masked: isMaskedByPool(output, context) };
}

/** Whether the output is needed to close its gradient where the activation was. */
export const isClosing = ({ activation, masked }: Ending): boolean =>
  activation !== activationNumbers.none && !masked;

/** From the gradient of the output to that of the product, in its place, and to that of the bias. */
export function emitEndingAdjoint(emit: Emitter, ending: Ending, dy: Place, channels: number): void {
  const { bias, activation, output } = ending;
  const db = bias && emit.weightGradient(bias, "sum");
  const closes = isClosing(ending);
  if (!db && !closes) return;
  const rows = { perRow: rowSize(output) / channels };
  const [from, code] = closes ? [emit.place(output), activation] : [0, activationNumbers.none];
  emit.block(kernel("activationAdjoint", dy, from, rows, channels, code, db?.place ?? 0));
}

/** Whether a max pooling is all that takes a relu's output: its maxima tell where the relu was closed. */
export const isMaskedByPool = (output: Value, context: MatchContext): boolean =>
  output.producer?.op === "Relu" && context.only(output)?.op === "MaxPool2d" && context.isSamples(output);

const isVector = (value: Value | undefined, length: number, context: MatchContext): value is Value =>
  context.isWeight(value) && value.shape.length === 1 && value.shape[0] === length;

/** An activation that follows no product. */
export const relu: Operator = (node, context) => {
  const [x] = node.inputs as readonly [Value];
  const y = node.outputs[0] as Value;
  if (!context.isSamples(x) || !context.isCovered(x)) return undefined;
  const masked = isMaskedByPool(y, context);
  const size = { perRow: rowSize(y) };
  return [
    {
      name: "relu",
      nodes: [node],
      inputs: [x],
      weights: [],
      outputs: [y],
      kept: masked ? [] : [y],
      forward: (emit) => emit.block(kernel("relu", emit.place(y), emit.place(x), size)),
      adjoint(emit) {
        const dy = emit.outputGradient(y);
        const dx = emit.inputGradient(x);
        if (!dy || !dx) return;
        emit.block(
          masked ? kernel("copy", dx, dy, size) : kernel("reluAdjoint", dx, dy, emit.place(y), size),
        );
      },
    },
  ];
};
