import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { number } from "../schema/options.js";
import { sizeOf } from "../tensor.js";
import { defineInitializer } from "./initializer.js";

/**
 * Every element 0 (Keras `Zeros`): the default for biases.
 *
 * @example
 * ```ts
 * layers.dense({ units: 10, kernelInitializer: initializers.zeros() });
 * ```
 */
export const zeros = defineInitializer({
  className: "Zeros",
  aliases: ["zero"],
  options: {},
  create: () => ({ init: (shape) => new Float32Array(sizeOf(shape)) }),
});

/**
 * Every element 1 (Keras `Ones`).
 *
 * @example
 * ```ts
 * layers.dense({ units: 10, biasInitializer: initializers.ones() });
 * ```
 */
export const ones = defineInitializer({
  className: "Ones",
  aliases: ["one"],
  options: {},
  create: () => ({ init: (shape) => new Float32Array(sizeOf(shape)).fill(1) }),
});

export type ConstantOptions = OptionsOf<typeof constant>;

/**
 * Every element `value` (Keras `Constant`).
 *
 * @throws TrazoError when the value is not finite
 * @example
 * ```ts
 * layers.dense({ units: 10, biasInitializer: initializers.constant({ value: 0.1 }) });
 * ```
 */
export const constant = defineInitializer({
  className: "Constant",
  options: {
    /** The value of every element. Default 0. */
    value: withDefault(number(), 0),
  },
  create: ({ value }) => ({ init: (shape) => new Float32Array(sizeOf(shape)).fill(value) }),
});
