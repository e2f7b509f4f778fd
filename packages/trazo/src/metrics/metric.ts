import type { Json } from "../errors.js";
import type { Value } from "../graph/value.js";

/** A number a sample, computed in the graph and averaged over an epoch. */
export interface Metric {
  /** The key in logs, e.g. `accuracy`. */
  readonly name: string;
  /** As Keras writes it in a training configuration. */
  readonly keras: Json;
  /** `[batch]` values of the predictions' dtype. */
  call(targets: Value, predictions: Value): Value;
}
