import type { Pool2dOptions } from "../../graph/ops.js";
import type { Node, Value } from "../../graph/value.js";
import type { MatchContext } from "../task/task.js";
import { type Convolution, convolutionOf } from "./convolution-method.js";
import type { Pair } from "./window.js";

/** A convolution, and the pooling of windows side by side that follows. */
export interface PooledConvolution extends Convolution {
  /** Rows and columns of the pooling's windows. */
  readonly pool: Pair;
  /** Of the pooling. */
  readonly output: Value;
  readonly nodes: readonly Node[];
}

/** The one that begins with a node; undefined where there is none, or where it has strides or dilation. */
export function pooledConvolution(
  node: Node,
  context: MatchContext,
  pooling: "AveragePool2d" | "MaxPool2d",
): PooledConvolution | undefined {
  const found = convolutionOf(node, context);
  if (!found) return undefined;
  const { window, ending } = found;
  if ([...window.strides, ...window.dilation].some((step) => step !== 1)) return undefined;
  const next = context.only(ending.output);
  if (next?.op !== pooling) return undefined;
  const { poolSize: pool, strides: steps } = next.attributes as unknown as Pool2dOptions;
  const output = next.outputs[0] as Value;
  const [, ...pooled] = output.shape as readonly number[];
  const fits = [window.outputHeight, window.outputWidth].every((size, axis) => {
    const side = pool[axis] as number;
    return steps[axis] === side && (pooled[axis] as number) * side <= size;
  });
  if (!fits) return undefined;
  return { ...found, pool, output, nodes: [node, ...ending.nodes, next] };
}
