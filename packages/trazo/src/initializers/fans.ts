import { sizeOf } from "../tensor.js";

/** How many values flow into and out of one unit of a weight. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * The fans of a weight as Keras counts them: a dense kernel (in, out) has exactly those; a convolution kernel
 * (…window, in, out) has each times the window's size; a vector has its length for both, a scalar 1.
 */
export function computeFans(shape: readonly number[]): Fans {
  if (shape.length < 2) {
    const length = shape[0] ?? 1;
    return { fanIn: length, fanOut: length };
  }
  const window = sizeOf(shape.slice(0, -2));
  return { fanIn: window * (shape.at(-2) as number), fanOut: window * (shape.at(-1) as number) };
}
