/** The practice's networks at their real width, and MNIST, for the scripts beside this one. */

import { augmentation, base, batchnorm, dropout, l2 } from "@trazo/practice";
import {
  divide,
  type History,
  type Layer,
  layers,
  loadMnist,
  type Model,
  sequential,
  type Tensor,
  tensor,
  toCategorical,
} from "trazo";

const withoutRate = (layer: Layer): Layer =>
  layer.className === "Dropout" ? layers.dropout({ rate: 0 }) : layer;

/** `dropout-off` is `dropout` at rate 0, whose training is the same everywhere. */
export const practiceModels: Readonly<Record<string, () => Model>> = {
  base: () => base.network({ seed: 1 }),
  l2: () => l2.network({ seed: 1 }),
  dropout: () => dropout.network({ seed: 1 }),
  "dropout-off": () =>
    sequential(
      dropout.network({ seed: 1 }).definition.layers.map(({ layer }) => withoutRate(layer as Layer)),
      { seed: 1 },
    ),
  batchnorm: () => batchnorm.network({ seed: 1 }),
  augmentation: () => augmentation.network({ seed: 1 }),
};

const { train, test } = await loadMnist();

/** The first images of a part of MNIST, and their labels as one-hot rows. */
export function mnist(part: "train" | "test", count: number): [images: Tensor, targets: Tensor] {
  const { images, labels } = part === "train" ? train : test;
  return [
    divide(tensor("uint8", [count, 28, 28, 1], images.data.slice(0, count * 784)), 255),
    toCategorical(tensor("uint8", [count], labels.data.slice(0, count)), 10),
  ];
}

const rowsOf = ({ dtype, shape, data, ...rest }: Tensor, from: number, count: number): Tensor => {
  const size = data.length / (shape[0] as number);
  const rows = data.slice(from * size, (from + count) * size);
  return { ...rest, dtype, shape: [count, ...shape.slice(1)], data: rows } as Tensor;
};

/** Trains on the first batches of 32 in order: the loss of each, before its update. */
export async function batchLosses(
  model: Model,
  [x, y]: readonly [Tensor, Tensor],
  steps: number,
): Promise<number[]> {
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const batch = [rowsOf(x, step * 32, 32), rowsOf(y, step * 32, 32)] as const;
    const { history }: History = await model.fit(...batch, { batchSize: 32, shuffle: false, verbose: 0 });
    losses.push(history.loss?.[0] as number);
  }
  return losses;
}
