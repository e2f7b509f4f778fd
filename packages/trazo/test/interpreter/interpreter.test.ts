import { describe, expect, it } from "vitest";
import { encode } from "../../src/graph/encode.js";
import { Graph } from "../../src/graph/graph.js";
import * as o from "../../src/graph/ops.js";
import { batch } from "../../src/graph/shape.js";
import type { Value } from "../../src/graph/value.js";
import { nodeRuntime } from "../../src/index.js";
import { InterpretedGraph } from "../../src/interpreter/interpreter.js";
import { sizeOf, type Tensor, tensor } from "../../src/tensor.js";
import { noise } from "../optimizers/flat.js";

const runtime = await nodeRuntime({ threads: 1 });
const rows = 3;

type Build = (a: Value, b: Value, c: Value) => Value;

/** Inputs of shapes [batch, 4, 5], [5] and [4, 1]. */
async function bothWays(build: Build): Promise<{ found: Tensor; expected: Tensor }> {
  const graph = new Graph();
  const inputs = [
    graph.input("a", "float32", [batch, 4, 5]),
    graph.input("b", "float32", [5]),
    graph.input("c", "float32", [4, 1]),
  ] as const;
  const model = encode({ y: build(...inputs) });
  const random = noise(3);
  const feeds = Object.fromEntries(
    inputs.map(({ name, shape }) => {
      const size = shape.map((dim) => (typeof dim === "number" ? dim : rows));
      return [name, tensor("float32", size, Float32Array.from({ length: sizeOf(size) }, random))];
    }),
  );
  const session = await runtime.load(model);
  const used = Object.fromEntries(
    Object.entries(feeds).filter(([name]) => new TextDecoder("latin1").decode(model).includes(name)),
  );
  const { y: expected } = await session.run(used).finally(() => session.release());
  const { y: found } = new InterpretedGraph(model).run(feeds);
  return { found: found as Tensor, expected: expected as Tensor };
}

const positive = (x: Value): Value => o.add(o.mul(x, x), 0.5);
const flat = (x: Value): Value => o.reshape(x, [batch, 20]);
const builds: Readonly<Record<string, Build>> = {
  "add, of broadcast inputs": (a, b, c) => o.add(o.add(a, b), c),
  sub: (a, b) => o.sub(a, b),
  "mul by a number": (a) => o.mul(a, 1.5),
  div: (a, b) => o.div(a, positive(b)),
  pow: (a, b) => o.pow(positive(a), b),
  maximum: (a, b) => o.maximum(a, b),
  minimum: (a, _b, c) => o.minimum(a, c),
  neg: (a) => o.neg(a),
  sqrt: (a) => o.sqrt(positive(a)),
  exp: (a) => o.exp(a),
  log: (a) => o.log(positive(a)),
  cos: (a) => o.cos(a),
  sin: (a) => o.sin(a),
  abs: (a) => o.abs(a),
  sign: (a) => o.sign(a),
  relu: (a) => o.relu(a),
  sigmoid: (a) => o.sigmoid(o.mul(a, 20)),
  tanh: (a) => o.tanh(a),
  erf: (a) => o.erf(o.mul(a, 3)),
  softplus: (a) => o.softplus(o.mul(a, 20)),
  elu: (a) => o.elu(a, 0.7),
  "leaky relu": (a) => o.leakyRelu(a, 0.3),
  "hard sigmoid": (a) => o.hardSigmoid(a, 0.4, 0.5),
  softmax: (a) => o.softmax(o.mul(a, 40)),
  "log softmax": (a) => o.logSoftmax(o.mul(a, 40)),
  "comparisons and where": (a, b) => o.where(o.greater(a, b), a, o.mul(b, 2)),
  "cast of a comparison": (a, b) => o.cast(o.greaterOrEqual(a, b), "float32"),
  less: (a, b) => o.cast(o.less(a, b), "float32"),
  "equal, of largest": (a) => o.cast(o.equal(o.argMax(a, 2), o.argMax(o.neg(a), 2)), "float32"),
  "largest along another axis": (a) => o.argMax(a, 1),
  "sum of all": (a) => o.reduceSum(a),
  "sum over axes, kept": (a) => o.reduceSum(a, { axes: [0, 2], keepDims: true }),
  "mean over an axis": (a) => o.reduceMean(a, { axes: [1] }),
  reshape: (a) => o.reshape(a, [batch, 2, 10]),
  transpose: (a) => o.transpose(a, [2, 0, 1]),
  concat: (a) => o.concat([a, o.neg(a)], 1),
  slice: (a) => o.slice(a, 2, 1, 4),
  pad: (a) => o.pad(a, [0, 1, 2], [0, 0, 1]),
  gather: (a) => o.gather(a, Int32Array.of(3, 0, 3), [3], 1),
  "one-hot": (a) => o.oneHot(o.argMax(a, 2), 5, "float32"),
  "matrices times a matrix": (a, _b, c) => o.matMul(o.transpose(a, [0, 2, 1]), c),
  "matrix products": (a) => o.matMul(flat(a), o.transpose(flat(o.mul(a, 2)), [1, 0])),
};

describe("the interpreter gives what ONNX Runtime gives for", () => {
  it.each(Object.entries(builds))("%s", async (_, build) => {
    const { found, expected } = await bothWays(build);
    expect(found.dtype).toBe(expected.dtype);
    expect(found.shape).toEqual(expected.shape);
    for (const [i, value] of Array.from(expected.data, Number).entries()) {
      expect(Math.abs(Number(found.data[i]) - value)).toBeLessThan(2e-6 * Math.max(1, Math.abs(value)));
    }
  });

  it("NaN", async () => {
    const { found, expected } = await bothWays((a) => o.relu(o.log(o.sub(a, 100))));
    expect(found.data.every((value) => Number.isNaN(value))).toBe(true);
    expect(expected.data.every((value) => Number.isNaN(value))).toBe(true);
  });
});

it("an operator that the interpreter does not have is refused by its name", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [batch, 5, 5, 1]);
  // As long as the name that it takes the place of.
  const bytes = encode({ y: o.tanh(x) });
  const at = new TextDecoder("latin1").decode(bytes).lastIndexOf("Tanh");
  bytes.set(new TextEncoder().encode("Atan"), at);
  expect(() => new InterpretedGraph(bytes)).toThrow(/Atan.*runs only where ONNX Runtime does/);
});
