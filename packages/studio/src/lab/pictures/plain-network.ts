import type { Sequential } from "trazo";
import { toBase64 } from "../../protocol/base64.js";
import type { PictureSettings, PlainLayer, PlainNetwork } from "../../protocol/pictures.js";

/** Keras's default, as the network has it. */
const epsilon = 0.001;

/** A network for pictures as a page of its own computes it: each convolution's batch normalization is multiplied into its kernel. */
export function plainNetwork(model: Sequential, { classes, side, channels }: PictureSettings): PlainNetwork {
  const layers = model.layers.flatMap((layer, i): PlainLayer[] => {
    const [kernel = new Float32Array(0), bias = new Float32Array(0)] = layer.getWeights();
    if (layer.className === "Dense") {
      return [{ kind: "answer", kernel: floats(kernel), bias: floats(bias) }];
    }
    if (layer.className !== "Conv2D") return [];
    return [convolution(kernel, model.layers[i + 1]?.getWeights() ?? [])];
  });
  return { classes, side, channels, layers };
}

function convolution(
  kernel: Float32Array,
  [gamma, beta, mean, variance]: readonly Float32Array[],
): PlainLayer {
  const filters = gamma?.length ?? 0;
  const at = (values: Float32Array | undefined, filter: number): number => values?.[filter] ?? 0;
  const scale = Float32Array.from(
    { length: filters },
    (_, filter) => at(gamma, filter) / Math.sqrt(at(variance, filter) + epsilon),
  );
  return {
    kind: "convolution",
    filters,
    kernel: floats(kernel.map((weight, i) => weight * at(scale, i % filters))),
    bias: floats(scale.map((factor, filter) => at(beta, filter) - at(mean, filter) * factor)),
  };
}

const floats = ({ buffer, byteOffset, byteLength }: Float32Array): string =>
  toBase64(new Uint8Array(buffer, byteOffset, byteLength));
