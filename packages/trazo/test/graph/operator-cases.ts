import * as o from "../../src/graph/ops.js";
import { batch } from "../../src/graph/shape.js";
import type { Value } from "../../src/graph/value.js";
import { tensor } from "../../src/tensor.js";
import type { GradientCase } from "./finite-differences.js";

const matrix = { shape: [3, 4] } as const;
export const row = { shape: [4] } as const;
const column = { shape: [3, 1] } as const;
const positive = { shape: [3, 4], low: 0.5, high: 2 } as const;
export const batched = { shape: ["batch", 4] } as const;
export const images = { shape: ["batch", 2, 5, 4] } as const;
const tallImages = { shape: ["batch", 9, 8, 2] } as const;
const pixelsFirst = { shape: [3, 2, "batch", 2] } as const;

const unary = (
  build: (x: Value) => Value,
  input: GradientCase["inputs"][number] = batched,
): GradientCase[] => [{ inputs: [input], build }];
/** On a scalar, a batch and images. */
const pointwise = (
  build: (x: Value) => Value,
  range: { low?: number; high?: number } = {},
): GradientCase[] => [
  { inputs: [{ shape: [], low: 0.5, high: 2 }], build },
  { inputs: [{ shape: ["batch", 4], ...range }], build },
  { inputs: [{ shape: ["batch", 2, 1, 3], ...range }], build },
];
const float32 = (cases: readonly GradientCase[]): GradientCase[] =>
  cases.map((given) => ({ ...given, dtype: "float32" as const }));
/** With every kind of broadcasting. */
const binary = (
  build: (a: Value, b: Value) => Value,
  second: { low?: number; high?: number } = {},
): GradientCase[] => [
  { inputs: [matrix, { ...matrix, ...second }], build },
  { inputs: [batched, { ...row, ...second }], build },
  { inputs: [column, { ...matrix, ...second }], build },
  { inputs: [{ shape: [] }, { ...matrix, ...second }], build },
  { inputs: [matrix, { shape: [], ...second }], build },
  { inputs: [batched, { shape: [1, 4], ...second }], build },
  { inputs: [column, { shape: [2, 1, 4], ...second }], build },
];

/** The 3 x 3 windows of an image `[batch, height * width, channels]` from column `from` on. */
export function windows(x: Value, height: number, width: number, stride: number, from = 0): Value {
  const down = Math.floor((height - 3) / stride) + 1;
  const across = Math.floor((width - from - 3) / stride) + 1;
  const indices = Int32Array.from({ length: down * across * 9 }, (_, k) => {
    const [window, place] = [Math.floor(k / 9), k % 9];
    const row = Math.floor(window / across) * stride + Math.floor(place / 3);
    return row * width + from + (window % across) * stride + (place % 3);
  });
  return o.gather(x, indices, [down, across * 9], 1);
}

const flags = (x: Value): Value => o.greater(x, 0.1);

/** Side by side, overlapping, with gaps, with padding on some sides, and the whole image. */
const pools: readonly o.PoolOptions[] = [
  { kernelShape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] },
  { kernelShape: [3, 2], strides: [2, 1], pads: [1, 0, 1, 1] },
  { kernelShape: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] },
  { kernelShape: [1, 2], strides: [2, 2], pads: [0, 0, 0, 0] },
  { kernelShape: [2, 3], strides: [1, 2], pads: [0, 1, 1, 0] },
  { kernelShape: [5, 4], strides: [1, 1], pads: [0, 0, 0, 0] },
];

/** At least one case for each operator with a gradient that can differ from zero. */
export const differentiable: Readonly<Record<string, readonly GradientCase[]>> = {
  Add: binary(o.add),
  Sub: binary(o.sub),
  Mul: binary(o.mul),
  Div: binary(o.div, { low: 0.5, high: 3 }),
  Pow: [
    { inputs: [positive, positive], build: o.pow },
    { inputs: [positive, { shape: [] }], build: o.pow },
    { inputs: [positive], build: (x) => o.pow(x, 3) },
  ],
  Max: [...binary(o.maximum, { low: -1.9, high: 2.1 }), ...unary((x) => o.maximum(x, 0.1))],
  Min: [...binary(o.minimum, { low: -1.9, high: 2.1 }), ...unary((x) => o.minimum(x, 0.1))],
  Neg: pointwise(o.neg),
  Sqrt: pointwise(o.sqrt, { low: 0.5, high: 2 }),
  Exp: pointwise(o.exp),
  Log: pointwise(o.log, { low: 0.5, high: 2 }),
  Cos: float32(pointwise(o.cos)),
  Sin: float32(pointwise(o.sin)),
  Abs: pointwise(o.abs),
  Relu: float32(pointwise(o.relu)),
  Sigmoid: pointwise(o.sigmoid),
  Tanh: pointwise(o.tanh),
  Erf: float32(pointwise(o.erf)),
  Softplus: float32(pointwise(o.softplus)),
  Elu: float32([...pointwise((x) => o.elu(x)), ...unary((x) => o.elu(x, 0.5))]),
  LeakyRelu: float32([...pointwise((x) => o.leakyRelu(x, 0.3)), ...unary((x) => o.leakyRelu(x, 0))]),
  HardSigmoid: float32([...unary((x) => o.hardSigmoid(x)), ...unary((x) => o.hardSigmoid(x, 1, 0.1))]),
  Softmax: [...unary(o.softmax), ...unary(o.softmax, { shape: [2, 3, 4] })],
  LogSoftmax: unary(o.logSoftmax),
  Where: [
    { inputs: [matrix, matrix], build: (a, b) => o.where(flags(a), o.square(a), b) },
    { inputs: [batched, row], build: (a, b) => o.where(flags(a), a, b) },
    { inputs: [row, batched], build: (a, b) => o.where(flags(a), a, b) },
    { inputs: [column, { shape: [] }, matrix], build: (c, a, b) => o.where(flags(c), a, b) },
  ],
  Cast: float32(unary((x) => o.cast(o.cast(x, "float64"), "float32"))),
  Gemm: [false, true].flatMap((transposeA) =>
    [false, true].flatMap((transposeB) =>
      [{ shape: [1] }, { shape: [4] }, { shape: [2, 1] }, undefined].map((bias) => ({
        inputs: [
          { shape: transposeA ? [3, 2] : [2, 3] },
          { shape: transposeB ? [4, 3] : [3, 4] },
          ...(bias ? [bias] : []),
        ],
        build: (a: Value, b: Value, c?: Value) => o.gemm(a, b, { transposeA, transposeB, bias: c }),
      })),
    ),
  ),
  MatMul: [
    { inputs: [{ shape: [2, 3, 4] }, { shape: [4, 2] }], build: o.matMul },
    { inputs: [{ shape: [3, 4] }, { shape: [2, 4, 2] }], build: o.matMul },
    { inputs: [{ shape: ["batch", 2, 4] }, { shape: ["batch", 4, 2] }], build: o.matMul },
    { inputs: [{ shape: [2, 1, 2, 3] }, { shape: [4, 3, 2] }], build: o.matMul },
    { inputs: [{ shape: ["batch", 2, 2, 3] }, { shape: [3, 2] }], build: o.matMul },
  ],
  ReduceSum: [
    ...unary((x) => o.reduceSum(x)),
    ...unary((x) => o.reduceSum(x, { axes: [0] })),
    ...unary((x) => o.reduceSum(x, { axes: [-1], keepDims: true })),
    ...unary((x) => o.reduceSum(x, { axes: [0, 2] }), images),
    ...unary((x) => o.reduceMax(x, { axes: [-1] })),
    ...unary((x) => o.reduceMax(x, { axes: [3, 1], keepDims: true }), images),
    ...unary((x) => o.reduceMax(x), matrix),
    ...unary((x) => o.reduceMin(x, { axes: [1, 2] }), images),
    ...unary((x) => o.reduceSum(x, { axes: [3, 1], keepDims: true }), images),
    ...unary((x) => o.reduceTall("ReduceSum", x, [0, 1, 2]), tallImages),
    ...unary((x) => o.reduceTall("ReduceSum", o.toMatrix(x), [0], true), tallImages),
    ...unary((x) => o.reduceTall("ReduceSum", x, [0, 1, 2], true), pixelsFirst),
  ],
  ReduceMean: [
    ...unary((x) => o.reduceMean(x)),
    ...unary((x) => o.reduceMean(x, { axes: [0] })),
    ...unary((x) => o.reduceMean(x, { axes: [1], keepDims: true })),
    ...unary((x) => o.reduceMean(x, { axes: [0, 1, 2] }), images),
    ...unary((x) => o.reduceMean(x, { axes: [0, 2, 3], keepDims: true }), images),
    ...unary((x) => o.reduceTall("ReduceMean", x, [0, 1, 2], true), tallImages),
    ...unary((x) => o.reduceTall("ReduceMean", x, [0, 1, 2, 3]), tallImages),
    ...unary((x) => o.reduceTall("ReduceMean", x, [0, 1, 2]), pixelsFirst),
    ...unary((x) => o.square(o.sub(x, o.reduceTall("ReduceMean", x, [0, 1, 2]))), pixelsFirst),
    ...unary((x) => o.square(o.sub(x, o.reduceTall("ReduceMean", x, [0, 1, 2]))), tallImages),
  ],
  Reshape: [
    ...unary((x) => o.reshape(x, [batch, 2, 2])),
    ...unary((x) => o.toMatrix(x), images),
    ...unary((x) => o.reshape(x, []), { shape: [1, 1] }),
  ],
  Transpose: [
    ...unary((x) => o.transpose(x, [0, 2, 3, 1]), images),
    ...unary((x) => o.transpose(x, [2, 0, 1]), { shape: [2, 3, 4] }),
    ...unary((x) => o.transpose(x, [1, 0])),
  ],
  Concat: [
    { inputs: [{ shape: [2, 3] }, { shape: [2, 1] }], build: (a, b) => o.concat([a, b, a], 1) },
    { inputs: [{ shape: [2, 3] }, { shape: [1, 3] }], build: (a, b) => o.concat([a, b], 0) },
    { inputs: [images, { shape: ["batch", 2, 1, 4] }], build: (a, b) => o.concat([b, a], -2) },
  ],
  Slice: [
    ...unary((x) => o.slice(x, 1, 1, 3)),
    ...unary((x) => o.slice(x, 0, 0, 2), matrix),
    ...unary((x) => o.slice(x, -1, 3, 4), images),
  ],
  Pad: [
    ...unary((x) => o.pad(x, [0, 1], [0, 2])),
    ...unary((x) => o.pad(x, [2, 0], [0, 0]), matrix),
    ...unary((x) => o.pad(x, [0, 0, 1, 2], [0, 0, 0, 1]), images),
  ],
  Expand: [
    { inputs: [{ shape: [] }, matrix], build: (x, like) => o.mul(o.exp(o.expandLike(x, like)), like) },
    { inputs: [row, batched], build: (x, like) => o.mul(o.exp(o.expandLike(x, like)), like) },
    { inputs: [column, { shape: [2, 3, 4] }], build: (x, like) => o.mul(o.exp(o.expandLike(x, like)), like) },
    { inputs: [{ shape: [1, 4] }, batched], build: (x, like) => o.mul(o.exp(o.expandLike(x, like)), like) },
  ],
  Gather: [
    { inputs: [{ shape: [5] }], build: (x) => o.gather(x, Int32Array.of(4, 0, 0, 2), [2, 2], 0) },
    { inputs: [{ shape: [4, 3] }], build: (x) => o.gather(x, Int32Array.of(1, 1, 3), [3], 0) },
    {
      inputs: [{ shape: ["batch", 4, 2] }],
      build: (x) => o.gather(x, Int32Array.of(0, 1, 1, 3, 2, 1), [6], 1),
    },
    {
      inputs: [{ shape: ["batch", 2, 3] }],
      build: (x) => o.gather(x, Int32Array.of(2, 0, 2, 2), [2, 2], -1),
    },
    // Patches, each row of them the one before moved down: summed row by row.
    ...unary((x) => windows(x, 8, 8, 1), { shape: ["batch", 64, 2] }),
    ...unary((x) => windows(x, 12, 12, 2), { shape: ["batch", 144, 1] }),
    // A step that does not divide the image, and pixels that the first patch leaves out.
    ...unary((x) => windows(x, 13, 12, 2), { shape: ["batch", 156, 1] }),
    ...unary((x) => windows(x, 8, 9, 1, 1), { shape: ["batch", 72, 1] }),
    // A row of zeros at the end, as an expanded kernel has.
    {
      inputs: [{ shape: [3, 2] }],
      build: (x) => {
        const zeros = x.graph.constant(tensor("float64", [1, 2], new Float64Array(2)));
        return o.gather(o.concat([x, zeros], 0), Int32Array.of(0, 3, 2, 0, 3, 2), [2, 3], 0);
      },
    },
  ],
  Conv: float32(
    (
      [
        [[2, 2], { strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] }],
        [[2, 2], { strides: [2, 1], dilations: [1, 1], pads: [1, 0, 0, 1] }],
        [[2, 2], { strides: [1, 1], dilations: [2, 1], pads: [1, 1, 1, 1] }],
        [[2, 2], { strides: [2, 2], dilations: [1, 1], pads: [0, 0, 0, 0] }],
        [[3, 2], { strides: [2, 3], dilations: [2, 1], pads: [2, 0, 1, 1] }],
        [[1, 1], { strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] }],
        // Strides beyond the window: some pixels are never looked at.
        [[1, 2], { strides: [3, 2], dilations: [1, 1], pads: [0, 0, 0, 0] }],
        [[5, 4], { strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] }],
      ] as const
    ).flatMap(([window, options]) => [
      {
        inputs: [images, { shape: [3, 2, ...window] }],
        build: (x: Value, kernel: Value) => o.conv(x, kernel, options),
      },
      {
        inputs: [images, { shape: [4, 1, ...window] }],
        build: (x: Value, kernel: Value) => o.conv(x, kernel, { ...options, group: 2 }),
      },
    ]),
  ),
  ConvTranspose: float32(
    (
      [
        [{ strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0], outputPadding: [0, 0] }, 1],
        [{ strides: [2, 3], dilations: [1, 1], pads: [1, 0, 0, 1], outputPadding: [1, 2] }, 1],
        [{ strides: [1, 1], dilations: [2, 1], pads: [1, 1, 0, 0], outputPadding: [0, 0] }, 1],
        [{ strides: [2, 2], dilations: [1, 1], pads: [0, 0, 1, 1], outputPadding: [0, 1] }, 2],
      ] as const
    ).map(([options, group]) => ({
      inputs: [images, { shape: [2, 3, 2, 2] }],
      build: (x: Value, kernel: Value) => o.convTranspose(x, kernel, { ...options, group }),
    })),
  ),
  AveragePool: float32(pools.flatMap((options) => unary((x) => o.averagePool(x, options), images))),
  MaxPool: float32(pools.flatMap((options) => unary((x) => o.maxPool(x, options), images))),
};

/** Through these no gradient flows: they are flat almost everywhere, or give no real numbers. */
export const flat: Readonly<Record<string, (x: Value) => Value>> = {
  Sign: o.sign,
  Greater: (x) => o.cast(o.greater(x, 0.5), "float32"),
  GreaterOrEqual: (x) => o.cast(o.greaterOrEqual(x, 0.5), "float32"),
  Less: (x) => o.cast(o.less(x, 0.5), "float32"),
  Equal: (x) => o.cast(o.equal(x, 0.5), "float32"),
  ArgMax: (x) => o.cast(o.argMax(x), "float32"),
  Shape: (x) => o.cast(o.shapeOf(x), "float32"),
  OneHot: (x) => o.oneHot(o.cast(x, "int32"), 3, "float32"),
};

export const window2 = { strides: [1, 1], padding: "valid" } as const;

/** Of these the gradient is never asked for: a lowering replaces them, or only gradients and metrics use them. */
export const undifferentiated: Readonly<Record<string, (x: Value, kernel: Value) => Value>> = {
  ScatterElements: (x) => o.scatterAdd(x, o.cast(o.mul(x, 0), "int64"), x),
  Conv2d: (x, kernel) => o.conv2d(x, kernel, { ...window2, dilation: [1, 1] }),
  GroupedConv2d: (x, kernel) =>
    o.groupedConv2d(x, o.slice(kernel, 2, 0, 1), { ...window2, dilation: [1, 1], groups: 2 }),
  DepthwiseConv2d: (x, kernel) => o.depthwiseConv2d(x, kernel, { ...window2, dilation: [1, 1] }),
  Conv2dTranspose: (x, kernel) =>
    o.conv2dTranspose(x, kernel, { ...window2, dilation: [1, 1], outputSize: [3, 3] }),
  AveragePool2d: (x) => o.averagePool2d(x, { ...window2, poolSize: [2, 2] }),
  MaxPool2d: (x) => o.maxPool2d(x, { ...window2, poolSize: [2, 2] }),
  BatchNorm: (x) => o.batchNormalization(x, { epsilon: 0.1 }).output,
  Normalization: (x) => {
    const channels = o.reduceSum(x, { axes: [0, 1, 2] });
    return o.normalization(x, channels, channels, { epsilon: 0.1 });
  },
  GroupNorm: (x) => o.groupNormalization(x, { epsilon: 0.1, places: 4, groups: 2, each: 1 }),
  GridSample: (x) => o.gridSample(x, x, { mode: "bilinear", paddingMode: "border" }),
};
