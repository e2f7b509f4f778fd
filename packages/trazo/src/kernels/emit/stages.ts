import type { Node, Value } from "../../graph/value.js";

/** Cycles until a result is there, about the same on processors of different makers. Those of one cycle are not named. */
const latencies: Readonly<Record<string, number>> = { Add: 3, Sub: 3, Mul: 3, Div: 11, Sqrt: 15 };
const isLong = ({ op }: Node): boolean => op === "Div" || op === "Sqrt";

/**
 * The nodes that finish in the second half of the time that all take one after the other; all where there is no division or root. A processor
 * looks ahead by some hundred instructions only: while it waits for a root it should find those of the next elements that come before one.
 *
 * @param nodes in an order in which they can be computed
 */
export function lateNodes(nodes: readonly Node[]): ReadonlySet<Node> {
  if (!nodes.some(isLong)) return new Set(nodes);
  const ends = new Map<Value, number>();
  for (const node of nodes) {
    const start = Math.max(0, ...node.inputs.map((input) => (input && ends.get(input)) ?? 0));
    ends.set(node.outputs[0] as Value, start + (latencies[node.op] ?? 1));
  }
  const half = Math.max(...ends.values()) / 2;
  return new Set(nodes.filter((node) => (ends.get(node.outputs[0] as Value) as number) > half));
}
