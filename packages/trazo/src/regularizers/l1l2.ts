import { TrazoError } from "../errors.js";
import { requireKnownOptions } from "../known-options.js";
import type { Regularizer } from "./regularizer.js";

export interface L1L2Options {
  /** Factor of Σ|w|. Default 0. */
  readonly l1?: number | undefined;
  /** Factor of Σw². Default 0. */
  readonly l2?: number | undefined;
}

/** The penalty `l1 · Σ|w|` (Keras `L1`). @throws TrazoError for a factor that is negative or not finite */
export function l1(factor = 0.01): Regularizer {
  checkFactor("L1's l1", factor);
  return { className: "L1", l1: factor, l2: 0, getConfig: () => ({ l1: factor }) };
}

/**
 * The penalty `l2 · Σw²` (Keras `L2`): no factor ½, so its gradient is `2 · l2 · w`.
 *
 * @throws TrazoError for a factor that is negative or not finite
 */
export function l2(factor = 0.01): Regularizer {
  checkFactor("L2's l2", factor);
  return { className: "L2", l1: 0, l2: factor, getConfig: () => ({ l2: factor }) };
}

/**
 * The penalty `l1 · Σ|w| + l2 · Σw²` (Keras 3 `L1L2`, whose defaults are 0 and 0; Keras 2's function `l1_l2` had
 * 0.01 and 0.01).
 *
 * @throws TrazoError for a factor that is negative or not finite
 */
export function l1l2(options: L1L2Options = {}): Regularizer {
  requireKnownOptions(options, { l1: true, l2: true }, "L1L2");
  const { l1 = 0, l2 = 0 } = options;
  checkFactor("L1L2's l1", l1);
  checkFactor("L1L2's l2", l2);
  return { className: "L1L2", l1, l2, getConfig: () => ({ l1, l2 }) };
}

function checkFactor(what: string, value: number): void {
  if (!(value >= 0 && Number.isFinite(value))) {
    throw new TrazoError(`${what} must be a finite number of at least 0, but is ${value}.`);
  }
}
