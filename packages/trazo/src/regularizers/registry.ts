import { objectOf, Registry } from "../schema/registry.js";
import { l1l2, l1Regularizer, l2Regularizer } from "./l1l2.js";
import type { Regularizer } from "./regularizer.js";

/** Every regularizer that files may hold and names may mean. Factors stay as read: Keras 2 wrote float32 values. */
export const regularizers = new Registry<Regularizer>("regularizer", [l1Regularizer, l2Regularizer, l1l2], {
  own: "regularizers",
});

/** An option that is a regularizer, given as itself or by its name with Keras's default factors. */
export const regularizer = () =>
  objectOf(
    regularizers,
    (value) => "l1" in value && "l2" in value && typeof value.l1 === "number" && typeof value.l2 === "number",
    "regularizers.l2(0.01)",
  );
