import type { Preparation } from "../data/preparation.js";

/** Names by which exported files are fed and read. */
export const exportedInput = "images";
export const exportedOutputs = { probabilities: "probabilities", predictions: "predictions" } as const;

/** Keys of the metadata that exported files carry, both with JSON as their content. */
export const preprocessingKey = "preprocessing";
export const classesKey = "classes";

/** How pictures are to be prepared for a file's input: its layout and type, and what is known of the preparation. */
export interface Preprocessing extends Partial<Preparation> {
  readonly layout: "NHWC" | "NCHW";
  readonly dtype: "float32" | "uint8";
}
