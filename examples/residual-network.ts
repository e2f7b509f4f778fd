/** A residual network for small color pictures (He et al. 2016): three stages, each of which halves the picture. */
import { apply, layers, type Model, model, type Runtime, type SymbolicTensor } from "trazo";

const convolve = (
  x: SymbolicTensor,
  filters: number,
  kernelSize: number,
  strides: number,
): SymbolicTensor => {
  const conv = layers.conv2d({
    filters,
    kernelSize,
    strides,
    padding: "same",
    kernelInitializer: "heNormal",
    kernelRegularizer: "l2",
    useBias: false,
  });
  return apply(layers.batchNormalization({ momentum: 0.9 }), apply(conv, x));
};

const relu = (x: SymbolicTensor): SymbolicTensor => apply(layers.activation({ activation: "relu" }), x);

/** Two convolutions, to whose result the input is added; where the shape changes, through a convolution of one pixel. */
function block(x: SymbolicTensor, filters: number, strides: number): SymbolicTensor {
  const long = convolve(relu(convolve(x, filters, 3, strides)), filters, 3, 1);
  const isSame = strides === 1 && x.shape.at(-1) === filters;
  return relu(apply(layers.add(), [long, isSame ? x : convolve(x, filters, 1, strides)]));
}

/**
 * @param blocks per stage: 3 give ResNet-20
 * @param filters of the first stage, which each further one doubles. Default 16
 */
export function residualNetwork({
  blocks = 3,
  filters = 16,
  shape = [32, 32, 3],
  classes = 10,
  seed = 1,
  runtime,
}: {
  blocks?: number;
  filters?: number;
  shape?: readonly [number, number, number];
  classes?: number;
  seed?: number;
  runtime?: Runtime;
} = {}): Model {
  const pixels = layers.input({ shape });
  let x = relu(convolve(pixels, filters, 3, 1));
  for (let stage = 0; stage < 3; stage++) {
    for (let i = 0; i < blocks; i++) x = block(x, filters * 2 ** stage, stage > 0 && i === 0 ? 2 : 1);
  }
  const scores = apply(
    layers.dense({ units: classes, activation: "softmax" }),
    apply(layers.globalAveragePooling2d(), x),
  );
  return model({ inputs: pixels, outputs: scores, name: `resnet${6 * blocks + 2}`, seed, runtime });
}
