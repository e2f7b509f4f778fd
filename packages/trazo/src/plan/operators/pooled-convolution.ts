import type { Conv2dOptions, Pool2dOptions } from "../../graph/ops.js";
import type { Node, Value } from "../../graph/value.js";
import type { MatchContext } from "../task/task.js";
import { type Ending, endingOf } from "./activation.js";
import { type Pair, type Window, windowOf } from "./window.js";

/** A convolution, and the pooling of windows side by side that follows. */
export interface PooledConvolution {
  readonly x: Value;
  readonly weights: Value;
  readonly window: Window;
  readonly filters: number;
  readonly ending: Ending;
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
  const [x, weights] = node.inputs as readonly [Value, Value];
  if (!context.isSamples(x) || !context.isWeight(weights)) return undefined;
  const { strides, padding, dilation } = node.attributes as unknown as Conv2dOptions;
  if ([...strides, ...dilation].some((step) => step !== 1)) return undefined;
  const [rows, columns, , filters] = weights.shape as readonly [number, number, number, number];
  const window = windowOf(x, [rows, columns], strides, dilation, padding);
  const ending = endingOf(node.outputs[0] as Value, filters, context);
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
  return { x, weights, window, filters, ending, pool, output, nodes: [node, ...ending.nodes, next] };
}
