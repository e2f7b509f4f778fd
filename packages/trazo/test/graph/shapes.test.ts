import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TrazoError } from "../../src/errors.js";
import { encode } from "../../src/graph/encode.js";
import { Graph } from "../../src/graph/graph.js";
import { families, operators } from "../../src/graph/operators.js";
import * as o from "../../src/graph/ops.js";
import { batch } from "../../src/graph/shape.js";
import type { Dim, Shape, Value } from "../../src/graph/value.js";
import { lower } from "../../src/lowering/lower.js";
import { lowerings } from "../../src/lowering/registry.js";
import { nodeRuntime } from "../../src/node/runtime/node.js";
import { knownShapes } from "../../src/onnx/plan-graph.js";
import { readOnnx } from "../../src/onnx/read.js";
import { elementType } from "../../src/onnx-format/element-types.js";
import { type DType, sizeOf, type Tensor, tensor } from "../../src/tensor.js";

const runtime = await nodeRuntime({ threads: 1 });

/** Draws the sizes and attributes of one random use of an operator. */
class Draw {
  readonly graph = new Graph();
  readonly #value: fc.GeneratorValue;

  constructor(value: fc.GeneratorValue) {
    this.#value = value;
  }

  int(min: number, max: number): number {
    return this.#value(fc.integer, { min, max });
  }

  flag(): boolean {
    return this.int(0, 1) === 1;
  }

  pair(max: number, min = 1): [number, number] {
    return [this.int(min, max), this.int(min, max)];
  }

  axis(x: Value, from = 0): number {
    return this.int(from, x.shape.length - 1);
  }

  sizes(min: number, max: number): number[] {
    return Array.from({ length: this.int(min, max) }, () => this.int(1, 4));
  }

  input(shape: Shape, dtype: DType = "float32"): Value {
    return this.graph.input(`x${this.graph.inputs.length}`, dtype, shape);
  }

  /** Any tensor; its first axis, if it has one, may be the batch. */
  any(minRank = 0, dtype: DType = "float32"): Value {
    const sizes: Dim[] = this.sizes(minRank, 4);
    if (sizes.length > 0 && this.flag()) sizes[0] = batch;
    return this.input(sizes, dtype);
  }

  /** A shape that broadcasts to another: leading axes left out, others made 1. */
  smaller(shape: Shape): Shape {
    return shape.slice(this.int(0, shape.length)).map((dim) => (this.flag() ? dim : 1));
  }

  axes(x: Value): number[] {
    return x.shape.map((_, axis) => axis).filter(() => this.flag());
  }

  /** Channels-first images, large enough for the windows below. */
  images(): Value {
    return this.input([batch, this.int(1, 3), this.int(7, 10), this.int(7, 10)]);
  }

  windows(): { strides: [number, number]; pads: [number, number, number, number] } {
    return { strides: this.pair(3), pads: [...this.pair(1, 0), ...this.pair(1, 0)] };
  }

  semanticWindows(): { strides: [number, number]; padding: o.Padding } {
    return { strides: this.pair(3), padding: this.flag() ? "valid" : "same" };
  }
}

type Use = (draw: Draw) => Value | readonly Value[];

const unary =
  (build: (x: Value) => Value): Use =>
  (draw) =>
    build(draw.any());
const binary =
  (build: (a: Value, b: Value) => Value): Use =>
  (draw) => {
    const larger = draw.any();
    const smaller = draw.input(draw.smaller(larger.shape));
    return draw.flag() ? build(larger, smaller) : build(smaller, larger);
  };
const reduction =
  (build: (x: Value, options: o.ReduceOptions) => Value): Use =>
  (draw) => {
    const x = draw.any(1);
    const axes = draw.axes(x);
    return build(x, { axes: axes.length > 0 ? axes : [-1], keepDims: draw.flag() });
  };
const pool =
  (build: (x: Value, options: o.PoolOptions) => Value): Use =>
  (draw) =>
    build(draw.images(), { kernelShape: draw.pair(4, 2), ...draw.windows() });
const semanticPool =
  (build: (x: Value, options: o.Pool2dOptions) => Value): Use =>
  (draw) =>
    build(draw.input([batch, draw.int(4, 9), draw.int(4, 9), draw.int(1, 3)]), {
      poolSize: draw.pair(4),
      ...draw.semanticWindows(),
    });

/** A random use of each operator of the table. */
const uses: Readonly<Record<string, Use>> = {
  Add: binary(o.add),
  Sub: binary(o.sub),
  Mul: binary(o.mul),
  Div: binary(o.div),
  Pow: binary(o.pow),
  Max: binary(o.maximum),
  Min: binary(o.minimum),
  Greater: binary(o.greater),
  GreaterOrEqual: binary(o.greaterOrEqual),
  Less: binary(o.less),
  Equal: binary(o.equal),
  Neg: unary(o.neg),
  Sqrt: unary(o.sqrt),
  Exp: unary(o.exp),
  Log: unary(o.log),
  Cos: unary(o.cos),
  Sin: unary(o.sin),
  Abs: unary(o.abs),
  Sign: unary(o.sign),
  Relu: unary(o.relu),
  Sigmoid: unary(o.sigmoid),
  Tanh: unary(o.tanh),
  Erf: unary(o.erf),
  Softplus: unary(o.softplus),
  Elu: unary((x) => o.elu(x, 0.7)),
  LeakyRelu: unary((x) => o.leakyRelu(x, 0.2)),
  HardSigmoid: unary((x) => o.hardSigmoid(x)),
  GridSample: (draw) =>
    o.gridSample(draw.images(), draw.input([batch, ...draw.pair(5), 2]), {
      mode: draw.flag() ? "bilinear" : "nearest",
      paddingMode: (["zeros", "border", "reflection"] as const)[draw.int(0, 2)] as "zeros",
    }),
  Softmax: (draw) => o.softmax(draw.any(1)),
  LogSoftmax: (draw) => o.logSoftmax(draw.any(1)),
  Where: (draw) => {
    const a = draw.any();
    const b = draw.input(draw.smaller(a.shape));
    return o.where(
      draw.input(draw.smaller(a.shape), "bool"),
      ...((draw.flag() ? [a, b] : [b, a]) as [Value, Value]),
    );
  },
  Cast: (draw) => {
    const dtypes = ["float32", "float64", "int32", "int64", "uint8", "bool"] as const;
    const from = draw.int(0, 5);
    const to = (from + draw.int(1, 5)) % 6;
    return o.cast(draw.any(0, dtypes[from] as DType), dtypes[to] as DType);
  },
  Gemm: (draw) => {
    const [rows, inner, columns] = [draw.flag() ? batch : draw.int(1, 4), draw.int(1, 4), draw.int(1, 4)];
    const [transposeA, transposeB] = [draw.flag(), draw.flag()];
    const a = draw.input(transposeA ? [inner, rows] : [rows, inner]);
    const b = draw.input(transposeB ? [columns, inner] : [inner, columns]);
    const bias = draw.flag() ? draw.input(draw.smaller([rows, columns])) : undefined;
    return o.gemm(a, b, { transposeA, transposeB, bias });
  },
  MatMul: (draw) => {
    const [rows, inner, columns] = [draw.int(1, 4), draw.int(1, 4), draw.int(1, 4)];
    const stack = [draw.flag() ? batch : draw.int(1, 3), ...draw.sizes(0, 1)];
    const a = draw.input([...stack, rows, inner]);
    return o.matMul(a, draw.input([...draw.smaller(stack), inner, columns]));
  },
  ReduceSum: reduction(o.reduceSum),
  ReduceMean: reduction(o.reduceMean),
  ArgMax: (draw) => {
    const x = draw.any(1);
    return o.argMax(x, draw.axis(x));
  },
  Reshape: (draw) => {
    const [a, b, c] = [draw.int(1, 4), draw.int(2, 4), draw.int(2, 4)];
    const x = draw.input([draw.flag() ? batch : draw.int(1, 3), a, b, c]);
    return draw.flag() ? o.toMatrix(x) : o.reshape(x, [x.shape[0] as Dim, c, a * b]);
  },
  Transpose: (draw) => {
    const x = draw.any(2);
    const turn = draw.int(1, x.shape.length - 1);
    return o.transpose(
      x,
      x.shape.map((_, axis) => (axis + turn) % x.shape.length),
    );
  },
  Concat: (draw) => {
    const sizes = draw.sizes(1, 3);
    const axis = draw.int(1, sizes.length);
    const parts = Array.from({ length: draw.int(1, 3) }, () =>
      draw.input([batch, ...sizes.map((size, i) => (i + 1 === axis ? draw.int(1, 3) : size))]),
    );
    return o.concat(parts, axis - sizes.length - 1);
  },
  Slice: (draw) => {
    const x = draw.input([batch, ...draw.sizes(1, 3)]);
    const axis = draw.axis(x, 1);
    const start = draw.int(0, (x.shape[axis] as number) - 1);
    return o.slice(x, axis, start, draw.int(start + 1, x.shape[axis] as number));
  },
  Pad: (draw) => {
    const x = draw.input([batch, ...draw.sizes(1, 3)]);
    const some = (least: number): number[] =>
      x.shape.map((_, axis) => (axis === 0 ? 0 : axis === 1 ? draw.int(least, 2) : draw.int(0, 2)));
    return o.pad(x, some(1), some(0));
  },
  Shape: unary(o.shapeOf),
  Expand: (draw) => {
    const like = draw.input([batch, ...draw.sizes(0, 3)]);
    return o.expandLike(draw.input(draw.smaller(like.shape).slice(1)), like);
  },
  Gather: (draw) => {
    const x = draw.input([batch, ...draw.sizes(1, 3)]);
    const axis = draw.axis(x, 1);
    const shape = draw.sizes(0, 2);
    const last = (x.shape[axis] as number) - 1;
    return o.gather(
      x,
      Int32Array.from({ length: sizeOf(shape) }, () => draw.int(0, last)),
      shape,
      axis,
    );
  },
  // ONNX Runtime's CPU provider has it in float32 only.
  OneHot: (draw) => o.oneHot(draw.any(1, draw.flag() ? "int32" : "int64"), draw.int(1, 5), "float32"),
  ScatterElements: (draw) => {
    const count = draw.sizes(1, 2);
    return o.scatterAdd(draw.any(1), draw.input(count, "int64"), draw.input(count));
  },
  Conv: (draw) => {
    const x = draw.images();
    const kernel = draw.input([draw.int(1, 3), x.shape[1] as Dim, ...draw.pair(3)]);
    return o.conv(x, kernel, { dilations: draw.pair(2), ...draw.windows() });
  },
  ConvTranspose: (draw) => {
    const y = draw.input([batch, draw.int(1, 3), draw.int(3, 5), draw.int(3, 5)]);
    const kernel = draw.input([y.shape[1] as Dim, draw.int(1, 3), ...draw.pair(3)]);
    const { strides, pads } = draw.windows();
    const outputPadding = strides.map((stride) => draw.int(0, stride - 1)) as [number, number];
    return o.convTranspose(y, kernel, { dilations: draw.pair(2), strides, pads, outputPadding });
  },
  AveragePool: pool(o.averagePool),
  MaxPool: (draw) => {
    const pooled = pool(o.maxPool)(draw) as Value;
    return pooled.producer?.outputs ?? [];
  },
  Conv2d: (draw) => {
    const channels = draw.int(1, 3);
    const x = draw.input([batch, draw.int(5, 9), draw.int(5, 9), channels]);
    const kernel = draw.input([...draw.pair(3), channels, draw.int(1, 4)]);
    return o.conv2d(x, kernel, { dilation: draw.pair(2), ...draw.semanticWindows() });
  },
  GroupedConv2d: (draw) => {
    const [groups, each] = [draw.int(2, 3), draw.int(1, 2)];
    const x = draw.input([batch, draw.int(5, 9), draw.int(5, 9), groups * each]);
    const kernel = draw.input([...draw.pair(3), each, groups * draw.int(1, 2)]);
    return o.groupedConv2d(x, kernel, { dilation: draw.pair(2), ...draw.semanticWindows(), groups });
  },
  DepthwiseConv2d: (draw) => {
    const channels = draw.int(1, 3);
    const x = draw.input([batch, draw.int(5, 9), draw.int(5, 9), channels]);
    const kernel = draw.input([...draw.pair(3), channels, draw.int(1, 2)]);
    return o.depthwiseConv2d(x, kernel, { dilation: draw.pair(2), ...draw.semanticWindows() });
  },
  Conv2dTranspose: (draw) => {
    const [height, width, channels, strides] = [draw.int(2, 4), draw.int(2, 4), draw.int(1, 3), draw.pair(2)];
    const kernel = draw.input([...draw.pair(3), draw.int(1, 3), channels]);
    const outputSize = [height * strides[0], width * strides[1]] as [number, number];
    const x = draw.input([batch, height, width, channels]);
    return o.conv2dTranspose(x, kernel, { strides, padding: "same", dilation: [1, 1], outputSize });
  },
  AveragePool2d: semanticPool(o.averagePool2d),
  MaxPool2d: semanticPool(o.maxPool2d),
  BatchNorm: (draw) => {
    const channels = draw.int(1, 4);
    const scale = { gamma: draw.input([channels]), beta: draw.input([channels]) };
    const x = draw.input([batch, draw.int(1, 4), draw.int(1, 4), channels]);
    return Object.values(o.batchNormalization(x, { ...scale, epsilon: 0.001 }));
  },
  GroupNorm: (draw) => {
    const [places, groups, each] = [draw.int(1, 4), draw.int(1, 3), draw.int(1, 4)];
    const x = draw.input([batch, places, groups * each]);
    const gamma = draw.input([groups * each]);
    return o.groupNormalization(x, { gamma, epsilon: 0.001, places, groups, each });
  },
  Normalization: (draw) => {
    const channels = draw.int(1, 4);
    const [mean, variance] = [draw.input([channels]), draw.input([channels])];
    return o.normalization(draw.input([batch, draw.int(1, 4), channels]), mean, variance, { epsilon: 0.001 });
  },
};

/** Zeros of every dtype: shapes do not depend on values. */
function zeros(dtype: DType, shape: readonly number[]): Tensor {
  const size = sizeOf(shape);
  switch (dtype) {
    case "float32":
      return tensor(dtype, shape, new Float32Array(size));
    case "float64":
      return tensor(dtype, shape, new Float64Array(size));
    case "int32":
      return tensor(dtype, shape, new Int32Array(size));
    case "int64":
      return tensor(dtype, shape, new BigInt64Array(size));
    case "uint8":
    case "bool":
      return tensor(dtype, shape, new Uint8Array(size));
  }
}

const atRows = (shape: Shape, rows: number): number[] =>
  shape.map((dim) => (typeof dim === "number" ? dim : dim.factor * rows));

/** What is said of the graph once it is in a file is what the runtime gives, wherever nodes of files are understood. */
function expectSameInFile(
  op: string,
  file: Uint8Array,
  feeds: readonly (readonly [string, Tensor])[],
  results: Readonly<Record<string, Tensor>>,
): void {
  const { graph } = readOnnx(file, "the graph");
  const inputs = feeds.map(
    ([name, { dtype, shape }]) => [name, { type: elementType[dtype], shape }] as const,
  );
  const known = knownShapes(graph, new Map(inputs));
  for (const [name, { dtype, shape }] of Object.entries(results)) {
    const isRead = graph.node.every(({ opType }) => operators[opType]?.file);
    if (!isRead) continue;
    expect(known.get(name), op).toMatchObject({ type: elementType[dtype], shape });
  }
}

describe("every operator's shape rule", () => {
  it("has a random use here", () => {
    const built = Object.keys(operators).filter((name) => operators[name]?.infer);
    expect(Object.keys(uses).sort()).toEqual(built.sort());
  });

  it("is stated in one row, with what files have of the operator", () => {
    const names = families.flatMap((family) => Object.keys(family));
    expect(names.filter((name, i) => names.indexOf(name) < i)).toEqual([]);
    const unread = Object.entries(operators).filter(([, { file }]) => !file);
    // Operators of training and of augmentation, which no network in a file needs, and those that a lowering replaces.
    expect(unread.map(([name]) => name).sort()).toEqual([
      ...[
        "AveragePool2d",
        "BatchNorm",
        "Conv2d",
        "Conv2dTranspose",
        "ConvTranspose",
        "DepthwiseConv2d",
        "GridSample",
        "GroupNorm",
        "GroupedConv2d",
        "MaxPool2d",
        "Normalization",
      ],
      ...["OneHot", "ScatterElements"],
    ]);
  });

  it.each(Object.entries(uses))("%s promises what the runtime returns, for every batch", async (op, use) => {
    await fc.assert(
      fc.asyncProperty(
        fc.gen(),
        fc.constantFrom("direct" as const, "tiledGemm" as const),
        async (value, name) => {
          const draw = new Draw(value);
          const built = use(draw);
          const promised = Array.isArray(built) ? (built as readonly Value[]) : [built as Value];
          const { lowered } = lower(draw.graph, lowerings[name]);
          const outputs = promised.map((output, i) => [`out${i}`, lowered(output)] as const);
          const file = encode(Object.fromEntries(outputs));
          const session = await runtime.load(file);
          const required = new Set(draw.graph.nodes.flatMap(({ inputs }) => inputs));
          for (const output of promised) required.add(output);
          // One session serves every batch size: nothing is compiled again for the last, smaller batch.
          for (const rows of [2, 5, 1]) {
            const feeds = draw.graph.inputs
              .filter((input) => required.has(input))
              .map(({ name, dtype, shape }) => [name, zeros(dtype, atRows(shape, rows))] as const);
            const results = await session.run(Object.fromEntries(feeds));
            for (const [i, { dtype, shape }] of promised.entries()) {
              expect(results[`out${i}`]?.dtype, op).toBe(dtype);
              expect(results[`out${i}`]?.shape, op).toEqual(atRows(shape, rows));
            }
            expectSameInFile(op, file, feeds, results);
          }
          await session.release();
        },
      ),
      { numRuns: 12, seed: 7 },
    );
  });
});

const one = { strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] } as const;
const still = { strides: [1, 1], pads: [0, 0, 0, 0] } as const;
const valid = { strides: [1, 1], padding: "valid" } as const;

/** What is wrong, and what the message must say: the operator and the shapes. */
const refusals: readonly (readonly [string, (x: (shape: Shape, dtype?: DType) => Value) => unknown])[] = [
  ["Mul: shapes [batch, 3] and [batch, 4] do not broadcast.", (x) => o.mul(x([batch, 3]), x([batch, 4]))],
  ["Less: shapes [2] and [3] do not broadcast.", (x) => o.less(x([2]), x([3]))],
  [
    "Sub needs equal dtypes, but got float32 [2] and float64 [3, 2].",
    (x) => o.sub(x([2]), x([3, 2], "float64")),
  ],
  ["Equal needs equal dtypes, but got float32 [2] and int64 [2].", (x) => o.equal(x([2]), x([2], "int64"))],
  ["Where: shapes [4] and [2, 3] do not broadcast.", (x) => o.where(x([4], "bool"), x([2, 3]), x([3]))],
  [
    "Where needs equal dtypes, but got float32 [] and float64 [2].",
    (x) => o.where(x([2], "bool"), x([]), x([2], "float64")),
  ],
  ["Gemm takes two matrices, but got [2] and [2, 3].", (x) => o.gemm(x([2]), x([2, 3]))],
  ["Gemm: the inner dimensions of [3, 2] and [3, 4] differ.", (x) => o.gemm(x([3, 2]), x([3, 4]))],
  [
    "Gemm: the inner dimensions of [2, 3] and [3, 4] differ.",
    (x) => o.gemm(x([2, 3]), x([3, 4]), { transposeA: true }),
  ],
  [
    "Gemm with a bias: shapes [batch, 4] and [5] do not broadcast.",
    (x) => o.gemm(x([batch, 3]), x([3, 4]), { bias: x([5]) }),
  ],
  [
    "Gemm: a bias of [2, 1, 4] does not fit a product of [1, 4].",
    (x) => o.gemm(x([1, 3]), x([3, 4]), { bias: x([2, 1, 4]) }),
  ],
  ["MatMul: the inner dimensions of [5, 2, 3] and [2, 4] differ.", (x) => o.matMul(x([5, 2, 3]), x([2, 4]))],
  ["MatMul: shapes [5] and [4] do not broadcast.", (x) => o.matMul(x([5, 2, 3]), x([4, 3, 2]))],
  [
    "ReduceMean: the axes [1, -1] of [2, 3] name one twice.",
    (x) => o.reduceMean(x([2, 3]), { axes: [1, -1] }),
  ],
  ["Axis -3 is outside a tensor of rank 2.", (x) => o.reduceSum(x([2, 3]), { axes: [-3] })],
  ["Axis 2 is outside a tensor of rank 2.", (x) => o.argMax(x([2, 3]), 2)],
  ["Cannot reshape [batch, 6] to [batch, 4]: the sizes differ.", (x) => o.reshape(x([batch, 6]), [batch, 4])],
  ["Cannot reshape [batch, 6] to [6]: the sizes differ.", (x) => o.reshape(x([batch, 6]), [6])],
  ["Transpose: [0, 0] does not order the axes of [2, 3].", (x) => o.transpose(x([2, 3]), [0, 0])],
  ["Transpose: [0] does not order the axes of [2, 3].", (x) => o.transpose(x([2, 3]), [0])],
  ["Concat on axis 1: [2, 3] and [2] do not fit.", (x) => o.concat([x([2, 3]), x([2])], 1)],
  [
    "Concat needs a known size on axis 0, but got [batch, 3].",
    (x) => o.concat([x([batch, 3]), x([batch, 3])], 0),
  ],
  ["Concat needs at least one value.", () => o.concat([], 0)],
  ["Slice: 1 to 4 is not inside axis 1 of [2, 3].", (x) => o.slice(x([2, 3]), 1, 1, 4)],
  ["Slice: 2 to 1 is not inside axis 1 of [2, 3].", (x) => o.slice(x([2, 3]), 1, 2, 1)],
  ["Slice needs a known size on axis 0, but got [batch, 3].", (x) => o.slice(x([batch, 3]), 0, 0, 1)],
  ["Pad: [2, 3] needs 2 paddings before and after, but got 1 and 1.", (x) => o.pad(x([2, 3]), [1], [1])],
  ["Pad needs a known size on axis 0, but got [batch, 3].", (x) => o.pad(x([batch, 3]), [1, 0], [0, 0])],
  ["Expand: shapes [3] and [2, 4] do not broadcast.", (x) => o.expandLike(x([3]), x([2, 4]))],
  ["Expand: [2, 4] cannot grow to [4].", (x) => o.expandLike(x([2, 4]), x([4]))],
  [
    "Gather: index 3 is not inside axis 1 of [2, 3].",
    (x) => o.gather(x([2, 3]), Int32Array.of(0, 3), [2], 1),
  ],
  ["Gather: index -1 is not inside axis 0 of [2, 3].", (x) => o.gather(x([2, 3]), Int32Array.of(-1), [1], 0)],
  ["OneHot needs labels of rank 1 or more, but got [].", (x) => o.oneHot(x([], "int32"), 3, "float32")],
  ["Cannot reshape [4] to [5]: the sizes differ.", (x) => o.scatterAdd(x([9]), x([4], "int64"), x([5]))],
  [
    "Conv takes images of shape [batch, channels, height, width], but got [5, 5].",
    (x) => o.conv(x([5, 5]), x([3, 3]), one),
  ],
  [
    "Conv: the kernel [3, 1, 2, 2] does not fit [batch, 2, 5, 5].",
    (x) => o.conv(x([batch, 2, 5, 5]), x([3, 1, 2, 2]), one),
  ],
  [
    "Conv: a window of [6, 2] with its padding does not fit [batch, 2, 5, 5].",
    (x) => o.conv(x([batch, 2, 5, 5]), x([3, 2, 6, 2]), one),
  ],
  [
    "ConvTranspose: the kernel [3, 2, 2, 2] does not fit [batch, 2, 5, 5].",
    (x) => o.convTranspose(x([batch, 2, 5, 5]), x([3, 2, 2, 2]), { ...one, outputPadding: [0, 0] }),
  ],
  [
    "MaxPool takes images of shape [batch, channels, height, width], but got [batch, 5, 5].",
    (x) => o.maxPool(x([batch, 5, 5]), { kernelShape: [2, 2], ...still }),
  ],
  [
    "AveragePool: a window of [2, 6] with its padding does not fit [batch, 1, 5, 5].",
    (x) => o.averagePool(x([batch, 1, 5, 5]), { kernelShape: [2, 6], ...still }),
  ],
  [
    "Conv2D: the kernel [3, 3, 2, 4] does not fit [batch, 8, 8, 1].",
    (x) => o.conv2d(x([batch, 8, 8, 1]), x([3, 3, 2, 4]), { ...valid, dilation: [1, 1] }),
  ],
  [
    'Conv2D: a window of 9 does not fit an input of 8 with "valid" padding.',
    (x) => o.conv2d(x([batch, 8, 8, 1]), x([5, 3, 1, 4]), { ...valid, dilation: [2, 1] }),
  ],
  [
    "MaxPooling2D takes images of shape [batch, height, width, channels], but got [batch, 8, 8].",
    (x) => o.maxPool2d(x([batch, 8, 8]), { ...valid, poolSize: [2, 2] }),
  ],
  ["reduceMax: the axes [0, 0]", (x) => o.reduceMax(x([2, 2]), { axes: [0, 0] })],
  ["reduceMin: the axes [0, 0]", (x) => o.reduceMin(x([2, 2]), { axes: [0, 0] })],
  [
    "A shape may hold one symbolic dimension, but batch met batch.",
    (x) => o.reshape(x([batch, batch]), [batch]),
  ],
];

describe("shapes that do not fit are refused while the graph is built", () => {
  it.each(refusals)("%s", (message, build) => {
    const graph = new Graph();
    const input = (shape: Shape, dtype: DType = "float32"): Value =>
      graph.input(`x${graph.inputs.length}`, dtype, shape);
    let error: unknown;
    try {
      build(input);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TrazoError);
    expect((error as Error).message).toContain(message);
  });
});
