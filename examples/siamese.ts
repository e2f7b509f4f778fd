/** Are two pictures of the same digit? One network sees both; what it makes of them is compared. */
import { apply, layers, type Model, model, type Runtime, sequential } from "trazo";

/** The network that both pictures go through: its weights are shared. */
const tower = (seed: number, side: number, runtime?: Runtime): Model =>
  sequential(
    [
      layers.input({ shape: [side, side, 1] }),
      layers.conv2d({ filters: 8, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d(),
      layers.flatten(),
      layers.dense({ units: 16 }),
    ],
    { name: "tower", seed, runtime },
  );

/**
 * Two pictures in, the probability that they show the same out.
 *
 * @param side pixels per side. Default 28
 */
export function siamese({
  seed = 1,
  side = 28,
  runtime,
}: {
  seed?: number;
  side?: number;
  runtime?: Runtime;
} = {}): Model {
  const left = layers.input({ shape: [side, side, 1], name: "left" });
  const right = layers.input({ shape: [side, side, 1], name: "right" });
  const shared = tower(seed, side, runtime);
  const apart = apply(layers.subtract(), [apply(shared, left), apply(shared, right)]);
  const squared = apply(layers.multiply(), [apart, apart]);
  const same = apply(layers.dense({ units: 1, activation: "sigmoid" }), squared);
  return model({ inputs: [left, right], outputs: same, name: "siamese", seed, runtime });
}
