/** Names by which exported files are fed and read. */
export const exportedInput = "images";
export const exportedOutputs = { probabilities: "probabilities", predictions: "predictions" } as const;

/** Keys of the metadata that exported files carry, both with JSON as their content. */
export const preprocessingKey = "preprocessing";
export const classesKey = "classes";

/** How pictures are to be prepared for a file's input. */
export interface Preprocessing {
  readonly layout: "NHWC" | "NCHW";
  readonly dtype: "float32" | "uint8";
  /** What pixels from 0 to 255 are divided by before they are fed; 1 when the graph does it. */
  readonly divisor: number;
}
