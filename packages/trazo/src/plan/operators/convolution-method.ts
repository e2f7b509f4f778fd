import type { Conv2dOptions } from "../../graph/ops.js";
import type { Node, Value } from "../../graph/value.js";
import type { Place } from "../program/program.js";
import type { Emitter, MatchContext } from "../task/task.js";
import { type Ending, endingOf } from "./activation.js";
import { type Window, windowOf } from "./window.js";

/** A convolution as its ways of computing it see it. */
export interface Convolution {
  readonly x: Value;
  readonly weights: Value;
  readonly window: Window;
  readonly filters: number;
  readonly ending: Ending;
}

/** The convolution of samples with weights that begins with a node. */
export function convolutionOf(node: Node, context: MatchContext): Convolution | undefined {
  const [x, weights] = node.inputs as readonly [Value, Value];
  if (!context.isSamples(x) || !context.isWeight(weights)) return undefined;
  const { strides, padding, dilation } = node.attributes as unknown as Conv2dOptions;
  const [rows, columns, , filters] = weights.shape as readonly [number, number, number, number];
  const window = windowOf(x, [rows, columns], strides, dilation, padding);
  return { x, weights, window, filters, ending: endingOf(node.outputs[0] as Value, filters, context) };
}

/** A way of computing a convolution: all but the bias and activation of the adjoint, which are the same for all. */
export interface ConvolutionMethod {
  readonly leastRows: number;
  /** Bias and activation included. */
  forward(emit: Emitter): void;
  /** @param dy the gradient of the product, before bias and activation */
  adjoint(emit: Emitter, dy: Place): void;
}

/** One whose cost does not grow evenly with the samples. */
export interface ForBatches extends ConvolutionMethod {
  /** Whether a training step of so many samples takes less time with it than with another. */
  isWorth(batch: number): boolean;
}
