/**
 * Two networks train each other (Goodfellow et al. 2014): one draws pictures out of noise, the other is to tell them from real ones.
 * Each has its own training step.
 */
import {
  apply,
  layers,
  type Model,
  model,
  optimizers,
  type Runtime,
  sequential,
  type Tensor,
  tensor,
} from "trazo";

export interface Gan {
  /** Noise in, pictures with values from 0 to 1 out. */
  readonly generator: Model;
  /** Pictures in, the probability that they are real out. */
  readonly discriminator: Model;
  /** Normal numbers to draw pictures from. */
  noise(count: number): Tensor<"float32">;
  /** One step of each network. @returns their losses */
  step(real: Tensor): Promise<{ readonly discriminator: number; readonly generator: number }>;
}

/**
 * @param side pixels per side, a multiple of 4. Default 28
 * @param latent numbers of noise per picture. Default 32
 * @param random numbers from 0 to 1. Default `Math.random`
 */
export function gan({
  side = 28,
  latent = 32,
  seed = 1,
  runtime,
  random = Math.random,
}: {
  side?: number;
  latent?: number;
  seed?: number;
  runtime?: Runtime;
  random?: () => number;
} = {}): Gan {
  const small = side / 4;
  const generator = sequential(
    [
      layers.input({ shape: [latent] }),
      layers.dense({ units: small * small * 16 }),
      layers.leakyRelu(),
      layers.reshape({ targetShape: [small, small, 16] }),
      layers.conv2dTranspose({ filters: 16, kernelSize: 4, strides: 2, padding: "same" }),
      layers.leakyRelu(),
      layers.conv2dTranspose({
        filters: 1,
        kernelSize: 4,
        strides: 2,
        padding: "same",
        activation: "sigmoid",
      }),
    ],
    { name: "generator", seed, runtime },
  );
  const discriminator = sequential(
    [
      layers.input({ shape: [side, side, 1] }),
      layers.conv2d({ filters: 16, kernelSize: 4, strides: 2, padding: "same" }),
      layers.leakyRelu(),
      layers.conv2d({ filters: 32, kernelSize: 4, strides: 2, padding: "same" }),
      layers.leakyRelu(),
      layers.flatten(),
      layers.dense({ units: 1, activation: "sigmoid" }),
    ],
    { name: "discriminator", seed: seed + 1, runtime },
  );
  const adam = () => optimizers.adam({ learningRate: 0.001, beta1: 0.5 });
  discriminator.compile({ optimizer: adam(), loss: "binaryCrossentropy" });

  // The generator is trained by what the discriminator says, which is frozen here, and here only.
  const z = layers.input({ shape: [latent] });
  const judged = model({
    inputs: z,
    outputs: apply(discriminator, apply(generator, z)),
    name: "judged",
    seed,
    runtime,
  });
  judged.setTrainable(({ path }) => !path.startsWith("discriminator"));
  judged.compile({ optimizer: adam(), loss: "binaryCrossentropy" });

  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const noise = (count: number): Tensor<"float32"> =>
    tensor("float32", [count, latent], Float32Array.from({ length: count * latent }, normal));
  const labels = (count: number, value: number): Tensor<"float32"> =>
    tensor("float32", [count, 1], new Float32Array(count).fill(value));

  return {
    generator,
    discriminator,
    noise,
    async step(real) {
      const count = real.shape[0] as number;
      const fake = await generator.predict(noise(count), { batchSize: count });
      // Real pictures count as 0.9 rather than 1: a discriminator that is too sure teaches nothing.
      const onReal = await discriminator.trainOnBatch(real, labels(count, 0.9));
      const onFake = await discriminator.trainOnBatch(fake, labels(count, 0));
      const fooled = await judged.trainOnBatch(noise(count), labels(count, 1));
      return {
        discriminator: ((onReal.loss as number) + (onFake.loss as number)) / 2,
        generator: fooled.loss as number,
      };
    },
  };
}
