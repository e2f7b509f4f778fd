import { initializers } from "../initializers/registry.js";
import { layers } from "../layers/registry.js";
import { regularizers } from "../regularizers/registry.js";
import { schedules } from "../schedules/registry.js";

/** Entries of losses' and optimizers' configurations. */
const others = [
  "beta_1",
  "beta_2",
  "clipnorm",
  "clipvalue",
  "ema_momentum",
  "epsilon",
  "global_clipnorm",
  "label_smoothing",
  "learning_rate",
  "momentum",
  "rho",
  "weight_decay",
];

/** Entries of Keras's configurations that Python has as floats, whatever their value: what the classes' options say. */
export const floatKeys: ReadonlySet<string> = new Set([
  ...[layers, initializers, regularizers, schedules].flatMap((registry) => registry.floatKeys),
  ...others,
]);
