import { fromBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { AttributeProto_AttributeType, ModelProtoSchema } from "onnx-buf";
import { describe, expect, it } from "vitest";
import { differentiate } from "../../src/graph/differentiate.js";
import { encode, encodeModel } from "../../src/graph/encode.js";
import { Graph } from "../../src/graph/graph.js";
import * as o from "../../src/graph/ops.js";
import { batch } from "../../src/graph/shape.js";
import type { Attribute, Value } from "../../src/graph/value.js";
import { nodeRuntime } from "../../src/node/runtime/node.js";
import { sizeOf, tensor } from "../../src/tensor.js";

const runtime = await nodeRuntime({ threads: 1 });

describe("encode", () => {
  it("writes only what the outputs need, under unique names, for opset 17", () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [batch, 3]);
    const unused = graph.input("unused", "float32", [3]);
    o.mul(o.exp(x), unused);
    const y = o.relu(o.add(x, 1));
    const model = fromBinary(ModelProtoSchema, encode({ y, again: y, same: x }, { name: "small" }));
    expect(model.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([["", 17n]]);
    expect(model.graph?.name).toBe("small");
    expect(model.graph?.input.map(({ name }) => name)).toEqual(["x"]);
    expect(model.graph?.output.map(({ name }) => name)).toEqual(["y", "again", "same"]);
    expect(model.graph?.node.map(({ opType }) => opType)).toEqual(["Add", "Relu", "Identity", "Identity"]);
    const names = model.graph?.node.flatMap(({ output }) => output) ?? [];
    expect(new Set(names).size).toBe(names.length);
  });

  it("leaves the batch open: any number of rows runs without compiling again", async () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [batch, 2]);
    const session = await runtime.load(encode({ mean: o.reduceMean(x, { axes: [0] }) }));
    for (const rows of [1, 4, 3]) {
      const data = Float32Array.from({ length: rows * 2 }, (_, i) => i);
      const { mean } = await session.run({ x: tensor("float32", [rows, 2], data) });
      expect([...(mean?.data ?? [])]).toEqual([rows - 1, rows]);
    }
    await session.release();
  });
});

it.each([
  [[0, 1, 2], false, [3]],
  [[0, 1, 2], true, [1, 1, 1, 3]],
  [[0, 1], false, [8, 3]],
  [[0, 1, 2, 3], false, []],
] as const)(
  "sums and means of many rows, over the axes %j (kept: %s), are of all of them",
  async (axes, keepDims, shape) => {
    const graph = new Graph();
    const x = graph.input("x", "float64", [batch, 70, 8, 3]);
    const options = { axes, keepDims };
    const session = await runtime.load(
      encode({ sum: o.reduceSum(x, options), mean: o.reduceMean(x, options) }),
    );
    const data = Float64Array.from({ length: 2 * 70 * 24 }, (_, i) => (i * 37) % 101);
    const { sum, mean } = await session.run({ x: tensor("float64", [2, 70, 8, 3], data) });
    await session.release();
    const kept = sizeOf(shape);
    const wanted = Array.from({ length: kept }, (_, k) =>
      data.reduce((a, b, i) => a + (i % kept === k ? b : 0), 0),
    );
    expect(sum?.shape).toEqual(shape);
    expect([...(sum?.data ?? [])]).toEqual(wanted);
    expect(mean?.shape).toEqual(shape);
    const count = data.length / kept;
    for (const [k, value] of wanted.entries()) expect(mean?.data[k]).toBeCloseTo(value / count, 10);
  },
);

describe("encode gives every value one name", () => {
  const input = (name = "x"): Value => new Graph().input(name, "float32", [2]);

  it("refuses outputs named as an input or as another value, rather than write a file that nobody opens", () => {
    const x = input();
    expect(() => encode({ x: o.relu(x) })).toThrow('gives the name "x" to two values');
    expect(() => encode({ x })).toThrow('gives the name "x" to two values');
    const inner = o.exp(input());
    expect(() => encode({ [inner.name]: o.relu(inner) })).toThrow(
      `gives the name "${inner.name}" to two values`,
    );
    expect(() => encode({})).toThrow("A graph without outputs cannot be encoded.");
  });

  it("steps aside for an input that is named as a value would be", async () => {
    const probe = o.exp(input());
    const session = await runtime.load(encode({ y: o.exp(input(probe.name)) }));
    const { y } = await session.run({ [probe.name]: tensor("float32", [2], Float32Array.of(0, 0)) });
    await session.release();
    expect([...(y?.data ?? [])]).toEqual([1, 1]);
    const graph = new Graph();
    const taken = o.exp(graph.input("x", "float32", [2]));
    expect(() => graph.input(taken.name, "float32", [2])).toThrow(
      `already has a value named "${taken.name}"`,
    );
    expect(() => graph.input("x", "float32", [2])).toThrow('already has a value named "x"');
  });
});

describe("the bytes", () => {
  const small = (): Uint8Array => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [batch, 2, 3]);
    const y = o.elu(o.reshape(x, [{ symbol: "batch", factor: 2 }, 3]), 0.5);
    return encode(
      { y, mean: o.reduceMean(y, { axes: [1], keepDims: true }) },
      { metadata: { made: "by a test" } },
    );
  };

  it("hold types, shapes with the open batch, attributes and metadata as ONNX has them", () => {
    const model = fromBinary(ModelProtoSchema, small());
    expect(model.irVersion).toBe(8n);
    expect(model.metadataProps.map(({ key, value }) => [key, value])).toEqual([["made", "by a test"]]);
    const dims = (name: string): unknown[] => {
      const value = [...(model.graph?.input ?? []), ...(model.graph?.output ?? [])].find(
        (v) => v.name === name,
      );
      const type = value?.type?.value;
      if (type?.case !== "tensorType") throw new Error(`${name} is no tensor`);
      expect(type.value.elemType).toBe(1);
      return type.value.shape?.dim.map((dim) => dim.value.value) ?? [];
    };
    expect(dims("x")).toEqual(["batch", 2n, 3n]);
    expect(dims("y")).toEqual(["2*batch", 3n]);
    expect(dims("mean")).toEqual(["2*batch", 1n]);
    const attributes = (op: string): unknown =>
      Object.fromEntries(
        model.graph?.node
          .find(({ opType }) => opType === op)
          ?.attribute.map(({ name, type, i, f, ints }) => [
            name,
            { type, value: [f, Number(i), ints.map(Number)] },
          ]) ?? [],
      );
    const { FLOAT, INT, INTS } = AttributeProto_AttributeType;
    expect(attributes("Elu")).toEqual({ alpha: { type: FLOAT, value: [0.5, 0, []] } });
    expect(attributes("ReduceMean")).toEqual({
      axes: { type: INTS, value: [0, 0, [1]] },
      keepdims: { type: INT, value: [0, 1, []] },
    });
    expect(attributes("Reshape")).toEqual({});
  });

  it("hold a whole number as a float where ONNX has one, and a dtype's name as text where it is text", () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [1, 1, 2, 2]);
    const [grid] = graph.apply("GridSample", [x, graph.input("grid", "float32", [1, 2, 2, 2])], {
      mode: "bool",
      padding_mode: "zeros",
      align_corners: true,
    });
    const model = encodeModel({ y: o.leakyRelu(x, 1), sampled: grid as Value });
    const typesOf = (op: string): unknown =>
      model.graph?.node.find(({ opType }) => opType === op)?.attribute.map(({ type }) => type);
    const { FLOAT, INT, STRING } = AttributeProto_AttributeType;
    expect(typesOf("LeakyRelu")).toEqual([FLOAT]);
    expect(typesOf("GridSample")).toEqual([STRING, STRING, INT]);
  });

  it.each<[string, Record<string, Attribute>, string]>([
    ["Relu", { gamma: 1 }, 'does not say how ONNX stores the attribute "gamma" of Relu'],
    ["Elu", { alpha: "1" }, 'attribute "alpha" of Elu is stored as float, but its value is 1'],
    ["Concat", { axis: 0.5 }, 'attribute "axis" of Concat is stored as int, but its value is 0.5'],
    [
      "Transpose",
      { perm: [1, 0.5] },
      'attribute "perm" of Transpose is stored as ints, but its value is 1,0.5',
    ],
    ["Cast", { to: "float99" }, 'attribute "to" of Cast is stored as elementType, but its value is float99'],
    ["ScatterElements", { reduction: 1 }, 'attribute "reduction" of ScatterElements is stored as string'],
  ])(
    "are refused for an attribute that does not fit the operator table: %s %o",
    (op, attributes, message) => {
      const graph = new Graph({ [op]: { infer: () => [{ dtype: "float32", shape: [2] }] } });
      const [y] = graph.apply(op, [graph.input("x", "float32", [2])], attributes);
      expect(() => encode({ y: y as Value })).toThrow(message);
    },
  );

  it("are the same each time", () => {
    expect(small()).toEqual(small());
  });
});

/** Random chains of operators: what the shape rules promise is what the runtime returns. */
type Step = (x: Value, pick: (n: number) => number) => Value;
const steps: Readonly<Record<string, Step>> = {
  relu: (x) => o.relu(x),
  square: (x) => o.square(x),
  sumAxis: (x, pick) => (x.shape.length < 2 ? x : o.reduceSum(x, { axes: [1 + pick(x.shape.length - 1)] })),
  meanKept: (x, pick) =>
    x.shape.length < 2 ? x : o.reduceMean(x, { axes: [1 + pick(x.shape.length - 1)], keepDims: true }),
  flatten: (x) => o.reshape(x, [batch, x.shape.slice(1).reduce<number>((a, b) => a * (b as number), 1)]),
  swap: (x) => (x.shape.length < 3 ? x : o.transpose(x, [0, 2, 1, ...x.shape.slice(3).map((_, i) => i + 3)])),
  double: (x, pick) => (x.shape.length < 2 ? x : o.concat([x, x], 1 + pick(x.shape.length - 1))),
  pad: (x, pick) =>
    o.pad(
      x,
      x.shape.map((_, i) => (i === 0 ? 0 : pick(3))),
      x.shape.map((_, i) => (i === 0 ? 0 : pick(2))),
    ),
  slice: (x) =>
    x.shape.length > 1 && (x.shape[1] as number) > 1 ? o.slice(x, 1, 1, x.shape[1] as number) : x,
  channels: (x) => o.add(x, x.graph.constant(tensor("float32", [1], Float32Array.of(2)))),
};

/** Every name is given once, and before it is used; opset 17. */
function requireSingleAssignment(bytes: Uint8Array): void {
  const { graph, opsetImport } = fromBinary(ModelProtoSchema, bytes);
  expect(opsetImport[0]?.version).toBe(17n);
  const known = [...(graph?.input ?? []), ...(graph?.initializer ?? [])].map(({ name }) => name);
  const nodes = graph?.node ?? [];
  expect(new Set(nodes.map(({ name }) => name)).size).toBe(nodes.length);
  for (const { input, output } of nodes) {
    for (const name of input) expect(known).toContain(name);
    known.push(...output);
  }
  for (const { name } of graph?.output ?? []) expect(known).toContain(name);
  expect(new Set(known).size).toBe(known.length);
}

describe("shape rules", () => {
  it("promise what the runtime returns", async () => {
    const chain = fc.array(fc.constantFrom(...Object.keys(steps)), { maxLength: 6 });
    const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(
        sizes,
        chain,
        fc.infiniteStream(fc.nat(1000)),
        fc.integer({ min: 1, max: 3 }),
        async (size, names, numbers, rows) => {
          const graph = new Graph();
          const pick = (n: number): number => (numbers.next().value as number) % n;
          const x = graph.input("x", "float32", [batch, ...size]);
          let y = x;
          for (const name of names) y = (steps[name] as Step)(y, pick);
          const [gradient] = differentiate(o.reduceSum(y), [x]);
          const bytes = encode({ y, gradient: gradient as Value });
          requireSingleAssignment(bytes);
          const session = await runtime.load(bytes);
          const fed = tensor("float32", [rows, ...size], new Float32Array(sizeOf([rows, ...size])));
          const { y: result, gradient: slope } = await session.run({ x: fed });
          await session.release();
          expect(slope?.shape).toEqual([rows, ...size]);
          expect(result?.shape).toEqual(
            y.shape.map((dim) => (typeof dim === "number" ? dim : dim.factor * rows)),
          );
        },
      ),
      { numRuns: 60, seed: 11 },
    );
  });

  it("refuse what does not fit, naming operator and shapes", () => {
    const graph = new Graph();
    const a = graph.input("a", "float32", [2, 3]);
    const b = graph.input("b", "float32", [4, 5]);
    expect(() => o.add(a, b)).toThrow("Add: shapes [2, 3] and [4, 5] do not broadcast.");
    expect(() => o.gemm(a, b)).toThrow("Gemm: the inner dimensions of [2, 3] and [4, 5] differ.");
    expect(() => o.concat([a, b], 0)).toThrow("Concat on axis 0: [2, 3] and [4, 5] do not fit.");
    expect(() => o.reshape(a, [4])).toThrow("Cannot reshape [2, 3] to [4]: the sizes differ.");
    expect(() => o.reduceSum(a, { axes: [2] })).toThrow("Axis 2 is outside a tensor of rank 2.");
    expect(() => o.conv2d(a, b, { strides: [1, 1], padding: "valid", dilation: [1, 1] })).toThrow(
      "takes images of shape [batch, height, width, channels], but got [2, 3]",
    );
    expect(() => o.add(a, new Graph().input("other", "float32", [2, 3]))).toThrow(
      '"other", which belongs to another graph',
    );
  });
});
