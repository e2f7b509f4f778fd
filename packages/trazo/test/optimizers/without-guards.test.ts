import { describe, expect, it } from "vitest";
import { Graph } from "../../src/graph/graph.js";
import { add, greater, mul, sub, where } from "../../src/graph/ops.js";
import { bounds, flush, guardedEvery } from "../../src/graph/subnormals.js";
import { compileStream, createKernels } from "../../src/kernels/kernels.js";
import { applyUpdates } from "../../src/optimizers/apply.js";
import { defineOptimizer } from "../../src/optimizers/own-optimizer.js";
import { UpdateKernels } from "../../src/optimizers/update-kernels.js";
import { cases } from "./cases.js";
import { kernelsFor, noise, placeVariable } from "./flat.js";

describe.each(cases)("the kernel without guards of the slots, $name", ({ make }) => {
  it.each([{}, { l2: 0.01 }, { l1: 0.01, l2: 0.01 }])(
    "gives ordinary numbers the same bytes: %o",
    async (penalties) => {
      const step = async (guards: boolean) => {
        const optimizer = make();
        const length = 300;
        const random = noise(4);
        const kernels = await kernelsFor(5, length);
        const { span, p, g, slots } = placeVariable(
          kernels,
          optimizer,
          Array.from({ length }, random),
          penalties,
        );
        for (const array of [g, ...slots]) array.set(Array.from({ length }, () => 1e-3 * Math.abs(random())));
        const scalars = optimizer.scalarsAt(3, 0.01);
        const penalty = new UpdateKernels(optimizer).run(kernels, span, { scalars, decay: 0, guards });
        return { penalty, arrays: [p, ...slots].map((array) => Array.from(array)) };
      };
      expect(await step(false)).toEqual(await step(true));
    },
  );
});

it("means of gradients are guarded every few steps", async () => {
  const [{ make }] = cases as [(typeof cases)[0]];
  const optimizer = make();
  const kernels = await kernelsFor(4, 1);
  const { span, slots } = placeVariable(kernels, optimizer, [0.5]);
  const momentum = slots[0] as Float32Array;
  for (let step = 0; step <= guardedEvery; step++) {
    momentum[0] = bounds.gradient;
    applyUpdates(optimizer, kernels, [span]);
    expect(momentum[0] === 0).toBe(step % guardedEvery === 0);
  }
});

it("a slot that a formula of one's own clamps is clamped in every step", async () => {
  const clamping = defineOptimizer({
    className: "Clamping",
    options: {},
    learningRate: 1,
    slots: ["dead", "clamped"],
    update: ({ p, g, slots }) => {
      const change = sub(slots.clamped, g);
      const clamped = where(greater(change, 0), change, sub(change, change));
      return { p: sub(p, clamped), slots: { dead: flush(add(slots.dead, g), 0.5), clamped } };
    },
  })();
  const kernels = await kernelsFor(4, 1);
  const { span, g, slots } = placeVariable(kernels, clamping, [0.5]);
  g[0] = 0.25;
  for (let step = 0; step < guardedEvery; step++) {
    for (const slot of slots) slot[0] = 0.125;
    applyUpdates(clamping, kernels, [span]);
    expect(slots.map(([value]) => value)).toEqual([0, 0]);
  }
});

it("a stream stores one thing or another, as a scalar says", async () => {
  const graph = new Graph();
  const [a, b, scalar] = ["a", "b", "scalar"].map((name) => graph.input(name, "float32", []));
  if (!a || !b || !scalar) throw new Error("There are no inputs.");
  const module = compileStream({
    arrays: [a, b],
    scalars: [scalar],
    stores: new Map([[a, add(a, b)]]),
    otherwise: { scalar, stores: new Map([[a, mul(a, b)]]) },
  });
  const length = 135;
  const kernels = await createKernels(2048);
  const kernel = kernels.bind(module);
  const at = [kernels.allocate(4 * length), kernels.allocate(4 * length)] as const;
  const [x, y] = at.map((offset) => kernels.float32(offset, length)) as [Float32Array, Float32Array];
  y.fill(3);
  for (const [given, expected] of [
    [1, 8],
    [0, 15],
  ] as const) {
    x.fill(5);
    kernel(at, length, [given]);
    expect([...x]).toEqual(Array.from(x, () => expected));
  }
});
