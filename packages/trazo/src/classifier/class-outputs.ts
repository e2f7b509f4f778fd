import { type Tensor, tensor } from "../tensor.js";

/** What a model's last operation makes of its outputs, where that can be told. */
export type LastOperation = "softmax" | "sigmoid" | "linear" | "unknown";

/** Numbers of each class, and how they come out of a model. */
export interface ClassOutputs {
  /** How many numbers the model gives for a picture. */
  readonly width: number;
  readonly lastOperation: LastOperation;
}

/** What the outputs of a classifier are, for messages about those that are not. */
export const expectedClasses = "[batch, classes] with at least two classes, or one after a sigmoid";

/** Whether outputs tell classes apart: at least two, or the probability of the second of two. Every kind of file is read so. */
export const areClasses = ({ width, lastOperation }: ClassOutputs): boolean =>
  width > 1 || (width === 1 && lastOperation === "sigmoid");

/** How many classes outputs are of. */
export const classCount = (width: number): number => Math.max(2, width);

/** One output is the probability of class 1: that of class 0 goes before it. */
export function bothClasses({ data }: Tensor<"float32">): Tensor<"float32"> {
  const both = Float32Array.from({ length: data.length * 2 }, (_, i) => {
    const ofOne = data[i >> 1] as number;
    return i % 2 === 1 ? ofOne : 1 - ofOne;
  });
  return tensor("float32", [data.length, 2], both);
}

/** The classes' names where a file has none. */
export const numberNames = (width: number): string[] =>
  Array.from({ length: classCount(width) }, (_, i) => String(i));
