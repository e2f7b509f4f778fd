import {
  apply,
  type Layer,
  layers,
  type Model,
  model,
  type Runtime,
  type Sequential,
  type SymbolicTensor,
  sequential,
} from "trazo";

/** What a network is made for. */
export interface NetworkShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classes: number;
}

export interface NetworkOptions {
  readonly seed: number;
  readonly runtime: Runtime;
}

interface ImageNetwork {
  make(shape: NetworkShape, options: NetworkOptions): Model;
}

/** Networks for pictures, by the names that the command line has for them. */
export const imageNetworks = {
  /** Convolutions in blocks. */
  small: { make: smallNetwork },
  /** Nine convolutions with shortcuts. */
  resnet: { make: residualNetwork },
} as const satisfies Readonly<Record<string, ImageNetwork>>;

export type ImageNetworkName = keyof typeof imageNetworks;

/** Of the moving averages: with few pictures an epoch has few steps, and Keras's 0.99 would lag behind for many of them. */
const momentum = 0.9;

/** Blocks halve the picture until this is left. */
const leastSide = 4;
const smallFilters = [32, 64, 96, 128];

/** Looks for more in half the picture: a convolution, batch normalization, relu and pooling. */
export const pooledBlock = (filters: number): Layer[] => [
  layers.conv2d({ filters, kernelSize: 3, padding: "same", useBias: false, kernelInitializer: "heNormal" }),
  layers.batchNormalization({ momentum }),
  layers.activation({ activation: "relu" }),
  layers.maxPooling2d({ poolSize: 2 }),
];

function smallNetwork(
  { height, width, channels, classes }: NetworkShape,
  { seed, runtime }: NetworkOptions,
): Sequential {
  const halvings = Math.max(1, Math.floor(Math.log2(Math.min(height, width) / leastSide)));
  const blocks = smallFilters.slice(0, halvings);
  return sequential(
    [
      layers.input({ shape: [height, width, channels] }),
      ...blocks.flatMap(pooledBlock),
      layers.globalAveragePooling2d(),
      layers.dropout({ rate: 0.3 }),
      layers.dense({ units: classes, activation: "softmax" }),
    ],
    { seed, runtime },
  );
}

const residualFilters = [32, 64, 128, 128];

/** He, Zhang, Ren & Sun 2016, "Deep Residual Learning for Image Recognition", with one block for each size. */
function residualNetwork(
  { height, width, channels, classes }: NetworkShape,
  { seed, runtime }: NetworkOptions,
): Model {
  const inputs = layers.input({ shape: [height, width, channels] });
  let x = normalized(inputs, residualFilters[0] as number, 1);
  for (const [i, filters] of residualFilters.entries()) {
    const strides = i === 0 ? 1 : 2;
    const inner = normalized(normalized(x, filters, strides), filters, 1, "linear");
    const shortcut = i === 0 ? x : normalized(x, filters, strides, "linear", 1);
    x = apply(layers.activation({ activation: "relu" }), apply(layers.add(), [inner, shortcut]));
  }
  const pooled = apply(layers.dropout({ rate: 0.3 }), apply(layers.globalAveragePooling2d(), x));
  return model({
    inputs,
    outputs: apply(layers.dense({ units: classes, activation: "softmax" }), pooled),
    seed,
    runtime,
  });
}

function normalized(
  x: SymbolicTensor,
  filters: number,
  strides: number,
  activation: "relu" | "linear" = "relu",
  kernelSize = 3,
): SymbolicTensor {
  const convolved = apply(
    layers.conv2d({
      filters,
      kernelSize,
      strides,
      padding: "same",
      useBias: false,
      kernelInitializer: "heNormal",
    }),
    x,
  );
  const normal = apply(layers.batchNormalization({ momentum }), convolved);
  return activation === "relu" ? apply(layers.activation({ activation }), normal) : normal;
}
