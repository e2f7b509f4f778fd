import { type Layer, layers, nodeRuntime, sequential, type Tensor, tensor } from "../../src/index.js";

export interface Window {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: "valid" | "same";
}

/** Keras's arithmetic along one axis: how many windows, and how many zeros come before the first value. */
export function along(input: number, window: Window, axis: 0 | 1): { count: number; before: number } {
  const reach = (window.size[axis] - 1) * window.dilation[axis] + 1;
  const stride = window.strides[axis];
  if (window.padding === "valid") return { count: Math.floor((input - reach) / stride) + 1, before: 0 };
  const count = Math.ceil(input / stride);
  return { count, before: Math.floor(Math.max(0, (count - 1) * stride + reach - input) / 2) };
}

/**
 * Slides a window over images `[n, height, width, channels]` in plain loops. `see` is given the
 * positions of a window's real pixels, with their place in the window.
 */
export function slide(
  x: Tensor,
  window: Window,
  channels: number,
  see: (pixels: readonly { value: (channel: number) => number; at: number }[], channel: number) => number,
): Tensor<"float32"> {
  const [n, height, width, depth] = x.shape as [number, number, number, number];
  const rows = along(height, window, 0);
  const columns = along(width, window, 1);
  const shape = [n, rows.count, columns.count, channels];
  const data: number[] = [];
  for (let image = 0; image < n; image++) {
    for (let row = 0; row < rows.count; row++) {
      for (let column = 0; column < columns.count; column++) {
        const pixels: { value: (channel: number) => number; at: number }[] = [];
        for (let i = 0; i < window.size[0]; i++) {
          for (let j = 0; j < window.size[1]; j++) {
            const h = row * window.strides[0] - rows.before + i * window.dilation[0];
            const w = column * window.strides[1] - columns.before + j * window.dilation[1];
            if (h < 0 || h >= height || w < 0 || w >= width) continue;
            const start = ((image * height + h) * width + w) * depth;
            pixels.push({ value: (channel) => Number(x.data[start + channel]), at: i * window.size[1] + j });
          }
        }
        for (let channel = 0; channel < channels; channel++) data.push(see(pixels, channel));
      }
    }
  }
  return tensor("float32", shape, Float32Array.from(data));
}

/** What a layer alone makes of an input, with weights of one's own. */
export async function apply(
  layer: Layer,
  x: Tensor,
  weights: readonly Float32Array[] = [],
  lowering: "direct" | "tiledGemm" = "tiledGemm",
): Promise<Tensor<"float32">> {
  const runtime = nodeRuntime({ threads: 1, lowering });
  const model = sequential([layers.input({ shape: x.shape.slice(1) }), layer], { seed: 1, runtime });
  model.setWeights(weights);
  const y = await model.predict(x);
  await model.dispose();
  return y;
}
