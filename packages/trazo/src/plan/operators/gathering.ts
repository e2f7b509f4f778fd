import type { Value } from "../../graph/value.js";
import { kernel } from "../program/steps.js";
import { isFixed, sizeOf, sizeOfValue } from "../task/rows.js";
import type { Emitter, Operator } from "../task/task.js";
import { rareKernel } from "./rare-kernel.js";
import { unary } from "./unary.js";

/** Entries of an axis at places that are known beforehand: pixels of mirrored images, for example. */
export const gathering: Operator = (node, context) => {
  const [x, index] = node.inputs as readonly [Value, Value];
  const axis = node.attributes.axis as number;
  const content = index.graph.constantOf(index);
  if (!content || !context.isTaken(x) || (axis === 0 && !isFixed(x))) return undefined;
  const places = Float32Array.from(content.data as ArrayLike<number | bigint>, Number);
  const size = Number(x.shape[axis]);
  const length = sizeOf(x.shape.slice(axis + 1));
  const outer = sizeOfValue(x, size * length);
  const numbers = (emit: Emitter) => [outer, size, length, emit.constant("places", places), places.length];
  return unary({
    node,
    forward: (emit, from, to) => emit.block(rareKernel("gather", from, ...numbers(emit), to)),
    adjoint: (emit, dy, dx) =>
      emit.block(
        kernel("fill", dx, sizeOfValue(x), 0),
        rareKernel("gatherAdjoint", dy, ...numbers(emit), dx),
      ),
  });
};
