import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encode } from "../../src/graph/encode.js";
import { Graph } from "../../src/graph/graph.js";
import { add, cast, matMul, mul, reduceSum } from "../../src/graph/ops.js";
import { batch } from "../../src/graph/shape.js";
import { nodeRuntime, type Runtime, type Session, type Tensor, tensor } from "../../src/index.js";

/** y = x W + b over any number of rows, and the sum of all y. */
function affine(): Uint8Array {
  const graph = new Graph();
  const x = graph.input("x", "float32", [batch, 2]);
  const weights = graph.input("weights", "float32", [2, 3]);
  const bias = graph.input("bias", "float32", [3]);
  const y = add(matMul(x, weights), bias);
  return encode({ y, sum: reduceSum(y) }, { name: "affine" });
}

const weights = tensor("float32", [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6));
const bias = tensor("float32", [3], Float32Array.of(0.5, 0, -0.5));
const rows = (...values: number[]) => tensor("float32", [values.length / 2, 2], Float32Array.from(values));
const numbers = (x: Tensor | undefined) => Array.from(x?.data ?? [], Number);

describe.each([
  { binding: "native" },
  { binding: "native", background: true },
  { binding: "addon" },
] as const)("ONNX Runtime through its binding: %o", ({ binding, ...others }) => {
  let runtime: Runtime;
  let session: Session;
  beforeAll(async () => {
    runtime = await nodeRuntime({ binding, threads: 2, ...others });
    session = await runtime.load(affine());
  });
  afterAll(() => session.release());

  it("says which version runs on how many threads", () => {
    expect(runtime.name).toMatch(/\d+\.\d+\.\d+ cpu, 2 threads$/);
  });

  it("returns outputs with their shapes", async () => {
    const { y, sum } = await session.run({ x: rows(1, 0, 0, 1), weights, bias });
    expect(y?.shape).toEqual([2, 3]);
    expect(y?.dtype).toBe("float32");
    expect(numbers(y)).toEqual([1.5, 2, 2.5, 4.5, 5, 5.5]);
    expect(sum?.shape).toEqual([]);
    expect(numbers(sum)).toEqual([21]);
  });

  it("takes other numbers of rows without being compiled again", async () => {
    expect((await session.run({ x: rows(1, 1), weights, bias })).y?.shape).toEqual([1, 3]);
    expect((await session.run({ x: rows(1, 1, 1, 1, 1, 1), weights, bias })).y?.shape).toEqual([3, 3]);
    expect((await session.run({ x: rows(), weights, bias })).y?.shape).toEqual([0, 3]);
  });

  it("sees what was written to a tensor's memory between two runs", async () => {
    const x = rows(1, 0);
    await session.run({ x, weights, bias });
    x.data.set([0, 2]);
    expect(numbers((await session.run({ x, weights, bias })).y)).toEqual([8.5, 10, 11.5]);
  });

  it("writes outputs where they are wanted, and returns the others", async () => {
    const y = tensor("float32", [1, 3], new Float32Array(3));
    const others = await session.run({ x: rows(1, 1), weights, bias }, { y });
    expect(numbers(y)).toEqual([5.5, 7, 8.5]);
    expect(Object.keys(others)).toEqual(["sum"]);
    // What one run returned stays as it is when the next one writes elsewhere.
    const { y: own } = await session.run({ x: rows(0, 0), weights, bias });
    await session.run({ x: rows(2, 2), weights, bias }, { y });
    expect(numbers(own)).toEqual([0.5, 0, -0.5]);
    expect(numbers(y)).toEqual([10.5, 14, 17.5]);
  });

  it("keeps runs that are asked for at the same time apart", async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) => session.run({ x: rows(i, 0), weights, bias })),
    );
    expect(results.map(({ y }) => numbers(y)[0])).toEqual(results.map((_, i) => i + 0.5));
  });

  it("names an input that was not fed, and continues working", async () => {
    await expect(session.run({ x: rows(1, 0), weights })).rejects.toThrow(/bias/);
    expect(numbers((await session.run({ x: rows(1, 0), weights, bias })).sum)).toEqual([6]);
  });

  it("reports what ONNX Runtime refuses: shapes that do not fit", async () => {
    const wide = tensor("float32", [1, 3], new Float32Array(3));
    await expect(session.run({ x: wide, weights, bias })).rejects.toThrow(/x/);
    expect(numbers((await session.run({ x: rows(1, 0), weights, bias })).sum)).toEqual([6]);
  });

  it("reports a file that is no graph", async () => {
    await expect(runtime.load(new Uint8Array([1, 2, 3]))).rejects.toThrow();
  });

  it("carries every element type in and out", async () => {
    const graph = new Graph();
    const pixels = graph.input("pixels", "uint8", [batch]);
    const wide = graph.input("wide", "int64", [batch]);
    const doubled = mul(cast(pixels, "int32"), 2);
    const twin = await runtime.load(encode({ doubled, same: add(wide, wide) }, { name: "types" }));
    const { doubled: d, same } = await twin.run({
      pixels: tensor("uint8", [2], Uint8Array.of(3, 255)),
      wide: tensor("int64", [2], BigInt64Array.of(2n ** 40n, -1n)),
    });
    expect(d?.data).toEqual(Int32Array.of(6, 510));
    expect(same?.data).toEqual(BigInt64Array.of(2n ** 41n, -2n));
    await twin.release();
  });

  it("can be released twice, and then says that it was", async () => {
    const twin = await runtime.load(affine());
    await twin.release();
    if (binding === "native") await twin.release();
    await expect(twin.run({ x: rows(1, 0), weights, bias })).rejects.toThrow();
  });
});

describe("A runtime in the background", () => {
  it("leaves JavaScript's thread free while a graph runs", async () => {
    const graph = new Graph();
    const a = graph.input("a", "float32", [1024, 1024]);
    const chain = Array.from({ length: 12 }).reduce<typeof a>((value) => matMul(value, a), a);
    const session = await (await nodeRuntime({ background: true, threads: 1 })).load(
      encode({ sum: reduceSum(chain) }, { name: "long" }),
    );
    const matrix = tensor("float32", [1024, 1024], new Float32Array(1024 * 1024).fill(1e-3));
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await session.run({ a: matrix });
    clearInterval(timer);
    await session.release();
    expect(turns).toBeGreaterThan(5);
  });

  it("is refused by a binding that has none", async () => {
    await expect(nodeRuntime({ background: true, binding: "addon" })).rejects.toThrow(/background/);
  });
});

describe("nodeRuntime", () => {
  it("takes the native binding where there is a choice", async () => {
    expect((await nodeRuntime()).name).toMatch(/^ONNX Runtime /);
  });

  it.each([0, 1.5, 257, Number.NaN])("refuses %s threads", async (threads) => {
    await expect(nodeRuntime({ threads })).rejects.toThrow(/threads/);
  });
});
