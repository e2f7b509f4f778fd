import { matMul, mul, multiplyDims, reshape } from "../graph/ops.js";
import type { Dim, Value } from "../graph/value.js";
import { tensor } from "../tensor.js";

export type Resizing = "nearest" | "bilinear";

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

/**
 * Images `[batch, H, W, C]` in another size: along each axis a product with a constant matrix. Pixels have their places at their
 * centers, as in TensorFlow 2's `image.resize` without antialiasing.
 */
export function resizeImages(x: Value, [height, width]: readonly [number, number], how: Resizing): Value {
  const [batch, from, across, channels] = x.shape as [Dim, number, number, number];
  const down = product(x, from, height, how, (matrix) =>
    matMul(matrix, reshape(x, [batch, from, across * channels])),
  );
  const rows = reshape(down, [multiplyDims(batch, height), across, channels]);
  const both = product(x, across, width, how, (matrix) => matMul(matrix, rows));
  return reshape(both, [batch, height, width, channels]);
}

function product(
  { graph }: Value,
  from: number,
  to: number,
  how: Resizing,
  multiply: (matrix: Value) => Value,
): Value {
  return multiply(graph.constant(tensor("float32", [to, from], sharesOf(from, to, how))));
}

/** For each of `to` pixels the shares of the `from` pixels that it is made of. */
function sharesOf(from: number, to: number, how: Resizing): Float32Array {
  const shares = new Float32Array(to * from);
  const add = (row: number, pixel: number, share: number): void => {
    const place = row * from + Math.min(Math.max(pixel, 0), from - 1);
    shares[place] = (shares[place] as number) + share;
  };
  for (let row = 0; row < to; row++) {
    const center = ((row + 0.5) * from) / to;
    if (how === "nearest") {
      add(row, Math.floor(center), 1);
      continue;
    }
    const low = Math.floor(center - 0.5);
    const part = center - 0.5 - low;
    add(row, low, 1 - part);
    add(row, low + 1, part);
  }
  return shares;
}
