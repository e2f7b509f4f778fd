/**
 * Pictures become points, those of the same thing close together and others apart (Schroff et al. 2015). The loss compares what one
 * network makes of three pictures, which no loss of `compile` can: the training step is our own.
 */
import {
  layers,
  type Model,
  type OwnLoss,
  ops,
  optimizers,
  type Runtime,
  sequential,
  type Tensor,
  type Value,
} from "trazo";

const distance = (a: Value, b: Value): Value => ops.reduceSum(ops.square(ops.sub(a, b)), { axes: [-1] });

/** How much farther away the other picture has to be. */
const margin = 0.5;

const tripletLoss: OwnLoss<"anchor" | "same" | "other"> = ({ anchor, same, other }, { call }) => {
  const point = call(anchor);
  return ops.relu(ops.add(ops.sub(distance(point, call(same)), distance(point, call(other))), margin));
};

export interface Triplets {
  /** Pictures in, points out. */
  readonly embedding: Model;
  /** One step. @returns the loss before it */
  step(pictures: { readonly anchor: Tensor; readonly same: Tensor; readonly other: Tensor }): Promise<number>;
}

/**
 * @param side pixels per side. Default 28
 * @param dimensions of the points. Default 8
 */
export function triplets({
  side = 28,
  dimensions = 8,
  seed = 1,
  runtime,
}: {
  side?: number;
  dimensions?: number;
  seed?: number;
  runtime?: Runtime;
} = {}): Triplets {
  const embedding = sequential(
    [
      layers.input({ shape: [side, side, 1] }),
      layers.conv2d({ filters: 8, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d(),
      layers.flatten(),
      layers.dense({ units: dimensions }),
    ],
    { name: "embedding", seed, runtime },
  );
  embedding.compile({ optimizer: optimizers.adam({ learningRate: 0.003 }), loss: null });
  return {
    embedding,
    async step(pictures) {
      const { value, gradients } = await embedding.valueAndGradients(pictures, tripletLoss);
      await embedding.applyGradients(gradients);
      return value;
    },
  };
}
