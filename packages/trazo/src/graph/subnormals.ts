/**
 * Why very small numbers become zero here.
 *
 * A float32 below 2^-126 is subnormal. On many processors (Intel's among them) every operation that takes or gives a
 * subnormal number is some hundred times slower, and training produces them by itself: a penalty shrinks the weights of a
 * dead unit forever, the moments of a weight without a gradient decay forever, and the gradient of a confident network is
 * a probability near 1e-38. The processor's own switch against this (flush to zero) cannot be used: it belongs to the
 * thread, and on JavaScript's thread it would change the arithmetic of the whole program.
 *
 * So numbers become zero long before they, or their products with each other, are subnormal. The rule, the same in the
 * optimizers' formulas, from which their kernels and the exported training step are made, and in the other kernels
 * (src/kernels/assembly/vector.ts):
 *
 * - a weight below `bounds.weight` is stored as 0, and so is the moving mean of a batch normalization;
 * - a gradient below `bounds.gradient` is taken as 0, and so is a mean of gradients (an optimizer's slot) as it is stored;
 * - what is squared, a gradient or a mean of gradients, is taken as 0 there below `bounds.root`, and keeps its value elsewhere;
 * - a mean of squares (a slot, or the moving variance of a batch normalization) below `bounds.square` is stored as 0;
 * - a probability below `bounds.probability` is taken as 0 in the gradient of softmax and of cross-entropy.
 *
 * In an optimizer's kernels means of gradients and of their squares are held to these bounds after every `guardedEvery`th step only, of which the first is
 * one: it takes a fifth of the kernels' time, and from one such step to the next no mean that keeps at least 0.4 of itself becomes subnormal.
 *
 * Nothing here depends on the processor: the same seed gives the same weights everywhere.
 */

import { abs, less, square, where } from "./ops.js";
import { scalarOf } from "./scalar-of.js";
import type { Value } from "./value.js";

export const bounds = {
  /**
   * 2^-50, about 9e-16: the last digit of a weight of 0.05 is four million times as large. The gradient of a penalty on a
   * weight that stays, and its product with a gradient that stays, are normal numbers.
   */
  weight: 2 ** -50,
  /** 2^-116, about 1.2e-35: leaves room for a factor down to 2^-10, such as a learning rate or Adam's 1 - beta1. */
  gradient: 2 ** -116,
  /**
   * 2^-100, about 8e-31: leaves room for the difference of two squares, and for a factor down to 2^-26. The root of a smaller one is
   * nothing compared with an epsilon of 1e-7.
   */
  square: 2 ** -100,
  /** 2^-50, the root of `square`. */
  root: 2 ** -50,
  /**
   * 2^-60, about 9e-19: the probability of the true class is exact to 6e-8. Divided by the size of a batch and multiplied by
   * the smallest weight it is still a normal number.
   */
  probability: 2 ** -60,
} as const;

/** In so many steps a mean that decays by 0.9 a step loses little more than half of itself. */
export const guardedEvery = 8;

/**
 * `x` with 0 in place of every value whose magnitude is below the bound; by default that of gradients and their means. NaN stays
 * NaN.
 *
 * @example
 * import { ops, optimizers, type Value } from "trazo";
 *
 * const mean = (old: Value, g: Value): Value => optimizers.flush(ops.add(ops.mul(old, 0.9), ops.mul(g, 0.1)));
 */
export const flush = (x: Value, bound: number = bounds.gradient): Value => flushWhere(abs(x), x, bound);

/**
 * The same for values that are never negative; the bound is by default that of means of squares.
 *
 * @example
 * import { ops, optimizers, type Value } from "trazo";
 *
 * const meanSquare = (old: Value, g: Value): Value =>
 *   optimizers.flushPositive(ops.add(ops.mul(old, 0.9), ops.mul(optimizers.flushedSquare(g), 0.1)));
 */
export const flushPositive = (x: Value, bound: number = bounds.square): Value => flushWhere(x, x, bound);

/**
 * x², without the squares that are too small to matter.
 *
 * @example
 * import { optimizers, type Value } from "trazo";
 *
 * const squares = (g: Value): Value => optimizers.flushedSquare(g);
 */
export const flushedSquare = (x: Value): Value => square(flush(beforeFlush(x), bounds.root));

/** What `x` is the flushed form of, with the bound of gradients: a larger bound gives the same of both, and sooner of that. Otherwise `x`. */
function beforeFlush(x: Value): Value {
  const flushed = flushOf(x);
  return flushed?.size.producer?.op === "Abs" && flushed.bound === bounds.gradient ? flushed.before : x;
}

/** What `x` is the flushed form of, with the bound of gradients or of means of squares. Otherwise `x`: other bounds are a formula's own affair. */
export function unflushed(x: Value): Value {
  const flushed = flushOf(x);
  if (!flushed) return x;
  const bound = flushed.size === flushed.before ? bounds.square : bounds.gradient;
  return flushed.bound === bound ? flushed.before : x;
}

interface Flush {
  readonly before: Value;
  /** What is compared with the bound: the value before, or its magnitude. */
  readonly size: Value;
  readonly bound: number;
}

function flushOf({ producer }: Value): Flush | undefined {
  const [condition, zero, before] = producer?.op === "Where" ? producer.inputs : [];
  const [size, limit] = condition?.producer?.op === "Less" ? condition.producer.inputs : [];
  const bound = scalarOf(limit);
  if (!before || !size || bound === undefined || scalarOf(zero) !== 0) return undefined;
  const isOfBefore = size === before || (size.producer?.op === "Abs" && size.producer.inputs[0] === before);
  return isOfBefore ? { before, size, bound } : undefined;
}

const flushWhere = (magnitude: Value, x: Value, bound: number): Value =>
  where(less(magnitude, bound), x.graph.scalar(x.dtype, 0), x);
