import type { Value } from "../graph/value.js";

/**
 * The logits behind predictions that come straight from softmax or sigmoid; the predictions
 * themselves when the caller says that they are logits. Keras on TensorFlow does the same, so the
 * loss stays exact where the probability underflows.
 */
export function logitsOf(
  predictions: Value,
  op: "Softmax" | "Sigmoid",
  fromLogits: boolean,
): Value | undefined {
  const producer = predictions.producer;
  if (producer?.op === op) return producer.inputs[0];
  return fromLogits ? predictions : undefined;
}

/** Keras's epsilon, which keeps divisors and arguments of logarithms away from 0. */
export const smallest = 1e-7;

/** Probabilities nearer to 0 or 1 than this are clipped before a logarithm, as in Keras. */
export const probabilityFloor = smallest;
