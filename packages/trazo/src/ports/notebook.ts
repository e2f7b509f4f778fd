import type { DisplayBundle } from "../display/displayed.js";

/** Something shown below a cell, which can be shown anew in its place. */
export interface LiveOutput {
  update(bundle: DisplayBundle): Promise<void>;
}

/** The notebook whose cells the program runs in. */
export interface Notebook {
  show(bundle: DisplayBundle): Promise<LiveOutput>;
}
