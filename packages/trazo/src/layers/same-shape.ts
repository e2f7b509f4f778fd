import type { Shape } from "../graph/value.js";
import type { BuiltLayer } from "./layer.js";

/** What a layer without weights becomes that gives the shape it takes. */
export const sameShape = (inputShape: Shape): BuiltLayer => ({ outputShape: inputShape, weights: [] });
