import { describe, expect, it } from "vitest";
import { differentiate } from "../../src/graph/differentiate.js";
import { Graph } from "../../src/graph/graph.js";
import { abs, add, mul, square, sub } from "../../src/graph/ops.js";
import { bounds, guardedEvery } from "../../src/graph/subnormals.js";
import type { Value } from "../../src/graph/value.js";
import { createKernels } from "../../src/kernels/kernels.js";
import { applyUpdates } from "../../src/optimizers/apply.js";
import type { Optimizer } from "../../src/optimizers/optimizer.js";
import { sgd } from "../../src/optimizers/sgd.js";
import { cases } from "./cases.js";
import { kernelsFor, placeVariable } from "./flat.js";
import { runFormula } from "./formula-graph.js";
import { ScalarGraph } from "./subnormal-operations.js";

interface Shrinking {
  readonly title: string;
  readonly l1?: number;
  readonly l2?: number;
  readonly weightDecay?: number;
}

/** Everything that makes a weight small which the data no longer needs. */
const shrinking: readonly Shrinking[] = [
  { title: "no penalty" },
  { title: "l2 1e-2", l2: 1e-2 },
  { title: "l2 1e-8", l2: 1e-8 },
  { title: "l1 1e-3", l1: 1e-3 },
  { title: "l1 and l2", l1: 1e-5, l2: 1e-3 },
  { title: "weight decay and l2", weightDecay: 0.5, l2: 1e-3 },
];
const combinations = cases.flatMap((optimizer) => shrinking.map((given) => ({ ...optimizer, ...given })));

const smallestNormal = 2 ** -126;
/** Below which slots hold nothing but 0 after a step: their bound is kept every few steps, and meanwhile nothing is subnormal. */
const leastOfSlots = (step: number): number => (step % guardedEvery === 0 ? bounds.gradient : smallestNormal);

const between = (bound: number) => (x: number) => x !== 0 && Math.abs(x) < bound;

describe.each(combinations)("weights without a gradient, $name, $title", ({ make, title, ...given }) => {
  const { l1 = 0, l2 = 0, weightDecay = 0 } = given;

  it("and their slots are 0 or far from subnormal in the kernel, at every step", async () => {
    const optimizer = make({ weightDecay });
    const length = 67;
    const kernels = await kernelsFor(5, length);
    const start = Float32Array.from({ length }, (_, i) => (i % 2 ? -1 : 1) * 2 ** -i);
    const { span, p, g, slots } = placeVariable(kernels, optimizer, start, { l1, l2 });
    g.set(Float32Array.from({ length }, (_, i) => 4 ** -i));
    for (let step = 0; step < 800; step++) {
      applyUpdates(optimizer, kernels, [span]);
      g.fill(0);
      if (p.some(between(bounds.weight))) throw new Error(`step ${step}: weights ${p.join()}`);
      for (const slot of slots) {
        if (slot.some(between(leastOfSlots(step)))) throw new Error(`step ${step}: slots ${slot.join()}`);
      }
    }
    expect(p.every(Number.isFinite)).toBe(true);
  });

  it("need no operation with a subnormal number in the formula", () => {
    for (const start of [0.5, -1e-3, 1e-14]) {
      const step = stepGraph(make({ weightDecay }), { l1, l2 });
      // A gradient of each size once, then none.
      for (let t = 0; t < 600; t++) step.run(start, t === 0 ? start / 7 : 0);
      expect([...step.graph.subnormal]).toEqual([]);
    }
  });
});

/** One step of one weight: penalty, decay and the optimizer's formula, its outputs fed back. */
function stepGraph(optimizer: Optimizer, { l1, l2 }: { l1: number; l2: number }) {
  const graph = new Graph();
  const input = (name: string): Value => graph.input(name, "float32", []);
  const [p, g, learningRate] = [input("p"), input("g"), input("learning_rate")];
  const penalty = add(mul(square(p), l2), mul(abs(p), l1));
  const slots = optimizer.slots.map((name) => input(name));
  const total = l1 === 0 && l2 === 0 ? g : add(g, differentiate(penalty, [p])[0] as Value);
  const { weightDecay } = optimizer;
  const decayed = weightDecay === 0 ? p : sub(p, mul(p, mul(learningRate, weightDecay)));
  const scalars = Object.fromEntries(
    optimizer.scalars.map((name) => [name, name === "learning_rate" ? learningRate : input(name)]),
  );
  const next = optimizer.formula(decayed, total, slots, scalars);
  const scalarGraph = new ScalarGraph(graph);
  let state: number[] | undefined;
  return {
    graph: scalarGraph,
    run(start: number, gradient: number): void {
      const [weight, ...rest] = state ?? [start, ...slots.map(() => 0)];
      const numbers = optimizer.scalarsAt(optimizer.iterations, optimizer.learningRate);
      const feeds = new Map<Value, number>([
        [p, weight as number],
        [g, gradient],
        [learningRate, numbers.learning_rate as number],
      ]);
      for (const [i, slot] of slots.entries()) feeds.set(slot, rest[i] as number);
      for (const name of optimizer.scalars) feeds.set(scalars[name] as Value, numbers[name] as number);
      const result = scalarGraph.run(feeds);
      state = [result(next.p), ...next.slots.map(result)];
      optimizer.iterations += 1;
    },
  };
}

describe("under L2, a weight that the data does not need", () => {
  it.each([1e-2, 1e-4])("becomes exactly 0 with Adam, factor %d", async (l2) => {
    const [{ make }] = cases as [(typeof cases)[0]];
    const optimizer = make({ learningRate: 0.001 });
    const kernels = await kernelsFor(4, 5);
    const { span, p, slots } = placeVariable(kernels, optimizer, [0.05, -0.05, 0.01, 1e-3, -2e-33], { l2 });
    for (let step = 0; step < 10_000; step++) applyUpdates(optimizer, kernels, [span]);
    expect([...p]).toEqual([0, 0, 0, 0, 0]);
    expect(slots.every((slot) => slot.every((x) => x === 0 || Math.abs(x) >= bounds.gradient))).toBe(true);
  });
});

describe.each(cases)("tiny gradients, $name", ({ make }) => {
  it("move nothing in the kernel or the formula where they are subnormal", async () => {
    const optimizer = make();
    const kernels = await kernelsFor(5, 4);
    const { span, p, g, slots } = placeVariable(kernels, optimizer, [0.5, 0, 0.25, -1]);
    g.set([1e-40, -1e-39, 1e-36, -9e-36]);
    applyUpdates(optimizer, kernels, [span]);
    expect([...p]).toEqual([0.5, 0, 0.25, -1]);
    for (const slot of slots) expect([...slot]).toEqual([0, 0, 0, 0]);
  });

  it("of 1e-19 are kept as they are, only not their squares", async () => {
    const optimizer = make();
    const kernels = await kernelsFor(5, 4);
    const { span, g, slots } = placeVariable(kernels, optimizer, [0, 0, 0, 0]);
    g.fill(1e-19);
    for (let step = 0; step < 100; step++) applyUpdates(optimizer, kernels, [span]);
    const isSquare = (name: string | undefined): boolean => name?.startsWith("velocity") ?? false;
    for (const [i, slot] of slots.entries()) {
      expect(slot.every((x) => (x === 0) === isSquare(optimizer.slots[i]))).toBe(true);
    }
  });
});

describe("the bounds", () => {
  const edges = [bounds.weight, bounds.gradient, bounds.root].flatMap((bound) => [
    ...[bound, -bound],
    ...[bound * (1 - 2 ** -24), bound * (1 + 2 ** -23)],
  ]);
  const { length } = edges;
  const all = (value: number): Float32Array => new Float32Array(length).fill(value);

  describe.each(cases)("are the same in the kernel and in the graph: $name", ({ make }) => {
    it.each([
      { title: "of weights", weights: Float32Array.from(edges), gradients: all(0) },
      { title: "of gradients", weights: all(1), gradients: Float32Array.from(edges) },
    ])("$title", async ({ weights, gradients }) => {
      const optimizer = make();
      const kernels = await kernelsFor(5, length);
      const { span, p, g, slots } = placeVariable(kernels, optimizer, weights);
      g.set(gradients);
      const outputs = await runFormula(optimizer, { p, g, slots });
      applyUpdates(optimizer, kernels, [span]);
      const zeros = (values: Float32Array): boolean[] => Array.from(values, (x) => x === 0);
      expect(zeros(outputs.p)).toEqual(zeros(p));
      expect(outputs.slots.map(zeros)).toEqual(slots.map(zeros));
      expect(zeros(p)).toContain(false);
    });
  });

  it("keep NaN", async () => {
    const kernels = await createKernels(256);
    const optimizer = sgd();
    const { span, p, g } = placeVariable(kernels, optimizer, [1, Number.NaN]);
    g.set([Number.NaN, 0]);
    applyUpdates(optimizer, kernels, [span]);
    expect([...p]).toEqual([Number.NaN, Number.NaN]);
  });

  it("hold where gradients are clipped, too", async () => {
    for (const clipping of [{ clipnorm: 1e-3 }, { globalClipnorm: 1e-3 }, { clipvalue: 1e-3 }]) {
      const optimizer = sgd({ learningRate: 0.1, momentum: 0.9, ...clipping });
      const kernels = await kernelsFor(3, 5);
      const { span, p, g, slots } = placeVariable(kernels, optimizer, [0.5, 1e-3, -1e-9, 1e-14, 1e-15], {
        l2: 0.1,
      });
      for (let step = 0; step < 2000; step++) {
        g.set([1, 1e-20, 1e-40, 0, -1e-37]);
        applyUpdates(optimizer, kernels, [span]);
        expect(p.some(between(bounds.weight))).toBe(false);
        for (const slot of slots) expect(slot.some(between(leastOfSlots(step)))).toBe(false);
      }
      // The gradients that were clipped were flushed on the way; clamping takes them as they are.
      if (!("clipvalue" in clipping)) expect(g.some(between(bounds.gradient * 1e-3))).toBe(false);
    }
  });
});
