/** A weight of a network: its shape, and its values in C order. */
export interface Weight {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Codes run from -127 to 127, so that 0 stays 0. */
const largestCode = 127;

/** Vectors are few, and the network depends on each of their numbers. */
const isPacked = ({ shape }: Pick<Weight, "shape">): boolean => shape.length > 1;

/**
 * Weights in about a quarter of their bytes: kernels as int8 with a scale for each output (Jacob et al., "Quantization and Training of
 * Neural Networks for Efficient Integer-Arithmetic-Only Inference", 2018), vectors as they are. First all float32 numbers, then all
 * codes.
 */
export function packWeights(weights: readonly Weight[]): Uint8Array<ArrayBuffer> {
  const numbers = weights.map((weight) => (isPacked(weight) ? scalesOf(weight) : weight.values));
  const floats = numbers.flatMap((values) => [...values]);
  const codes = weights.flatMap((weight, i) =>
    isPacked(weight) ? [codesOf(weight.values, numbers[i] as Float32Array)] : [],
  );
  const head = 4 * floats.length;
  const bytes = new Uint8Array(head + codes.reduce((sum, { length }) => sum + length, 0));
  new Float32Array(bytes.buffer, 0, floats.length).set(floats);
  let at = head;
  for (const part of codes) {
    new Int8Array(bytes.buffer, at, part.length).set(part);
    at += part.length;
  }
  return bytes;
}

/** The weights that `packWeights` has packed, with what rounding has left of them. @param shapes theirs, in the same order */
export function unpackWeights(
  bytes: Uint8Array<ArrayBuffer>,
  shapes: readonly (readonly number[])[],
): Float32Array[] {
  const floatsOf = (shape: readonly number[]): number =>
    isPacked({ shape }) ? outputsOf(shape) : sizeOf(shape);
  const floatCount = shapes.reduce((sum, shape) => sum + floatsOf(shape), 0);
  const floats = new Float32Array(bytes.slice(0, 4 * floatCount).buffer);
  const codes = new Int8Array(bytes.slice(4 * floatCount).buffer);
  let [float, code] = [0, 0];
  return shapes.map((shape) => {
    const own = floats.slice(float, float + floatsOf(shape));
    float += own.length;
    if (!isPacked({ shape })) return own;
    const start = code;
    code += sizeOf(shape);
    return Float32Array.from(
      codes.subarray(start, code),
      (value, i) => value * (own[i % own.length] as number),
    );
  });
}

function scalesOf({ shape, values }: Weight): Float32Array {
  const largest = new Float32Array(outputsOf(shape));
  for (const [i, value] of values.entries()) {
    const output = i % largest.length;
    largest[output] = Math.max(largest[output] as number, Math.abs(value));
  }
  return largest.map((value) => value / largestCode);
}

const codesOf = (values: Float32Array, scales: Float32Array): Int8Array =>
  Int8Array.from(values, (value, i) => {
    const scale = scales[i % scales.length] as number;
    return scale === 0 ? 0 : Math.round(value / scale);
  });

const outputsOf = (shape: readonly number[]): number => shape.at(-1) as number;
const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
