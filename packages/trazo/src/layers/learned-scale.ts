import { constraint } from "../constraints/registry.js";
import { initializer } from "../initializers/registry.js";
import { regularizer } from "../regularizers/registry.js";
import type { KeptOptions } from "../schema/define.js";
import { optional, withDefault } from "../schema/option.js";
import { boolean } from "../schema/options.js";
import type { WeightSpec } from "./layer.js";

const learned = {
  /** Learn an offset `beta`. Default true. */
  center: withDefault(boolean(), true),
  /** Learn a factor `gamma`. Default true. */
  scale: withDefault(boolean(), true),
  /** Default `zeros`. */
  betaInitializer: withDefault(initializer(), "zeros"),
  /** Default `ones`. */
  gammaInitializer: withDefault(initializer(), "ones"),
  /** A penalty on `beta`. Default none. */
  betaRegularizer: optional(regularizer()),
  /** A penalty on `gamma`. Default none. */
  gammaRegularizer: optional(regularizer()),
  /** What `beta` must be after every step, e.g. `constraints.nonNeg()`. Default anything. */
  betaConstraint: constraint(),
  /** What `gamma` must be after every step. Default anything. */
  gammaConstraint: constraint(),
};

/** A name of its own, so that declarations keep what is said of each option. */
export interface LearnedScaleOptions extends Readonly<typeof learned> {}

/** The options of a normalization that learns a factor and an offset. */
export const learnedScaleOptions: LearnedScaleOptions = learned;

/** Factor and offset, as far as they are learned, in Keras's order. */
export function learnedScale(
  settings: KeptOptions<LearnedScaleOptions>,
  shape: readonly number[],
  trainable: boolean,
): WeightSpec[] {
  const gamma: WeightSpec = {
    name: "gamma",
    shape,
    initializer: settings.gammaInitializer,
    regularizer: settings.gammaRegularizer,
    constraint: settings.gammaConstraint,
    trainable,
  };
  const beta: WeightSpec = {
    name: "beta",
    shape,
    initializer: settings.betaInitializer,
    regularizer: settings.betaRegularizer,
    constraint: settings.betaConstraint,
    trainable,
  };
  return [...(settings.scale ? [gamma] : []), ...(settings.center ? [beta] : [])];
}
