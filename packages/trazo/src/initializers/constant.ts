import { requireKnownOptions } from "../known-options.js";
import { sizeOf } from "../tensor.js";
import type { Initializer } from "./initializer.js";
import { checkFinite } from "./seeded.js";

export interface ConstantOptions {
  /** The value of every element. Default 0. */
  readonly value?: number | undefined;
}

/** Every element 0 (Keras `Zeros`): the default for biases. */
export function zeros(): Initializer {
  return {
    className: "Zeros",
    init: (shape) => new Float32Array(sizeOf(shape)),
    getConfig: () => ({}),
  };
}

/** Every element 1 (Keras `Ones`). */
export function ones(): Initializer {
  return {
    className: "Ones",
    init: (shape) => new Float32Array(sizeOf(shape)).fill(1),
    getConfig: () => ({}),
  };
}

/** Every element `value` (Keras `Constant`). @throws TrazoError when the value is not finite */
export function constant(options: ConstantOptions = {}): Initializer {
  requireKnownOptions(options, { value: true }, "Constant");
  const { value = 0 } = options;
  checkFinite("Constant's value", value);
  return {
    className: "Constant",
    init: (shape) => new Float32Array(sizeOf(shape)).fill(value),
    getConfig: () => ({ value }),
  };
}
