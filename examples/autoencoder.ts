/** Pictures are squeezed through a few numbers and drawn again: noise does not fit through, and what is unusual shows. */
import { apply, layers, type Model, model, type Runtime } from "trazo";

/** The whole, and its two parts, which share its weights. */
export interface Autoencoder {
  /** Pictures in, the same pictures out. Trained with what goes in, or with clean pictures where noisy ones go in. */
  readonly whole: Model;
  /** Pictures in, codes out. */
  readonly encoder: Model;
  /** Codes in, pictures out. */
  readonly decoder: Model;
}

/**
 * @param side pixels per side, a multiple of 4. Default 28
 * @param code numbers that a picture is squeezed into. Default 16
 */
export function autoencoder({
  side = 28,
  code = 16,
  seed = 1,
  runtime,
}: {
  side?: number;
  code?: number;
  seed?: number;
  runtime?: Runtime;
} = {}): Autoencoder {
  const convolve = (filters: number) =>
    layers.conv2d({ filters, kernelSize: 3, padding: "same", activation: "relu" });
  const pixels = layers.input({ shape: [side, side, 1], name: "pixels" });
  const half = apply(layers.maxPooling2d(), apply(convolve(16), pixels));
  const quarter = apply(layers.maxPooling2d(), apply(convolve(8), half));
  const codes = apply(layers.dense({ units: code, name: "code" }), apply(layers.flatten(), quarter));
  const encoder = model({ inputs: pixels, outputs: codes, name: "encoder", seed, runtime });

  const given = layers.input({ shape: [code], name: "given" });
  const small = side / 4;
  const wide = apply(layers.dense({ units: small * small * 8, activation: "relu" }), given);
  const maps = apply(layers.reshape({ targetShape: [small, small, 8] }), wide);
  const larger = apply(convolve(16), apply(layers.upSampling2d(), maps));
  const largest = apply(convolve(16), apply(layers.upSampling2d(), larger));
  const drawn = apply(
    layers.conv2d({ filters: 1, kernelSize: 3, padding: "same", activation: "sigmoid" }),
    largest,
  );
  const decoder = model({ inputs: given, outputs: drawn, name: "decoder", seed: seed + 1, runtime });

  const outputs = apply(decoder, apply(encoder, pixels));
  return {
    whole: model({ inputs: pixels, outputs, name: "autoencoder", seed, runtime }),
    encoder,
    decoder,
  };
}
