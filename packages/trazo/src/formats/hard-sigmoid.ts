import type { Json, JsonObject } from "../errors.js";

/** Why a layer with this activation is not read from Keras 2, nor written for it. */
export const hardSigmoid =
  "Keras 2 computes another hard_sigmoid, clip(0.2 x + 0.5, 0, 1), than Keras 3, clip(x / 6 + 0.5, 0, 1).";

export const hasHardSigmoid = (entry: Json): boolean =>
  JSON.stringify(((entry as JsonObject | null)?.config as JsonObject | null)?.activation ?? null).includes(
    '"hard_sigmoid"',
  );
