import type { OptionsOf } from "../schema/define.js";
import { definerOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { number } from "../schema/options.js";
import type { Regularizer } from "./regularizer.js";

const define = definerOf<Regularizer>();

const factor = (fallback: number) => withDefault(number({ min: 0 }), fallback);

export const l1Regularizer = define({
  className: "L1",
  options: { l1: factor(0.01) },
  create: ({ l1 }) => ({ l1, l2: 0 }),
});

export const l2Regularizer = define({
  className: "L2",
  options: { l2: factor(0.01) },
  create: ({ l2 }) => ({ l1: 0, l2 }),
});

/**
 * The penalty `l1 · Σ|w|` (Keras `L1`).
 *
 * @param l1 at least 0. Default 0.01
 * @throws TrazoError for a factor that is negative or not finite
 * @example
 * ```ts
 * layers.dense({ units: 10, kernelRegularizer: regularizers.l1(0.001) });
 * ```
 */
export const l1 = (l1 = 0.01): Regularizer => l1Regularizer({ l1 });

/**
 * The penalty `l2 · Σw²` (Keras `L2`): no factor ½, so its gradient is `2 · l2 · w`.
 *
 * @param l2 at least 0. Default 0.01
 * @throws TrazoError for a factor that is negative or not finite
 * @example
 * ```ts
 * layers.dense({ units: 10, kernelRegularizer: regularizers.l2(0.001) });
 * ```
 */
export const l2 = (l2 = 0.01): Regularizer => l2Regularizer({ l2 });

export type L1L2Options = OptionsOf<typeof l1l2>;

/**
 * The penalty `l1 · Σ|w| + l2 · Σw²` (Keras 3 `L1L2`, whose defaults are 0 and 0; Keras 2's function `l1_l2` had
 * 0.01 and 0.01).
 *
 * @throws TrazoError for a factor that is negative or not finite
 * @example
 * ```ts
 * layers.dense({ units: 10, kernelRegularizer: regularizers.l1l2({ l1: 0.001, l2: 0.001 }) });
 * ```
 */
export const l1l2 = define({
  className: "L1L2",
  options: {
    /** Factor of Σ|w|, at least 0. Default 0. */
    l1: factor(0),
    /** Factor of Σw², at least 0. Default 0. */
    l2: factor(0),
  },
  create: ({ l1, l2 }) => ({ l1, l2 }),
});
