import { argMax, type Tensor } from "trazo";
import type { Distortion, DistortionName } from "../protocol/messages.js";
import { undistorted } from "../protocol/messages.js";
import type { LabData } from "./ports.js";
import { distorted, stacked, testDigit } from "./subject.js";

/** Enough to tell networks apart, few enough to be read while a slider is moved. */
const most = 1000;

/** How far each distortion goes when networks are compared, and in which steps. */
export const distortionAmounts: Readonly<Record<DistortionName, readonly number[]>> = {
  shift: [0, 1, 2, 3, 4, 5, 6],
  rotation: [0, 10, 20, 30, 40],
  zoom: [0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3],
  noise: [0, 0.1, 0.2, 0.3, 0.4, 0.5],
};

/** One distortion by an amount; a shift goes down and to the right alike. */
export function distortionOf(by: DistortionName, amount: number): Distortion {
  switch (by) {
    case "shift":
      return { ...undistorted, right: amount };
    case "rotation":
      return { ...undistorted, rotation: amount };
    case "zoom":
      return { ...undistorted, zoom: amount };
    case "noise":
      return { ...undistorted, noise: amount };
  }
}

/** The test digits by which networks are compared: spread evenly, since the first half of MNIST's is easier than the second. */
export class TestDigits {
  readonly indices: readonly number[];
  readonly labels: readonly number[];
  readonly #digits: readonly Tensor[];

  constructor({ xTest, yTest }: LabData) {
    const total = xTest.shape[0] as number;
    const count = Math.min(most, total);
    this.indices = Array.from({ length: count }, (_, i) => Math.floor((i * total) / count));
    this.#digits = this.indices.map((index) => testDigit(xTest, index));
    this.labels = this.indices.map((index) => labelOf(yTest, index));
  }

  /**
   * All of them distorted, `[n, 28, 28, 1]`. Shifts take the four directions and rotations the two senses in turn, so that no side is
   * favored.
   */
  distorted(distortion: Distortion): Tensor<"float32"> {
    return stacked(this.#digits.map((digit, i) => distorted(digit, inTurn(distortion, i), i)));
  }
}

/** What the distortion is for the digit at a place. */
export function inTurn({ right, down, rotation, zoom, noise }: Distortion, place: number): Distortion {
  const sign = place % 2 === 0 ? 1 : -1;
  const [a, b] = place % 4 < 2 ? [right, down] : [down, right];
  return { right: sign * a, down: sign * b, rotation: sign * rotation, zoom, noise };
}

export function labelOf({ shape, data }: Tensor, index: number): number {
  const width = shape[1] as number;
  const row = Array.from(data.subarray(index * width, (index + 1) * width) as ArrayLike<number>);
  return row.indexOf(Math.max(...row));
}

/** The digit of each row of answers. */
export const labelsOf = (answers: Tensor<"float32">): number[] => Array.from(argMax(answers).data);
