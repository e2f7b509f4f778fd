import { drawnDigit, imageDataGenerator, type Tensor, TrazoError, takeRows, tensor } from "trazo";
import { fromBase64 } from "../protocol/base64.js";
import type { Distortion, Subject } from "../protocol/messages.js";
import { Refused } from "../protocol/refusals.js";
import { uniforms } from "./uniforms.js";

const digitSide = 28;

/** The digit that a question is about, before it is distorted: `[28, 28, 1]`. Undefined when nothing is drawn. */
export function digitOf(subject: Subject, xTest: Tensor): Tensor | undefined {
  if (subject.kind === "digit") return testDigit(xTest, subject.index);
  const { side, pixels } = subject;
  const drawing = tensor("uint8", [side, side], fromBase64(pixels));
  try {
    return { ...drawnDigit(drawing), divisor: 255 } as Tensor;
  } catch (error) {
    if (error instanceof TrazoError) return undefined;
    throw error;
  }
}

/** @throws Refused when there is no such digit */
export function testDigit(xTest: Tensor, index: number): Tensor {
  const count = xTest.shape[0] as number;
  if (index >= count) throw new Refused({ kind: "noDigit", index, count });
  return { ...takeRows(xTest, [index]), shape: [digitSide, digitSide, 1] } as Tensor;
}

/** One digit, `[28, 28, 1]`, as a network gets it: numbers from 0 to 1. Paper appears where nothing was before. */
export function distorted(digit: Tensor, distortion: Distortion, seed = 0): Float32Array {
  const { right, down, rotation, zoom, noise } = distortion;
  const generator = imageDataGenerator({ fillMode: "constant", cval: 0 });
  // The transformation says where each pixel comes from, and turns against the clock.
  const { data } = generator.applyTransform(digit, {
    theta: -rotation,
    tx: -right,
    ty: -down,
    zx: 1 / zoom,
    zy: 1 / zoom,
  });
  return noise > 0 ? noisy(data, noise, seed) : data;
}

/** Normal noise of this standard deviation; the same for the same seed. */
function noisy(pixels: Float32Array, strength: number, seed: number): Float32Array {
  const uniform = uniforms(seed);
  return pixels.map((value) => {
    const normal = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    return Math.min(1, Math.max(0, value + strength * normal));
  });
}

/** Many digits in one tensor, `[n, 28, 28, 1]`. */
export function stacked(digits: readonly Float32Array[]): Tensor<"float32"> {
  const data = new Float32Array(digits.length * digitSide * digitSide);
  for (const [i, digit] of digits.entries()) data.set(digit, i * digitSide * digitSide);
  return tensor("float32", [digits.length, digitSide, digitSide, 1], data);
}

/** Numbers from 0 to 1 as bytes. */
export const bytesOf = (values: Float32Array): Uint8Array =>
  Uint8Array.from(values, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
