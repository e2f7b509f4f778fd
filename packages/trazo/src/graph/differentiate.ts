import { TrazoError } from "../errors.js";
import { operators } from "./operators.js";
import { add, expandLike } from "./ops.js";
import { formatShape } from "./shape.js";
import type { Node, Value } from "./value.js";

/**
 * Reverse-mode differentiation: emits, into the same graph, the gradient of a scalar with respect
 * to each of `wrt`. Every operator between them contributes by the gradient rule in its row of the
 * operator table.
 *
 * @throws TrazoError when `loss` is not a scalar, or an operator on the way has no gradient rule.
 */
export function differentiate(loss: Value, wrt: readonly Value[]): Value[] {
  if (loss.shape.length !== 0) {
    throw new TrazoError(
      `Only a scalar can be differentiated, but the loss has shape ${formatShape(loss.shape)}.`,
    );
  }
  const nodes = [...loss.graph.nodes];
  const depends = valuesDependingOn(wrt, nodes);
  const gradients = new Map<Value, Value>([[loss, loss.graph.scalar(loss.dtype, 1)]]);
  for (const node of nodes.reverse()) {
    const outputGradients = node.outputs.map((output) => gradients.get(output));
    if (outputGradients.every((gradient) => gradient === undefined)) continue;
    if (!node.inputs.some((input) => input && depends.has(input))) continue;
    accumulate(node, gradientRule(node)(node, outputGradients), depends, gradients);
  }
  return wrt.map((value) => gradients.get(value) ?? zerosLike(value));
}

function valuesDependingOn(wrt: readonly Value[], nodes: readonly Node[]): Set<Value> {
  const depends = new Set(wrt);
  for (const node of nodes) {
    if (node.inputs.some((input) => input && depends.has(input))) {
      for (const output of node.outputs) depends.add(output);
    }
  }
  return depends;
}

function gradientRule(node: Node): NonNullable<(typeof operators)[string]["gradient"]> {
  const rule = operators[node.op]?.gradient;
  if (rule) return rule;
  throw new TrazoError(
    `The operator ${node.op} has no gradient rule, but something trainable lies behind it.`,
  );
}

function accumulate(
  node: Node,
  inputGradients: readonly (Value | undefined)[],
  depends: ReadonlySet<Value>,
  gradients: Map<Value, Value>,
): void {
  for (const [i, input] of node.inputs.entries()) {
    const gradient = inputGradients[i];
    if (!input || !gradient || !depends.has(input)) continue;
    const known = gradients.get(input);
    gradients.set(input, known ? add(known, gradient) : gradient);
  }
}

function zerosLike(value: Value): Value {
  return expandLike(value.graph.scalar(value.dtype, 0), value);
}
