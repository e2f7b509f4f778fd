/** A network for devices with little room (Howard et al. 2017): each channel is convolved by itself, then pixels by themselves. */
import { apply, layers, type Model, model, type Runtime, type SymbolicTensor } from "trazo";

const normalized = (x: SymbolicTensor): SymbolicTensor =>
  apply(layers.reLU({ maxValue: 6 }), apply(layers.batchNormalization({ momentum: 0.9 }), x));

function separable(x: SymbolicTensor, filters: number, strides: number): SymbolicTensor {
  const perChannel = layers.depthwiseConv2d({ kernelSize: 3, strides, padding: "same", useBias: false });
  const perPixel = layers.conv2d({ filters, kernelSize: 1, useBias: false });
  return normalized(apply(perPixel, normalized(apply(perChannel, x))));
}

/**
 * @param alpha a factor on the number of channels. Default 1
 */
export function mobileNetwork({
  shape = [96, 96, 3],
  classes = 10,
  alpha = 1,
  seed = 1,
  runtime,
}: {
  shape?: readonly [number, number, number];
  classes?: number;
  alpha?: number;
  seed?: number;
  runtime?: Runtime;
} = {}): Model {
  const channels = (count: number): number => Math.max(4, Math.round(alpha * count));
  const pixels = layers.input({ shape });
  const first = layers.conv2d({
    filters: channels(16),
    kernelSize: 3,
    strides: 2,
    padding: "same",
    useBias: false,
  });
  let x = normalized(apply(first, pixels));
  for (const [filters, strides] of [
    [32, 1],
    [64, 2],
    [64, 1],
    [128, 2],
    [128, 1],
  ] as const) {
    x = separable(x, channels(filters), strides);
  }
  const pooled = apply(layers.globalAveragePooling2d(), x);
  const scores = apply(layers.dense({ units: classes, activation: "softmax" }), pooled);
  return model({ inputs: pixels, outputs: scores, name: "mobile_network", seed, runtime });
}
