import { describe, expect, it } from "vitest";
import { Graph } from "../../src/graph/graph.js";
import * as ops from "../../src/graph/ops.js";
import { flush, flushedSquare } from "../../src/graph/subnormals.js";
import type { Value } from "../../src/graph/value.js";
import { compileStream, createKernels } from "../../src/kernels/kernels.js";

const interesting = [
  0,
  -0,
  1,
  -1,
  1.5,
  -2.25,
  1e-30,
  -1e30,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];
const pairs = [...interesting, Number.NaN].flatMap((a) =>
  [...interesting, Number.NaN].map((b) => [a, b] as const),
);

/** Computes `compute(a, b)` for every pair, in place of a. */
async function run(compute: (a: Value, b: Value) => Value): Promise<number[]> {
  const { length } = pairs;
  const graph = new Graph();
  const [a, b] = [graph.input("a", "float32", []), graph.input("b", "float32", [])];
  const kernels = await createKernels(2 * 1024);
  const kernel = kernels.bind(
    compileStream({ arrays: [a, b], scalars: [], stores: new Map([[a, compute(a, b)]]) }),
  );
  const offsets = [kernels.allocate(4 * length), kernels.allocate(4 * length)] as const;
  kernels.float32(offsets[0], length).set(pairs.map(([first]) => first));
  kernels.float32(offsets[1], length).set(pairs.map(([, second]) => second));
  kernel(offsets, length, []);
  return [...kernels.float32(offsets[0], length)];
}

const sameOrNaN = (a: number): number => (Number.isNaN(a) ? Number.NaN : a + 0);

describe("an operator as instructions on vectors", () => {
  it.each<[string, (a: Value, b: Value) => Value, (a: number, b: number) => number]>([
    ["add", ops.add, (a, b) => a + b],
    ["sub", ops.sub, (a, b) => a - b],
    ["mul", ops.mul, (a, b) => a * b],
    ["div", ops.div, (a, b) => a / b],
    ["sqrt", ops.sqrt, Math.sqrt],
    ["abs", ops.abs, Math.abs],
    ["neg", ops.neg, (a) => -a],
    ["sign", ops.sign, Math.sign],
    ["maximum", ops.maximum, Math.max],
    ["minimum", ops.minimum, Math.min],
    ["maximum of a number", (a) => ops.maximum(0.5, a), (a) => Math.max(0.5, a)],
    ["clip", (a) => ops.clip(a, -1.25, 0.5), (a) => Math.min(Math.max(a, -1.25), 0.5)],
    ["less", (a, b) => ops.where(ops.less(a, b), a, ops.add(b, 1)), (a, b) => (a < b ? a : b + 1)],
    [
      "less, of a magnitude",
      (a) => ops.where(ops.less(ops.abs(a), 1.25), ops.add(a, 3), a),
      (a) => (Math.abs(a) < 1.25 ? a + 3 : a),
    ],
    [
      "less, of a magnitude and infinity",
      (a) => ops.where(ops.less(ops.abs(a), Number.POSITIVE_INFINITY), ops.add(a, 3), a),
      (a) => (Math.abs(a) < Number.POSITIVE_INFINITY ? a + 3 : a),
    ],
    [
      "less, of a magnitude and a negative number",
      (a) => ops.where(ops.less(ops.abs(a), -1), ops.add(a, 3), a),
      (a) => a,
    ],
    ["greater", (a, b) => ops.where(ops.greater(a, b), a, ops.mul(a, 0)), (a, b) => (a > b ? a : a * 0)],
    ["equal", (a, b) => ops.where(ops.equal(a, b), ops.mul(b, 2), a), (a, b) => (a === b ? b * 2 : a)],
    [
      "where, 0 if so",
      (a, b) => ops.where(ops.less(a, b), a.graph.scalar("float32", 0), a),
      (a, b) => (a < b ? 0 : a),
    ],
    [
      "where, 0 if not",
      (a, b) => ops.where(ops.greaterOrEqual(a, b), b, a.graph.scalar("float32", 0)),
      (a, b) => (a >= b ? b : 0),
    ],
    ["where as a maximum", (a, b) => ops.where(ops.less(a, b), b, a), (a, b) => (a < b ? b : a)],
    [
      "the square of what was flushed",
      (a) => flushedSquare(flush(a)),
      (a) => (Math.abs(a) < 2 ** -50 ? 0 : a * a),
    ],
    [
      "the square of what looks as if it was",
      (a, b) => flushedSquare(ops.where(ops.less(ops.abs(a), 2 ** -116), a.graph.scalar("float32", 0), b)),
      (a, b) => (Math.abs(a) < 2 ** -116 || Math.abs(b) < 2 ** -50 ? 0 : b * b),
    ],
    ["a number alone", (a) => a.graph.scalar("float32", 2.5), () => 2.5],
  ])("%s", async (_, compute, wanted) => {
    const expected = pairs.map(([a, b]) => Math.fround(wanted(Math.fround(a), Math.fround(b))));
    expect((await run(compute)).map(sameOrNaN)).toEqual(expected.map(sameOrNaN));
  });
});

describe("a stream", () => {
  const input = (graph: Graph, name: string): Value => graph.input(name, "float32", []);

  it.each([1, 4, 7])("may exchange arrays, of %d values", async (length) => {
    const graph = new Graph();
    const [a, b, c] = [input(graph, "a"), input(graph, "b"), input(graph, "c")];
    const stores = new Map([
      [a, ops.mul(c, 2)],
      [b, a],
      [c, b],
    ]);
    const kernels = await createKernels(3 * 64);
    const offsets = [1, 2, 3].map((value) => {
      const offset = kernels.allocate(64);
      kernels.float32(offset, 16).fill(value);
      return offset;
    });
    kernels.bind(compileStream({ arrays: [a, b, c], scalars: [], stores }))(offsets, length, []);
    for (const [i, value] of [6, 1, 2].entries()) {
      const found = [...kernels.float32(offsets[i] as number, 16)];
      expect(found).toEqual(found.map((_, k) => (k < length ? value : i + 1)));
    }
  });

  it.each([1, 3, 4, 5, 8, 11, 16, 127, 128, 131, 132, 260])(
    "with roots and quotients gives each of %d elements its own, and their sum",
    async (length) => {
      const graph = new Graph();
      const [a, b, c] = [input(graph, "a"), input(graph, "b"), input(graph, "c")];
      const root = ops.sqrt(ops.add(a, b));
      const quotient = ops.div(c, root);
      const stores = new Map([
        [a, ops.sub(a, quotient)],
        [b, ops.mul(a, 2)],
        [c, b],
      ]);
      const kernels = await createKernels(4 * 2048);
      const offsets = [1, 2, 3].map((value) => {
        const offset = kernels.allocate(2048);
        kernels.float32(offset, 512).forEach((_, i, all) => {
          all[i] = value + i / 8;
        });
        return offset;
      });
      const kernel = kernels.bind(
        compileStream({ arrays: [a, b, c], scalars: [], stores, sum: ops.add(a, root) }),
      );
      const { fround } = Math;
      const rows = Array.from({ length: 512 }, (_, i) => {
        const [x, y, z] = [1 + i / 8, 2 + i / 8, 3 + i / 8];
        const size = fround(Math.sqrt(fround(x + y)));
        const moved = [fround(x - fround(z / size)), fround(2 * x), y];
        return { values: i < length ? moved : [x, y, z], term: i < length ? fround(x + size) : 0 };
      });
      const total = rows.reduce((sum, { term }) => sum + term, 0);
      expect(Math.abs(kernel(offsets, length, []) - total)).toBeLessThan(1e-6 * total);
      for (const [i, offset] of offsets.entries()) {
        expect([...kernels.float32(offset, 512)]).toEqual(rows.map(({ values }) => values[i]));
      }
    },
  );

  it("adds up over any length", async () => {
    const graph = new Graph();
    const [a, factor] = [input(graph, "a"), input(graph, "factor")];
    const sum = ops.mul(a, factor);
    const kernels = await createKernels(4 * 1024);
    const kernel = kernels.bind(compileStream({ arrays: [a], scalars: [factor], stores: new Map(), sum }));
    const offset = kernels.allocate(4096);
    kernels.float32(offset, 1024).forEach((_, i, all) => {
      all[i] = i;
    });
    for (const length of [0, 1, 3, 4, 127, 128, 129, 515, 1024]) {
      expect(kernel([offset], length, [0.5])).toBe(length === 0 ? 0 : (length * (length - 1)) / 4);
    }
  });

  it("refuses an operator that has no instructions", () => {
    const graph = new Graph();
    const a = input(graph, "a");
    const stream = { arrays: [a], scalars: [], stores: new Map([[a, ops.sub(a, ops.exp(a))]]) };
    expect(() => compileStream(stream)).toThrow(/cannot use the operator Exp/);
  });
});
