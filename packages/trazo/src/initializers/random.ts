import { TrazoError } from "../errors.js";
import { type OptionsOf, withShared } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { number } from "../schema/options.js";
import { fillNormal, fillTruncatedNormal, fillUniform } from "./distributions.js";
import { defineInitializer } from "./initializer.js";
import { seeded, streamFor } from "./seeded.js";

const normal = withShared(
  {
    /** Default 0. */
    mean: withDefault(number(), 0),
    /** Standard deviation, at least 0. Default 0.05. */
    stddev: withDefault(number({ min: 0 }), 0.05),
  },
  seeded,
);

export type NormalOptions = OptionsOf<typeof randomNormal>;

/**
 * Normal values (Keras `RandomNormal`).
 *
 * @throws TrazoError for a negative or infinite spread
 * @example
 * ```ts
 * layers.dense({ units: 10, kernelInitializer: initializers.randomNormal({ stddev: 0.01 }) });
 * ```
 */
export const randomNormal = defineInitializer({
  className: "RandomNormal",
  aliases: ["normal"],
  options: normal,
  create: ({ mean, stddev, seed }) => ({
    init: (shape, random) => fillNormal(shape, mean, stddev, streamFor(seed, random)),
  }),
});

/**
 * Normal values drawn again until they lie within two `stddev` of the mean (Keras `TruncatedNormal`). The spread of
 * what remains is 0.88 `stddev`: unlike VarianceScaling this does not correct for the cut.
 *
 * @throws TrazoError for a negative or infinite spread
 * @example
 * ```ts
 * layers.dense({ units: 10, kernelInitializer: initializers.truncatedNormal({ stddev: 0.01 }) });
 * ```
 */
export const truncatedNormal = defineInitializer({
  className: "TruncatedNormal",
  options: normal,
  create: ({ mean, stddev, seed }) => ({
    init: (shape, random) => fillTruncatedNormal(shape, mean, stddev, streamFor(seed, random)),
  }),
});

export type UniformOptions = OptionsOf<typeof randomUniform>;

/**
 * Uniform values (Keras `RandomUniform`).
 *
 * @throws TrazoError when the ends are not finite or out of order
 * @example
 * ```ts
 * layers.dense({ units: 10, kernelInitializer: initializers.randomUniform({ minval: -0.1, maxval: 0.1 }) });
 * ```
 */
export const randomUniform = defineInitializer({
  className: "RandomUniform",
  aliases: ["uniform"],
  options: withShared(
    {
      /** Lower end, included. Default -0.05. */
      minval: withDefault(number(), -0.05),
      /** Upper end, excluded before rounding to float32. Default 0.05. */
      maxval: withDefault(number(), 0.05),
    },
    seeded,
  ),
  create({ minval, maxval, seed }) {
    if (minval > maxval) {
      throw new TrazoError(`RandomUniform minval (${minval}) must not be above its maxval (${maxval}).`);
    }
    return { init: (shape, random) => fillUniform(shape, minval, maxval, streamFor(seed, random)) };
  },
});
