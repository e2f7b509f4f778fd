import { describe, expect, it } from "vitest";
import { encode } from "../../src/graph/encode.js";
import { Graph } from "../../src/graph/graph.js";
import { nodeRuntime } from "../../src/node/runtime/node.js";
import { applyUpdates } from "../../src/optimizers/apply.js";
import { clipGradients, clipSpans } from "../../src/optimizers/clipping.js";
import type { Clipping } from "../../src/optimizers/optimizer.js";
import { optimizerFrom, optimizerRegistry } from "../../src/optimizers/registry.js";
import { sgd } from "../../src/optimizers/sgd.js";
import { type Tensor, tensor } from "../../src/tensor.js";
import { cases } from "./cases.js";
import { kernelsFor, noise, placeVariable } from "./flat.js";
import { scalarFeeds, updateGraph } from "./formula-graph.js";

const length = 21;

const values = (tensors: Record<string, Tensor>, name: string): number[] => [
  ...((tensors[name] as Tensor<"float32">).data as Float32Array),
];

function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  expect(found.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    expect(Math.abs((found[i] as number) - (wanted[i] as number))).toBeLessThanOrEqual(tolerance);
  }
}

/** All that can be asked for by name, so that a new optimizer is tested from its first day, and variants with other options. */
const all = [
  ...cases,
  ...optimizerRegistry.classNames.map((name) => ({ name: `"${name}"`, make: () => optimizerFrom(name) })),
];

describe.each(all)("the formula of $name", ({ make }) => {
  it("gives in a graph what the kernel gives in memory, over 5 steps", async () => {
    const runtime = await nodeRuntime({ threads: 1 });
    const optimizer = make();
    const session = await runtime.load(updateGraph(optimizer, length));
    const kernels = await kernelsFor(5, length);
    const random = noise(3);
    const variable = placeVariable(kernels, optimizer, Float32Array.from({ length }, random));
    let state: Record<string, Tensor> = Object.fromEntries([
      ["p", tensor("float32", [length], variable.p.slice())],
      ...optimizer.slots.map((name) => [name, tensor("float32", [length], new Float32Array(length))]),
    ]);
    for (let step = 0; step < 5; step++) {
      const g = Float32Array.from({ length }, () => random() * 0.1);
      variable.g.set(g);
      const next = await session.run({
        ...state,
        g: tensor("float32", [length], g),
        ...scalarFeeds(optimizer),
      });
      applyUpdates(optimizer, kernels, [variable.span]);
      state = Object.fromEntries(Object.keys(state).map((name) => [name, next[`next/${name}`] as Tensor]));
    }
    expectClose(values(state, "p"), variable.p, 5e-7);
    for (const [i, name] of optimizer.slots.entries()) {
      expectClose(values(state, name), variable.slots[i] as Float32Array, 5e-7);
    }
    await session.release();
  });
});

describe("clipping in a graph", () => {
  const sizes = [4, 3];

  it.each<{ title: string; clipping: Clipping; scale: number }>([
    { title: "clipnorm", clipping: { clipnorm: 0.5 }, scale: 1 },
    { title: "clipnorm, nothing to clip", clipping: { clipnorm: 50 }, scale: 1 },
    { title: "globalClipnorm", clipping: { globalClipnorm: 0.5 }, scale: 1 },
    { title: "globalClipnorm, nothing to clip", clipping: { globalClipnorm: 50 }, scale: 1 },
    { title: "globalClipnorm of zeros", clipping: { globalClipnorm: 1 }, scale: 0 },
    {
      title: "globalClipnorm of infinities",
      clipping: { globalClipnorm: 1 },
      scale: Number.POSITIVE_INFINITY,
    },
    { title: "clipvalue", clipping: { clipvalue: 0.25 }, scale: 1 },
    { title: "none", clipping: {}, scale: 1 },
  ])("does what the kernels do: $title", async ({ clipping, scale }) => {
    const random = noise(11);
    const gradients = sizes.map((size) => Float32Array.from({ length: size }, () => random() * scale));
    const graph = new Graph();
    const inputs = sizes.map((size, i) => graph.input(`g${i}`, "float32", [size]));
    const clipped = clipGradients(clipping, inputs);
    const session = await (await nodeRuntime({ threads: 1 })).load(
      encode(Object.fromEntries(clipped.map((value, i) => [`clipped${i}`, value]))),
    );
    const feeds = gradients.map((g, i) => [`g${i}`, tensor("float32", [g.length], g)]);
    const found = await session.run(Object.fromEntries(feeds));
    await session.release();

    const optimizer = sgd();
    const kernels = await kernelsFor(4, 4);
    const variables = gradients.map((g) => placeVariable(kernels, optimizer, g));
    for (const [i, { g }] of variables.entries()) g.set(gradients[i] as Float32Array);
    clipSpans(
      clipping,
      kernels,
      variables.map(({ span }) => span),
    );
    for (const [i, { g }] of variables.entries()) {
      const inGraph = values(found, `clipped${i}`);
      expect(inGraph.map(Number.isNaN)).toEqual([...g].map(Number.isNaN));
      if (!g.some(Number.isNaN)) expectClose(inGraph, g, 1e-7);
    }
  });
});
