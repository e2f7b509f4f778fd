import type { Preparation } from "../data/preparation.js";
import type { Runtime } from "../runtime/runtime.js";

/** Options of `openClassifier`. */
export interface OpenClassifierOptions {
  /** What runs the graphs. Default: ONNX Runtime on the CPU. */
  readonly runtime?: Runtime | Promise<Runtime> | undefined;
  /**
   * How pictures are prepared for the model, e.g. `{ divisor: 1 }` for one that takes pixels from 0 to 255. Default: what the file
   * says, else what is usual, which `notes` and `pictureNotes` tell.
   */
  readonly preparation?: Partial<Preparation> | undefined;
  /** Which output of an ONNX file tells the classes. Default: the one that can, see `classes`. */
  readonly output?: string | undefined;
  /** How many classes there are, where an ONNX file has several outputs that could tell them. */
  readonly classes?: number | undefined;
}
