/**
 * A stream of random numbers that is a pure function of a seed and a name, so that adding a layer
 * (a new name) never moves the numbers that the others get.
 */
export interface RandomStream {
  /** The next 32 random bits, as an unsigned integer. */
  nextUint32(): number;
  /** Uniform on [0, 1) with 53 random bits. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** A uniform permutation of 0 … n-1. */
  permutation(n: number): Int32Array;
}
