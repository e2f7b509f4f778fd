import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differentiate } from "../../src/graph/differentiate.js";
import { encode } from "../../src/graph/encode.js";
import { Graph } from "../../src/graph/graph.js";
import * as o from "../../src/graph/ops.js";
import { batch } from "../../src/graph/shape.js";
import type { Value } from "../../src/graph/value.js";
import { type Lowering, lower } from "../../src/lowering/lower.js";
import { lowerings } from "../../src/lowering/registry.js";
import { nodeRuntime } from "../../src/runtime/node.js";
import { sizeOf, type Tensor, tensor } from "../../src/tensor.js";
import { noise } from "../optimizers/flat.js";

const runtime = await nodeRuntime({ threads: 1 });

interface Net {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: o.Padding;
  readonly relu: boolean;
  readonly pool: "average" | "max" | "none";
  readonly poolSize: readonly [number, number];
  readonly poolStrides: readonly [number, number];
  readonly poolPadding: o.Padding;
  /** A second convolution behind the first, with a kernel of 3 and "same" padding or none. */
  readonly second: o.Padding | "none";
}

const pair = (most: number) => fc.tuple(fc.integer({ min: 1, max: most }), fc.integer({ min: 1, max: most }));
const padding = fc.constantFrom<o.Padding>("valid", "same");
const nets = fc.record({
  height: fc.integer({ min: 9, max: 14 }),
  width: fc.integer({ min: 9, max: 14 }),
  channels: fc.integer({ min: 1, max: 3 }),
  filters: fc.integer({ min: 1, max: 5 }),
  kernel: pair(4),
  // TensorFlow allows strides or dilation, not both.
  strides: pair(2),
  dilation: fc.constantFrom([1, 1] as const, [2, 1] as const),
  padding,
  relu: fc.boolean(),
  pool: fc.constantFrom("average" as const, "max" as const, "none" as const),
  poolSize: pair(3),
  poolStrides: pair(3),
  poolPadding: padding,
  second: fc.constantFrom("valid" as const, "same" as const, "none" as const),
});

/** Outputs and gradients of a small network under one lowering, from the same numbers. */
async function compute(net: Net, lowering: Lowering, rows: number): Promise<Record<string, Tensor>> {
  const { channels, filters } = net;
  const dilation = Math.max(...net.strides) > 1 ? ([1, 1] as const) : net.dilation;
  const graph = new Graph();
  const x = graph.input("x", "float32", [batch, net.height, net.width, channels]);
  const k1 = graph.input("k1", "float32", [...net.kernel, channels, filters]);
  const b1 = graph.input("b1", "float32", [filters]);
  const k2 = graph.input("k2", "float32", [3, 3, filters, 2]);
  let y = o.add(o.conv2d(x, k1, { strides: net.strides, padding: net.padding, dilation }), b1);
  if (net.relu) y = o.relu(y);
  const pooling = { poolSize: net.poolSize, strides: net.poolStrides, padding: net.poolPadding };
  if (net.pool === "average") y = o.averagePool2d(y, pooling);
  if (net.pool === "max") y = o.maxPool2d(y, pooling);
  const [, h, w] = y.shape as readonly number[];
  const fits = net.second === "same" || ((h as number) >= 3 && (w as number) >= 3);
  const used = [x, k1, b1];
  if (net.second !== "none" && fits) {
    y = o.conv2d(y, k2, { strides: [1, 1], padding: net.second, dilation: [1, 1] });
    used.push(k2);
  }
  const weights = graph.input("weights", "float32", y.shape);
  const { lowered } = lower(graph, lowering);
  const loss = o.reduceSum(o.mul(lowered(y), lowered(weights)));
  const gradients = differentiate(loss, used.map(lowered));
  const outputs: Record<string, Value> = { y: lowered(y) };
  for (const [i, gradient] of gradients.entries()) outputs[`gradient of ${used[i]?.name}`] = gradient;
  const random = noise(9);
  const feeds = Object.fromEntries(
    [...used, weights].map(({ name, shape }) => {
      const size = shape.map((dim) => (typeof dim === "number" ? dim : dim.factor * rows));
      return [name, tensor("float32", size, Float32Array.from({ length: sizeOf(size) }, random))];
    }),
  );
  const session = await runtime.load(encode(outputs));
  const results = await session.run(feeds);
  await session.release();
  return results;
}

/** Size of the difference relative to the size of what is wanted. */
function relativeError(got: Tensor, wanted: Tensor): number {
  let [error, size] = [0, 0];
  for (let i = 0; i < wanted.data.length; i++) {
    error += (Number(got.data[i]) - Number(wanted.data[i])) ** 2;
    size += Number(wanted.data[i]) ** 2;
  }
  return Math.sqrt(error / Math.max(size, 1e-12));
}

describe("lowerings", () => {
  it("give the same outputs and gradients, whatever the network", async () => {
    await fc.assert(
      fc.asyncProperty(nets, fc.integer({ min: 1, max: 3 }), async (net, rows) => {
        const wanted = await compute(net, lowerings.direct, rows);
        const got = await compute(net, lowerings.tiledGemm, rows);
        for (const [name, tensor] of Object.entries(wanted)) {
          expect(got[name]?.shape, name).toEqual(tensor.shape);
          expect(relativeError(got[name] as Tensor, tensor), name).toBeLessThan(2e-5);
        }
      }),
      { numRuns: 80, seed: 4 },
    );
  });

  it("turns the practice's convolutions and poolings into matrix products", () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [batch, 28, 28, 1]);
    const kernel = graph.input("k", "float32", [5, 5, 1, 6]);
    const y = o.averagePool2d(
      o.relu(o.conv2d(x, kernel, { strides: [1, 1], padding: "valid", dilation: [1, 1] })),
      {
        poolSize: [2, 2],
        strides: [2, 2],
        padding: "valid",
      },
    );
    const opsWith = (lowering: Lowering): string[] => {
      const { graph: target, lowered } = lower(graph, lowering);
      lowered(y);
      return target.nodes.map(({ op }) => op);
    };
    expect(opsWith(lowerings.tiledGemm).filter((op) => op === "Gemm")).toHaveLength(2);
    expect(opsWith(lowerings.tiledGemm)).not.toContain("Conv");
    expect(opsWith(lowerings.direct)).toEqual(expect.arrayContaining(["Conv", "AveragePool"]));
  });
});
