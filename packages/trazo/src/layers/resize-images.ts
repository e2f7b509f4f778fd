import { type AxisTaps, axisTaps } from "../data/images/axis-taps.js";
import type { Interpolation } from "../data/images/interpolation.js";
import { matMul, mul, reshape } from "../graph/ops.js";
import type { Dim, Value } from "../graph/value.js";
import { tensor } from "../tensor.js";

/** Every pixel of images `[batch, H, W, C]` repeated along height and width. */
export function repeatPixels(x: Value, [down, across]: readonly [number, number]): Value {
  const [batch, height, width, channels] = x.shape as [Dim, number, number, number];
  const spread = reshape(x, [batch, height, 1, width, 1, channels]);
  const count = down * across;
  const ones = x.graph.constant(
    tensor("float32", [1, 1, down, 1, across, 1], new Float32Array(count).fill(1)),
  );
  return reshape(mul(spread, ones), [batch, height * down, width * across, channels]);
}

/** How images are brought to another size. */
export interface ResizingMethod {
  readonly interpolation: Interpolation;
  /** Whether every old pixel counts where images shrink. Default false. */
  readonly antialias?: boolean;
}

/**
 * Images `[batch, H, W, C]` in another size: along each axis a product with a constant matrix. Pixels have their places at their
 * centers, as in TensorFlow 2's `image.resize`.
 */
export function resizeImages(
  x: Value,
  [height, width]: readonly [number, number],
  { interpolation, antialias = false }: ResizingMethod,
): Value {
  const [batch, from, across, channels] = x.shape as [Dim, number, number, number];
  const matrix = (length: number, newLength: number): Value => {
    const shares = sharesOf(axisTaps(length, newLength, interpolation, antialias), length);
    return x.graph.constant(tensor("float32", [newLength, length], shares));
  };
  const down =
    from === height ? x : matMul(matrix(from, height), reshape(x, [batch, from, across * channels]));
  const rows = reshape(down, [batch, height, across, channels]);
  return across === width ? rows : matMul(matrix(across, width), rows);
}

/** For each new pixel the shares of all old ones. */
function sharesOf({ starts, counts, weights, most }: AxisTaps, length: number): Float32Array {
  const shares = new Float32Array(starts.length * length);
  for (const [row, start] of starts.entries()) {
    const count = counts[row] as number;
    shares.set(weights.subarray(row * most, row * most + count), row * length + start);
  }
  return shares;
}
