import { describe, expect, it } from "vitest";
import { differentiate } from "../../src/graph/differentiate.js";
import { encode, encodeModel } from "../../src/graph/encode.js";
import { Graph } from "../../src/graph/graph.js";
import { operators } from "../../src/graph/operators.js";
import * as o from "../../src/graph/ops.js";
import { batch, formatShape } from "../../src/graph/shape.js";
import type { Shape, Value } from "../../src/graph/value.js";
import { nodeRuntime } from "../../src/node/runtime/node.js";
import { sizeOf, tensor } from "../../src/tensor.js";
import { type GradientCase, gradientError } from "./finite-differences.js";
import {
  batched,
  differentiable,
  flat,
  images,
  row,
  undifferentiated,
  window2,
  windows,
} from "./operator-cases.js";

const runtime = await nodeRuntime({ threads: 1 });

describe("the operator table", () => {
  it("has no operator that is not checked here", () => {
    const ruled = Object.keys(operators).filter((name) => operators[name]?.gradient);
    expect(ruled.sort()).toEqual([...Object.keys(differentiable), ...Object.keys(flat)].sort());
    const unruled = Object.keys(operators).filter(
      (name) => operators[name]?.infer && !operators[name]?.gradient,
    );
    expect(unruled.sort()).toEqual(Object.keys(undifferentiated).sort());
  });

  it.each(
    Object.entries(differentiable).flatMap(([op, some]) =>
      some.map((given, i) => [op, i + 1, given] as const),
    ),
  )("%s, case %i: the gradient is what finite differences give", async (op, _, given) => {
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
  });

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

it("the gradient of patches that slide down an image needs no matrix over the whole image", () => {
  const largest = (build: (x: Value) => Value, shape: Shape): number => {
    const graph = new Graph();
    const x = graph.input("x", "float32", shape);
    differentiate(o.reduceSum(build(x)), [x]);
    const matrices = graph.nodes.filter(({ op }) => op === "MatMul").map(({ inputs }) => inputs[0] as Value);
    return Math.max(...matrices.map((value) => sizeOf(value.shape as number[])));
  };
  // 64 pixels x 6 rows of 6 windows of 9 pixels.
  expect(largest((x) => windows(x, 8, 8, 1), [batch, 64, 2])).toBe(24 * 54);
  expect(largest((x) => windows(x, 8, 9, 1, 1), [batch, 72, 2])).toBe(72 * 324);
});

describe("operators without a gradient rule", () => {
  it.each(Object.entries(undifferentiated))(
    "%s is refused by name where something trainable lies behind",
    (op, build) => {
      const graph = new Graph();
      const x = graph.input("x", "float32", [batch, 2, 2, 2]);
      const kernel = graph.input("kernel", "float32", [2, 2, 2, 2]);
      const loss = o.reduceSum(build(x, kernel));
      expect(() => differentiate(loss, [x])).toThrow(`The operator ${op} has no gradient rule`);
      const other = graph.input("other", "float32", []);
      expect(differentiate(o.mul(loss, other), [other])).toHaveLength(1);
    },
  );
});

describe("where a function has a kink or several maxima", () => {
  const gradientsOf = async (
    shape: readonly number[],
    fed: readonly (readonly number[])[],
    build: (...inputs: Value[]) => Value,
  ): Promise<number[][]> => {
    const graph = new Graph();
    const inputs = fed.map((_, i) => graph.input(`x${i}`, "float32", shape));
    const gradients = differentiate(o.reduceSum(build(...inputs)), inputs);
    const session = await runtime.load(encode(Object.fromEntries(gradients.map((g, i) => [`g${i}`, g]))));
    const results = await session.run(
      Object.fromEntries(fed.map((data, i) => [`x${i}`, tensor("float32", shape, Float32Array.from(data))])),
    );
    await session.release();
    return fed.map((_, i) => Array.from(results[`g${i}`]?.data ?? [], Number));
  };

  it("maximum and minimum: the first operand takes it all", async () => {
    const tied = [
      [1, 2, 3],
      [1, 1, 4],
    ] as const;
    expect(await gradientsOf([3], tied, o.maximum)).toEqual([
      [1, 1, 0],
      [0, 0, 1],
    ]);
    expect(await gradientsOf([3], tied, o.minimum)).toEqual([
      [1, 0, 1],
      [0, 1, 0],
    ]);
  });

  it("maxPool: the first maximum of a window takes it all, and windows that overlap add up", async () => {
    const [gradient] = await gradientsOf([1, 1, 1, 4], [[7, 7, 3, 3]], (x) =>
      o.maxPool(x, { kernelShape: [1, 2], strides: [1, 1], pads: [0, 0, 0, 0] }),
    );
    expect(gradient).toEqual([1, 1, 1, 0]);
  });

  it("maxPool passes no gradient to a pixel that is infinite but not chosen", async () => {
    const pixels = [Number.NEGATIVE_INFINITY, 2, 1, Number.POSITIVE_INFINITY];
    const [gradient] = await gradientsOf([1, 1, 1, 4], [pixels], (x) =>
      o.maxPool(x, { kernelShape: [1, 2], strides: [1, 2], pads: [0, 0, 0, 0] }),
    );
    expect(gradient).toEqual([0, 1, 0, 1]);
  });

  it("elu at infinities is 1 and 0, as in Keras", async () => {
    const ends = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.5];
    expect(await gradientsOf([3], [ends], (x) => o.elu(x, 0.5))).toEqual([[1, 0, 1]]);
  });

  it("relu is 1 from the smallest normal number to infinity", async () => {
    const outputs = [2 ** -126, 1e-35, 1e-30, 1, 3e38, Number.POSITIVE_INFINITY];
    expect(await gradientsOf([6], [outputs], o.relu)).toEqual([[1, 1, 1, 1, 1, 1]]);
  });

  it("relu, abs and leakyRelu at 0", async () => {
    expect(await gradientsOf([2], [[0, -0]], o.relu)).toEqual([[0, 0]]);
    expect(await gradientsOf([1], [[0]], o.abs)).toEqual([[0]]);
    expect((await gradientsOf([1], [[0]], (x) => o.leakyRelu(x, 0.25)))[0]).toEqual([0.25]);
  });
});

describe("where a probability is too small to matter", () => {
  const slopesOf = async (logits: readonly number[], build: (x: Value) => Value): Promise<number[]> => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [1, logits.length]);
    const [gradient] = differentiate(build(x), [x]);
    const session = await runtime.load(encode({ gradient: gradient as Value }));
    const { gradient: slopes } = await session.run({
      x: tensor("float32", [1, logits.length], Float32Array.from(logits)),
    });
    await session.release();
    return Array.from(slopes?.data ?? [], Number);
  };
  const first = (x: Value): Value => o.reduceSum(o.slice(x, 1, 0, 1));

  it.each<[string, (x: Value) => Value]>([
    ["logSoftmax", (x) => first(o.logSoftmax(x))],
    ["softmax", (x) => first(o.softmax(x))],
    ["sigmoid", (x) => o.reduceSum(o.sigmoid(x))],
    ["softplus", (x) => o.reduceSum(o.softplus(x))],
  ])("the gradient of %s is 0 rather than near 1e-38", async (_, build) => {
    const slopes = await slopesOf([0, -20, -45, -80, -87.5, -95, -103], build);
    expect(slopes.filter((x) => x !== 0 && Math.abs(x) < 2 ** -61)).toEqual([]);
  });

  it.each([o.softmax, o.logSoftmax])("a probability of 2e-9 counts, case %#", async (build) => {
    const [, slope] = await slopesOf([0, -20], (x) => first(build(x)));
    expect((slope as number) / -Math.exp(-20)).toBeCloseTo(1, 5);
  });

  it("keeps NaN", async () => {
    const slopes = await slopesOf([0, Number.NaN], (x) => first(o.logSoftmax(x)));
    expect(slopes).toEqual([Number.NaN, Number.NaN]);
  });
});

it("the gradient of a gather takes more sources than a call takes arguments", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [300_000]);
  const [gradient] = differentiate(o.reduceSum(o.gather(x, Int32Array.of(5, 0), [2], 0)), [x]);
  expect(gradient?.shape).toEqual([300_000]);
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

  it.each([
    ["batch first", [batch, 9, 8, 2]],
    ["pixels first", [9, 8, batch, 2]],
  ] as const)("repeats a mean's gradient without writing it out, %s", (_, shape) => {
    const graph = new Graph();
    const x = graph.input("x", "float32", shape);
    const variance = o.reduceTall("ReduceMean", o.square(x), [0, 1, 2]);
    const [gradient] = differentiate(o.reduceSum(o.mul(variance, 3)), [x]);
    const written = new Set(
      encodeModel({ gradient: gradient as Value }).graph?.node.flatMap((node) => node.output),
    );
    const repeated = graph.nodes
      .filter(({ op, outputs }) => op === "Expand" && written.has((outputs[0] as Value).name))
      .map(({ outputs }) => formatShape((outputs[0] as Value).shape));
    expect(repeated).not.toContain(formatShape(shape));
    expect(repeated).not.toContain("[batch, 144]");
    expect(repeated).not.toContain("[72, 2*batch]");
    expect(gradient?.producer?.inputs.map((input) => input?.producer?.op)).not.toContain("Expand");
  });

  it("gives zeros in the shape of an unused batch, whatever its size", async () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [batch, 3]);
    const unused = graph.input("unused", "float32", [batch, 2]);
    const [gradient] = differentiate(o.reduceSum(x), [unused]);
    const session = await runtime.load(encode({ gradient: gradient as Value }));
    for (const rows of [1, 3]) {
      const fed = { unused: tensor("float32", [rows, 2], new Float32Array(rows * 2).fill(7)) };
      const { gradient: zeros } = await session.run(fed);
      expect(zeros?.shape).toEqual([rows, 2]);
      expect([...(zeros?.data ?? [])]).toEqual(new Array(rows * 2).fill(0));
    }
    await session.release();
  });

  it("with respect to a value on the way, and to the same value twice", async () => {
    const graph = new Graph();
    const x = graph.input("x", "float64", []);
    const inner = o.exp(x);
    const [first, second, atX] = differentiate(o.mul(inner, inner), [inner, inner, x]) as [
      Value,
      Value,
      Value,
    ];
    const session = await runtime.load(encode({ first, second, atX }));
    const got = await session.run({ x: tensor("float64", [], Float64Array.of(0.3)) });
    await session.release();
    expect(got.first?.data[0]).toBeCloseTo(2 * Math.exp(0.3), 12);
    expect(got.second?.data[0]).toBeCloseTo(2 * Math.exp(0.3), 12);
    expect(got.atX?.data[0]).toBeCloseTo(2 * Math.exp(0.6), 12);
  });

  it.each<[string, GradientCase]>([
    [
      "softmax cross-entropy",
      {
        inputs: [batched, { shape: ["batch", 4], low: 0, high: 1 }],
        build: (x, y) => o.neg(o.reduceSum(o.mul(y, o.logSoftmax(x)), { axes: [-1] })),
      },
    ],
    [
      "batch normalization",
      {
        inputs: [images, { shape: [4] }, { shape: [4] }],
        build: (x, gamma, beta) => {
          const centered = o.sub(x, o.reduceMean(x, { axes: [0, 1, 2] }));
          const variance = o.reduceMean(o.square(centered), { axes: [0, 1, 2] });
          return o.add(o.mul(o.div(centered, o.sqrt(o.add(variance, 1e-3))), gamma), beta);
        },
      },
    ],
    [
      "a clipped log of a dense layer with a residual",
      {
        inputs: [batched, { shape: [4, 4] }, row],
        build: (x, kernel, bias) => {
          const dense = o.sigmoid(o.add(o.matMul(x, kernel), bias));
          return o.add(o.log(o.clip(dense, 1e-3, 1 - 1e-3)), x);
        },
      },
    ],
  ])("chains through %s", async (_, given) => {
    expect(await gradientError(runtime, given)).toBeLessThan(1e-8);
  });

  it("refuses what is no scalar, and operators without a rule, by name", () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [2, 4]);
    expect(() => differentiate(x, [x])).toThrow(
      "Only a scalar can be differentiated, but the loss has shape [2, 4].",
    );
    const images = graph.input("images", "float32", [1, 1, 2, 2]);
    const pooled = o.reduceSum(o.averagePool2d(images, { ...window2, poolSize: [1, 1] }));
    expect(() => differentiate(pooled, [images])).toThrow("AveragePool2d has no gradient rule");
  });
});
