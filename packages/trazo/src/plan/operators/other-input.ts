import type { Node, Value } from "../../graph/value.js";

/** The input of a node of two that is not `one`. */
export const otherInput = ({ inputs: [a, b] }: Node, one: Value): Value | undefined => (a === one ? b : a);
