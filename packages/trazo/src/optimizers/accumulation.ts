import { Graph } from "../graph/graph.js";
import { add, mul } from "../graph/ops.js";
import { flush } from "../graph/subnormals.js";
import type { Value } from "../graph/value.js";
import type { Stream } from "../kernels/emit/stream.js";
import type { Optimizer } from "./optimizer.js";

/** The slot that holds the gradients of earlier batches, as Keras calls it. */
export const accumulatorSlotName = "gradient_accumulator";

/** Whether an optimizer moves the weights with each batch, so that its update can be a part of each step. */
export const updatesWithEveryBatch = ({ slots }: Pick<Optimizer, "slots">): boolean =>
  !slots.includes(accumulatorSlotName);

const inputs = (graph: Graph): [g: Value, gathered: Value] => [
  graph.input("g", "float32", []),
  graph.input("gathered", "float32", []),
];

/** Adds a gradient to those gathered. Arrays: g and the slot. */
export function gatherStream(): Stream {
  const [g, gathered] = inputs(new Graph());
  return { arrays: [g, gathered], scalars: [], stores: new Map([[gathered, flush(add(gathered, g))]]) };
}

/** Puts the mean of the gradients gathered and this one in its place, and empties the slot. The scalar: one over their number. */
export function meanStream(): Stream {
  const graph = new Graph();
  const [g, gathered] = inputs(graph);
  const share = graph.input("share", "float32", []);
  return {
    arrays: [g, gathered],
    scalars: [share],
    stores: new Map([
      [g, mul(add(g, gathered), share)],
      [gathered, graph.scalar("float32", 0)],
    ]),
  };
}
