import type { Node, Value } from "../../graph/value.js";

/** The number that a value is, where it is a constant scalar. */
export function scalarOf(value: Value | undefined): number | undefined {
  const content = value?.graph.constantOf(value);
  return content && content.data.length === 1 ? Number(content.data[0]) : undefined;
}

/** The input of a node of two that is not `one`. */
export const otherInput = ({ inputs: [a, b] }: Node, one: Value): Value | undefined => (a === one ? b : a);
