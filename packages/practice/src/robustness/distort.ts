import { type ImageTransform, imageDataGenerator, type Tensor } from "trazo";
import type { Distortion } from "./robustness.js";

/** How far each distortion goes, and in which steps. */
export const distortionAmounts: Readonly<Record<Distortion, readonly number[]>> = {
  shift: [0, 1, 2, 3, 4, 5, 6],
  rotation: [0, 5, 10, 15, 20, 25, 30, 35, 40, 45],
  zoom: [0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3],
};

/**
 * What a distortion does to the digit at a position. The four directions of a shift, and the two senses of a rotation, take
 * turns from one digit to the next: no draw, so that every network reads the same pictures.
 */
function transformOf(distortion: Distortion, amount: number, position: number): ImageTransform {
  switch (distortion) {
    case "shift": {
      const distance = position % 2 === 0 ? amount : -amount;
      return position % 4 < 2 ? { tx: distance } : { ty: distance };
    }
    case "rotation":
      return { theta: position % 2 === 0 ? amount : -amount };
    case "zoom":
      return { zx: 1 / amount, zy: 1 / amount };
  }
}

/**
 * Digits, `[n, height, width, channels]`, each distorted by the same amount: bilinear, and paper where nothing was before.
 */
export function distort(digits: Tensor, distortion: Distortion, amount: number): Tensor<"float32"> {
  const [count, ...shape] = digits.shape as readonly [number, ...number[]];
  const size = digits.data.length / count;
  const generator = imageDataGenerator({ fillMode: "constant", cval: 0 });
  const data = new Float32Array(digits.data.length);
  for (let i = 0; i < count; i++) {
    const pixels = digits.data.slice(i * size, (i + 1) * size);
    const digit = { ...digits, shape, data: pixels } as Tensor;
    data.set(generator.applyTransform(digit, transformOf(distortion, amount, i)).data, i * size);
  }
  return { dtype: "float32", shape: digits.shape, data };
}
