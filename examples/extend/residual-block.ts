import { defineLayer, initializers, ops, options, type Value } from "trazo";

type BlockWeights = Readonly<Record<"kernel1" | "bias1" | "kernel2" | "bias2", Value>>;

const glorotUniform = initializers.glorotUniform();
const zeros = initializers.zeros();
const same = { strides: [1, 1], padding: "same", dilation: [1, 1] } as const;

/**
 * Two 3x3 convolutions, and the input added to what they give (He et al., 2016): `relu(x + conv(relu(conv(x))))`.
 * Input and output `[batch, height, width, channels]`.
 */
export const residualBlock = defineLayer({
  className: "ResidualBlock",
  options: {
    /** Height and width of both kernels. Default 3. */
    kernelSize: options.withDefault(options.positiveInteger(), 3),
  },
  create: ({ kernelSize }) => ({
    build(inputShape) {
      const channels = Number(inputShape[3]);
      const shape = [kernelSize, kernelSize, channels, channels];
      return {
        outputShape: inputShape,
        weights: [
          { name: "kernel1", shape, initializer: glorotUniform, trainable: true },
          { name: "bias1", shape: [channels], initializer: zeros, trainable: true },
          { name: "kernel2", shape, initializer: glorotUniform, trainable: true },
          { name: "bias2", shape: [channels], initializer: zeros, trainable: true },
        ],
      };
    },
    call(x, weights) {
      const { kernel1, bias1, kernel2, bias2 } = weights as BlockWeights;
      const inner = ops.relu(ops.add(ops.conv2d(x, kernel1, same), bias1));
      return ops.relu(ops.add(x, ops.add(ops.conv2d(inner, kernel2, same), bias2)));
    },
  }),
});
