import type { Node, Value } from "../../graph/value.js";
import type { Place } from "../program/program.js";
import type { Emitter, Task } from "../task/task.js";

/** A task that makes one value of one other. */
interface Unary {
  readonly node: Node;
  /** What it is written as, the last one of which gives the value. Default: the node alone. */
  readonly nodes?: readonly Node[];
  /** Default: the node's operator. */
  readonly name?: string;
  /** Default: the node's first input. */
  readonly x?: Value;
  /** What the adjoint reads. Default: neither value. */
  readonly kept?: readonly Value[];
  forward(emit: Emitter, x: Place, y: Place): void;
  /** Is asked for where there are both gradients; writes dx. */
  adjoint(emit: Emitter, dy: Place, dx: Place): void;
}

export function unary({
  node,
  name = node.op,
  kept = [],
  forward,
  adjoint,
  ...given
}: Unary): readonly Task[] {
  const { x = node.inputs[0] as Value, nodes = [node] } = given;
  const y = nodes.at(-1)?.outputs[0] as Value;
  return [
    {
      name,
      nodes,
      inputs: [x],
      weights: [],
      outputs: [y],
      kept,
      forward: (emit) => forward(emit, emit.place(x), emit.place(y)),
      adjoint(emit) {
        const dy = emit.outputGradient(y);
        const dx = emit.inputGradient(x);
        if (dy && dx) adjoint(emit, dy, dx);
      },
    },
  ];
}
