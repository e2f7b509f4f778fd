import { keyed, withDefault } from "../schema/option.js";
import { boolean, number, only } from "../schema/options.js";

/** Whether predictions are logits rather than probabilities. */
export const fromLogits = () => withDefault(boolean(), false);

/** The share of each target that is spread over what else it could be. */
export const labelSmoothing = () => withDefault(number({ min: 0, max: 1 }), 0);

/** The exponent of focal losses. */
export const focalGamma = () => withDefault(number({ min: 0 }), 2);

/** Over which axis the classes lie: the last. */
export const lastAxis = () => only(-1);

/** The same where files may have it, but the first versions of Keras 3, and Keras 2, would refuse it. */
export const unwrittenLastAxis = () => keyed(lastAxis(), null, "axis");
