import { apply, layers, type Model, model, type Runtime, type SymbolicTensor } from "trazo";
import type { LayerSpec, NetworkSpec } from "./network.js";

type Tensor = SymbolicTensor;
type Rule = (x: Tensor, layer: LayerSpec) => Tensor;

const rules: Readonly<Record<LayerSpec["kind"], Rule>> = {
  conv: (x, { filters = 0, kernel = 0, stride = 1, same, relu }) =>
    convolved(x, filters, { kernel, stride, same: same ?? false, relu: relu ?? false }),
  separable(x, { filters = 0, stride = 1 }) {
    const each = layers.depthwiseConv2d({ kernelSize: 3, strides: stride, padding: "same" });
    return normalized(convolved(normalized(apply(each, x)), filters, { kernel: 1 }));
  },
  residual(x, { filters = 0, stride = 1 }) {
    const middle = normalized(convolved(x, filters, { kernel: 3, stride, same: true }));
    const y = apply(layers.batchNormalization(), convolved(middle, filters, { kernel: 3, same: true }));
    const changes = stride !== 1 || x.shape.at(-1) !== filters;
    const around = changes
      ? apply(layers.batchNormalization(), convolved(x, filters, { kernel: 1, stride }))
      : x;
    return rectified(apply(layers.add(), [y, around]));
  },
  batchNorm: (x) => apply(layers.batchNormalization(), x),
  relu: (x) => rectified(x),
  maxPool: (x, { size = 2 }) => apply(layers.maxPooling2d({ poolSize: size }), x),
  averagePool: (x, { size = 2 }) => apply(layers.averagePooling2d({ poolSize: size }), x),
  globalAverage: (x) => apply(layers.globalAveragePooling2d(), x),
  flatten: (x) => apply(layers.flatten(), x),
  dropout: (x, { rate = 0 }) => apply(layers.dropout({ rate }), x),
  dense: (x, { units = 0, relu }) => apply(layers.dense({ units, ...activationOf(relu) }), x),
};

const activationOf = (relu: boolean | undefined) => (relu ? ({ activation: "relu" } as const) : {});

interface ConvolutionForm {
  readonly kernel: number;
  readonly stride?: number;
  readonly same?: boolean;
  readonly relu?: boolean;
}

function convolved(
  x: Tensor,
  filters: number,
  { kernel, stride = 1, same = false, relu }: ConvolutionForm,
): Tensor {
  const padding = same ? "same" : "valid";
  const form = { filters, kernelSize: kernel, strides: stride, padding } as const;
  return apply(layers.conv2d({ ...form, ...activationOf(relu) }), x);
}

const rectified = (x: Tensor): Tensor => apply(layers.activation({ activation: "relu" }), x);
const normalized = (x: Tensor): Tensor => rectified(apply(layers.batchNormalization(), x));

/** A rung's network with Trazo's public API. */
export function buildNetwork(spec: NetworkSpec, runtime: Runtime): Model {
  const { side, channels, classes } = spec;
  const images = layers.input({ shape: [side, side, channels] });
  const features = spec.layers.reduce((x: Tensor, layer) => rules[layer.kind](x, layer), images);
  const scores = apply(layers.dense({ units: classes, activation: "softmax" }), features);
  return model({ inputs: images, outputs: scores, seed: 1, runtime });
}
