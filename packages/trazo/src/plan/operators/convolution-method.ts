import type { Value } from "../../graph/value.js";
import type { Place } from "../program/program.js";
import type { Emitter } from "../task/task.js";
import type { Ending } from "./activation.js";
import type { Window } from "./window.js";

/** A convolution as its ways of computing it see it. */
export interface Convolution {
  readonly x: Value;
  readonly weights: Value;
  readonly window: Window;
  readonly filters: number;
  readonly ending: Ending;
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
