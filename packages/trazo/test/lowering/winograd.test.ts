import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Graph } from "../../src/graph/graph.js";
import * as o from "../../src/graph/ops.js";
import { batch } from "../../src/graph/shape.js";
import type { Value } from "../../src/graph/value.js";
import { lower } from "../../src/lowering/lower.js";
import { lowerings } from "../../src/lowering/registry.js";
import { nodeRuntime } from "../../src/node/runtime/node.js";
import { compute, type Network, relativeError } from "./compare.js";

const runtime = await nodeRuntime({ threads: 1 });

interface Net {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  readonly padding: o.Padding;
  /** What becomes of the convolution's output. */
  readonly followedBy: keyof typeof continuations;
}

const whole = { strides: [1, 1], dilation: [1, 1] } as const;
const pool = { poolSize: [2, 2], strides: [2, 2] } as const;
const normalized = (y: Value, axes: readonly number[], keepDims: boolean): Value => {
  const centered = o.sub(y, o.reduceMean(y, { axes, keepDims }));
  return o.div(centered, o.sqrt(o.add(o.reduceMean(o.square(centered), { axes, keepDims }), 1e-3)));
};

/** Every one needs the image in another way: in any order of its pixels, in the plain one, or pooled. */
const continuations = {
  nothing: (y: Value) => y,
  "batch normalization": (y: Value) => normalized(y, [0, 1, 2], false),
  "batch normalization that keeps its axes": (y: Value) => normalized(y, [0, 1, 2], true),
  "a mean over each image": (y: Value) => o.reduceMean(y, { axes: [1, 2] }),
  "a mean over the channels": (y: Value) => normalized(y, [3], true),
  "average pooling": (y: Value) => o.averagePool2d(y, { ...pool, padding: "valid" }),
  "average pooling of overlapping windows": (y: Value) =>
    o.averagePool2d(y, { poolSize: [3, 2], strides: [2, 1], padding: "same" }),
  "max pooling": (y: Value) => o.maxPool2d(y, { ...pool, padding: "same" }),
  "its mirror image": (y: Value) => o.add(y, o.relu(o.neg(y))),
} as const;

const nets: fc.Arbitrary<Net> = fc.record({
  height: fc.integer({ min: 5, max: 15 }),
  width: fc.integer({ min: 5, max: 15 }),
  channels: fc.integer({ min: 40, max: 64 }),
  filters: fc.integer({ min: 60, max: 80 }),
  padding: fc.constantFrom("valid", "same"),
  followedBy: fc.constantFrom(...(Object.keys(continuations) as (keyof typeof continuations)[])),
});

function network({ height, width, channels, filters, padding, followedBy }: Net): Network {
  const graph = new Graph();
  const x = graph.input("x", "float32", [batch, height, width, channels]);
  const kernel = graph.input("kernel", "float32", [3, 3, channels, filters]);
  const bias = graph.input("bias", "float32", [filters]);
  const y = o.add(o.conv2d(x, kernel, { ...whole, padding }), bias);
  return { graph, output: continuations[followedBy](o.relu(y)), inputs: [x, kernel, bias] };
}

const operators = ({ graph, output }: Network): string[] => {
  const { graph: target, lowered } = lower(graph, lowerings.tiledGemm);
  lowered(output);
  return target.nodes.map(({ op }) => op);
};

describe("Winograd's convolution", () => {
  it("gives the outputs and gradients of the plain one", async () => {
    let used = 0;
    await fc.assert(
      fc.asyncProperty(nets, fc.integer({ min: 1, max: 3 }), async (net, rows) => {
        const candidate = network(net);
        if (operators(candidate).includes("Gather")) return;
        used++;
        const wanted = await compute(runtime, candidate, lowerings.direct, rows);
        const got = await compute(runtime, candidate, lowerings.tiledGemm, rows);
        expect(Object.keys(wanted)).toHaveLength(4);
        for (const [name, { shape, data }] of Object.entries(wanted)) {
          expect(got[name]?.shape, name).toEqual(shape);
          expect(relativeError(got[name]?.data ?? [], data), name).toBeLessThan(1e-5);
        }
      }),
      { numRuns: 60, seed: 7 },
    );
    expect(used).toBeGreaterThan(40);
  });

  const usual: Net = {
    height: 11,
    width: 11,
    channels: 64,
    filters: 64,
    padding: "valid",
    followedBy: "nothing",
  };

  it("gathers no patches, and takes a quarter of the products for an image of whole tiles", () => {
    const { graph, output } = network({ ...usual, height: 14, width: 14 });
    const { graph: target, lowered } = lower(graph, lowerings.tiledGemm);
    lowered(output);
    expect(target.nodes.map(({ op }) => op)).not.toContain("Gather");
    const largest = target.nodes.find(({ op, inputs }) => op === "MatMul" && inputs[1]?.shape.length === 5);
    // 3 x 3 tiles of 4 x 4 outputs: 36 places of a tile, each with a product of all channels.
    expect(largest?.inputs[0]?.shape).toEqual([6, 3, 6, { symbol: "batch", factor: 3 }, 64]);
    expect(largest?.inputs[1]?.shape).toEqual([6, 1, 6, 64, 64]);
  });

  it("keeps its order of pixels through batch normalization and a second convolution", () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [batch, 12, 12, 64]);
    const kernels = ["k1", "k2"].map((name) => graph.input(name, "float32", [3, 3, 64, 64]));
    const options = { ...whole, padding: "valid" } as const;
    const first = normalized(o.relu(o.conv2d(x, kernels[0] as Value, options)), [0, 1, 2], false);
    const output = o.conv2d(
      o.averagePool2d(first, { ...pool, padding: "valid" }),
      kernels[1] as Value,
      options,
    );
    // Once in and once out again.
    expect(operators({ graph, output, inputs: [] }).filter((op) => op === "Transpose")).toHaveLength(2);
  });

  it.each([
    ["strides", { strides: [2, 2] }],
    ["dilation", { dilation: [2, 2] }],
  ] as const)("leaves %s to the others", (_, options) => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [batch, 11, 11, 64]);
    const kernel = graph.input("kernel", "float32", [3, 3, 64, 64]);
    const output = o.conv2d(x, kernel, { ...whole, ...options, padding: "valid" });
    expect(operators({ graph, output, inputs: [] })).toContain("Gather");
  });

  it.each([
    ["few channels", { channels: 3 }],
    ["few filters", { filters: 6 }],
    ["images so large that the constant matrices cost more than patches", { height: 300, width: 300 }],
  ])("leaves %s to the others", (_, sizes) => {
    expect(operators(network({ ...usual, ...sizes }))).toContain("Gather");
  });
});
