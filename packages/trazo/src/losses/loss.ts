import type { Shape, Value } from "../graph/value.js";
import type { Configured } from "../schema/define.js";
import type { Tensor } from "../tensor.js";

/**
 * A loss: from targets and predictions to one number per sample. The batch's loss is their
 * (weighted) sum divided by the batch size, whatever the weights sum to.
 */
export interface Loss extends Configured {
  /** Keras's name in files, e.g. `categorical_crossentropy`. */
  readonly kerasName: string;
  /**
   * The shape of the targets for predictions of a shape, both with the batch dimension.
   * Class indices may come as `[batch]` or `[batch, 1]`.
   */
  targetShape(predictionShape: Shape): Shape;
  /**
   * Looks at the targets themselves, for what a graph could not refuse.
   *
   * @throws TrazoError naming the sample, e.g. for a class number that the predictions do not have
   */
  checkTargets?(targets: Tensor, predictionShape: Shape): void;
  /** `[batch]` losses. Targets come in whatever numeric dtype the data has. */
  call(targets: Value, predictions: Value): Value;
}
