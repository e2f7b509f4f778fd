import { keyed } from "../schema/option.js";
import { discarded, only, text } from "../schema/options.js";
import { kerasSeed } from "./dropout.js";

/** What files hold of Keras's random layers for images, and callers have no use for. */
export const randomOptions = {
  seed: kerasSeed(),
  dataFormat: keyed(only("channels_last"), null, "data_format"),
  rngType: keyed(discarded(text()), null, "rng_type"),
};
