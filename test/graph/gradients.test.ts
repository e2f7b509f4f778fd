import { describe, expect, it } from "vitest";
import { differentiate } from "../../src/graph/differentiate.js";
import { encode } from "../../src/graph/encode.js";
import { Graph } from "../../src/graph/graph.js";
import { operators } from "../../src/graph/operators.js";
import * as o from "../../src/graph/ops.js";
import { batch } from "../../src/graph/shape.js";
import type { Value } from "../../src/graph/value.js";
import { nodeRuntime } from "../../src/runtime/node.js";
import { tensor } from "../../src/tensor.js";
import { type GradientCase, gradientError } from "./finite-differences.js";

const runtime = await nodeRuntime({ threads: 1 });

const matrix = { shape: [3, 4] } as const;
const row = { shape: [4] } as const;
const column = { shape: [3, 1] } as const;
const positive = { shape: [3, 4], low: 0.5, high: 2 } as const;
const batched = { shape: ["batch", 4] } as const;
const images = { shape: ["batch", 2, 5, 4] } as const;

const unary = (
  build: (x: Value) => Value,
  input: GradientCase["inputs"][number] = batched,
): GradientCase[] => [{ inputs: [input], build }];
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
];

const flags = (x: Value): Value => o.greater(x, 0.1);

/** At least one case for each operator with a gradient that can differ from zero. */
const cases: Readonly<Record<string, readonly GradientCase[]>> = {
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
  Neg: unary(o.neg),
  Sqrt: unary(o.sqrt, positive),
  Exp: unary(o.exp),
  Log: unary(o.log, positive),
  Abs: unary(o.abs),
  Relu: float32(unary(o.relu)),
  Sigmoid: unary(o.sigmoid),
  Tanh: unary(o.tanh),
  Erf: float32(unary(o.erf)),
  Softplus: float32(unary(o.softplus)),
  Elu: float32([...unary((x) => o.elu(x)), ...unary((x) => o.elu(x, 0.5))]),
  LeakyRelu: float32(unary((x) => o.leakyRelu(x, 0.3))),
  HardSigmoid: float32([...unary((x) => o.hardSigmoid(x)), ...unary((x) => o.hardSigmoid(x, 1, 0.1))]),
  Softmax: [...unary(o.softmax), ...unary(o.softmax, { shape: [2, 3, 4] })],
  LogSoftmax: unary(o.logSoftmax),
  Where: [{ inputs: [matrix, matrix], build: (a, b) => o.where(flags(a), o.square(a), b) }],
  Cast: float32(unary((x) => o.cast(o.cast(x, "float64"), "float32"))),
  Gemm: [false, true].flatMap((transposeA) =>
    [false, true].flatMap((transposeB) =>
      [{ shape: [1] }, { shape: [4] }, undefined].map((bias) => ({
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
  ],
  ReduceSum: [
    ...unary((x) => o.reduceSum(x)),
    ...unary((x) => o.reduceSum(x, { axes: [0] })),
    ...unary((x) => o.reduceSum(x, { axes: [-1], keepDims: true })),
  ],
  ReduceMean: [
    ...unary((x) => o.reduceMean(x)),
    ...unary((x) => o.reduceMean(x, { axes: [0] })),
    ...unary((x) => o.reduceMean(x, { axes: [1], keepDims: true })),
  ],
  ReduceMax: [
    ...unary((x) => o.reduceMax(x, { axes: [1] })),
    ...unary((x) => o.reduceMax(x, { axes: [0], keepDims: true })),
  ],
  Reshape: unary((x) => o.reshape(x, [batch, 2, 2])),
  Transpose: unary((x) => o.transpose(x, [0, 2, 3, 1]), images),
  Concat: [{ inputs: [{ shape: [2, 3] }, { shape: [2, 1] }], build: (a, b) => o.concat([a, b, a], 1) }],
  Slice: unary((x) => o.slice(x, 1, 1, 3)),
  Pad: unary((x) => o.pad(x, [0, 1], [0, 2])),
  Expand: [{ inputs: [{ shape: [] }, matrix], build: (x, like) => o.mul(o.expandLike(x, like), like) }],
  Gather: [
    { inputs: [{ shape: [5] }], build: (x) => o.gather(x, Int32Array.of(4, 0, 0, 2), [2, 2], 0) },
    { inputs: [{ shape: [4, 3] }], build: (x) => o.gather(x, Int32Array.of(1, 1, 3), [3], 0) },
    {
      inputs: [{ shape: ["batch", 4, 2] }],
      build: (x) => o.gather(x, Int32Array.of(0, 1, 1, 3, 2, 1), [6], 1),
    },
  ],
  Conv: float32(
    [
      { strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] },
      { strides: [2, 1], dilations: [1, 1], pads: [1, 0, 0, 1] },
      { strides: [1, 1], dilations: [2, 1], pads: [1, 1, 1, 1] },
      { strides: [2, 2], dilations: [1, 1], pads: [0, 0, 0, 0] },
    ].map((options) => ({
      inputs: [images, { shape: [3, 2, 2, 2] }],
      build: (x: Value, kernel: Value) => o.conv(x, kernel, options as unknown as o.ConvOptions),
    })),
  ),
  AveragePool: float32(
    [
      { kernelShape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] },
      { kernelShape: [3, 2], strides: [2, 1], pads: [1, 0, 1, 1] },
    ].flatMap((options) => unary((x) => o.averagePool(x, options as unknown as o.PoolOptions), images)),
  ),
  MaxPool: float32(
    [
      { kernelShape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] },
      { kernelShape: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] },
    ].flatMap((options) => unary((x) => o.maxPool(x, options as unknown as o.PoolOptions), images)),
  ),
};

/** Through these no gradient flows: they are flat almost everywhere, or give no real numbers. */
const flat: Readonly<Record<string, (x: Value) => Value>> = {
  Sign: o.sign,
  Greater: (x) => o.cast(o.greater(x, 0.5), "float32"),
  GreaterOrEqual: (x) => o.cast(o.greaterOrEqual(x, 0.5), "float32"),
  Less: (x) => o.cast(o.less(x, 0.5), "float32"),
  Equal: (x) => o.cast(o.equal(x, 0.5), "float32"),
  ArgMax: (x) => o.cast(o.argMax(x), "float32"),
  Shape: (x) => o.cast(o.shapeOf(x), "float32"),
  OneHot: (x) => o.oneHot(o.cast(x, "int32"), 3, "float32"),
};

/** Of these the gradient is never asked for: a lowering replaces them, or only gradients and metrics use them. */
const without = ["ConvTranspose", "TopK", "ScatterElements", "Conv2d", "AveragePool2d", "MaxPool2d"];

describe("the operator table", () => {
  it("has no operator that is not checked here", () => {
    const ruled = Object.keys(operators).filter((name) => operators[name]?.gradient);
    expect(ruled.sort()).toEqual([...Object.keys(cases), ...Object.keys(flat)].sort());
    const unruled = Object.keys(operators).filter((name) => !operators[name]?.gradient);
    expect(unruled.sort()).toEqual([...without].sort());
  });

  it.each(Object.entries(cases).flatMap(([op, some]) => some.map((given, i) => [op, i + 1, given] as const)))(
    "%s, case %i: the gradient is what finite differences give",
    async (op, _, given) => {
      const uses = (value: Value, seen: Set<Value>): boolean => {
        if (seen.has(value) || !value.producer) return false;
        seen.add(value);
        return (
          value.producer.op === op ||
          value.producer.inputs.some((input) => input !== undefined && uses(input, seen))
        );
      };
      const error = await gradientError(runtime, {
        ...given,
        build: (...inputs) => {
          const output = given.build(...inputs);
          expect(uses(output, new Set())).toBe(true);
          return output;
        },
      });
      expect(error).toBeLessThan(given.dtype === "float32" ? 2e-3 : 1e-8);
    },
  );

  it.each(Object.entries(flat))("no gradient flows through %s", async (_, build) => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [2, 3]);
    const [gradient] = differentiate(o.reduceSum(o.mul(build(x), 2)), [x]);
    const session = await runtime.load(encode({ gradient: gradient as Value }));
    const fed = { x: tensor("float32", [2, 3], Float32Array.of(1, -2, 3, 0.5, 2, 0)) };
    expect([...((await session.run(fed)).gradient?.data ?? [])]).toEqual([0, 0, 0, 0, 0, 0]);
    await session.release();
  });
});

describe("differentiate", () => {
  const gradientOf = async (build: (x: Value) => Value, at: number): Promise<number> => {
    const graph = new Graph();
    const x = graph.input("x", "float64", []);
    const [gradient] = differentiate(build(x), [x]);
    const session = await runtime.load(encode({ gradient: gradient as Value }));
    const fed = { x: tensor("float64", [], Float64Array.of(at)) };
    const value = Number((await session.run(fed)).gradient?.data[0]);
    await session.release();
    return value;
  };

  it("sums over all ways from a value to the loss", async () => {
    // x (x + e^x) + x has the derivative 2x + e^x + x e^x + 1.
    const built = await gradientOf((x) => o.add(o.mul(x, o.add(x, o.exp(x))), x), 0.5);
    expect(built).toBeCloseTo(1 + 1.5 * Math.exp(0.5) + 1, 12);
  });

  it("gives 1 for the loss itself and 0 for what it does not depend on", async () => {
    expect(await gradientOf((x) => x, 3)).toBe(1);
    expect(await gradientOf((x) => x.graph.scalar("float64", 4), 3)).toBe(0);
  });

  it("differentiates a value that the rule itself made: second derivatives", async () => {
    // (x³)'' = 6x.
    expect(await gradientOf((x) => differentiate(o.mul(x, o.mul(x, x)), [x])[0] as Value, 2)).toBeCloseTo(
      12,
      12,
    );
  });

  it("refuses what is no scalar, and operators without a rule, by name", () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [2, 4]);
    expect(() => differentiate(x, [x])).toThrow(
      "Only a scalar can be differentiated, but the loss has shape [2, 4].",
    );
    expect(() => differentiate(o.reduceSum(o.topK(x, 2).values), [x])).toThrow("TopK has no gradient rule");
  });
});
