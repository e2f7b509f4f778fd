import { describe, expect, it } from "vitest";
import { lion } from "../../../../examples/extend/lion.js";
import { layers, ops, optimizers, sequential, tensor, type Value } from "../../src/index.js";
import { applyUpdates } from "../../src/optimizers/apply.js";
import { kernelsFor, noise, placeVariable } from "../optimizers/flat.js";
import { runFormula } from "../optimizers/formula-graph.js";

describe("a user's own optimizer, Lion", () => {
  const length = 37;

  it("gives in its kernel what the paper's formula gives, over 20 steps", async () => {
    const optimizer = lion({ learningRate: 2 ** -7, weightDecay: 0.25 });
    const kernels = await kernelsFor(3, length);
    const random = noise(5);
    const { span, p, g, slots } = placeVariable(kernels, optimizer, Float32Array.from({ length }, random));
    let expected = [...p].map((weight) => ({ weight, m: 0 }));
    for (let step = 0; step < 20; step++) {
      g.set(Float32Array.from({ length }, random));
      expected = expected.map(({ weight, m }, i) => {
        const gradient = g[i] as number;
        const decayed = weight - weight * 0.25 * 2 ** -7;
        return {
          weight: decayed - 2 ** -7 * Math.sign(0.9 * m + 0.1 * gradient),
          m: 0.99 * m + 0.01 * gradient,
        };
      });
      applyUpdates(optimizer, kernels, [span]);
    }
    expected.forEach(({ weight, m }, i) => {
      expect(Math.abs((p[i] as number) - weight)).toBeLessThan(1e-6);
      expect(Math.abs((slots[0]?.[i] as number) - m)).toBeLessThan(1e-6);
    });
  });

  it("gives in a graph the same bits as in the kernel", async () => {
    const optimizer = lion({ beta1: 0.75 });
    const kernels = await kernelsFor(3, length);
    const random = noise(6);
    const { span, p, g, slots } = placeVariable(kernels, optimizer, Float32Array.from({ length }, random));
    let state: Awaited<ReturnType<typeof runFormula>> = {
      p: p.slice(),
      slots: slots.map((slot) => slot.slice()),
    };
    for (let step = 0; step < 3; step++) {
      g.set(Float32Array.from({ length }, random));
      state = await runFormula(optimizer, { ...state, g: g.slice() });
      applyUpdates(optimizer, kernels, [span]);
    }
    expect(state.p).toEqual(p);
    expect(state.slots).toEqual(slots);
  });

  it("learns", async () => {
    const x = tensor("float32", [8, 2], Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 1, 1));
    const y = tensor("float32", [8, 1], Float32Array.of(0, 1, 1, 1, 0, 1, 1, 1));
    const model = sequential([layers.input({ shape: [2] }), layers.dense({ units: 1 })], { seed: 1 });
    model.compile({ optimizer: lion({ learningRate: 0.01 }), loss: "mse" });
    const { history } = await model.fit(x, y, { epochs: 200, verbose: 0 });
    const losses = history.loss as readonly number[];
    // The best line leaves 1/16.
    expect(losses.at(-1)).toBeLessThan(0.07);
    expect(losses[0]).toBeGreaterThan(0.15);
  });

  it("is written and read like Keras's own", () => {
    const optimizer = lion({ learningRate: 0.5, beta2: 0.5, globalClipnorm: 2 });
    const written = optimizers.serializeOptimizer(optimizer);
    expect(written).toMatchObject({
      class_name: "examples>Lion",
      config: { name: "lion", learning_rate: 0.5, global_clipnorm: 2, beta_1: 0.9, beta_2: 0.5 },
    });
    const back = optimizers.deserializeOptimizer(JSON.parse(JSON.stringify(written)), "file", {
      optimizers: [lion],
    });
    expect(optimizers.serializeOptimizer(back)).toEqual(written);
    expect(() => optimizers.deserializeOptimizer(written, "file")).toThrow(
      /^file: "examples>Lion" is not an optimizer of Keras's own\. .*customObjects: \{ optimizers:/,
    );
  });

  it("checks its options", () => {
    expect(() => lion({ beta1: 1 })).toThrow(/Lion beta1 must be .* below 1, but got 1/);
    expect(() => lion({ beta: 1 } as object)).toThrow(/Lion has no option "beta"/);
  });
});

describe("a definition that cannot work", () => {
  it("has the name of one of Keras's optimizers without a package", () => {
    const definition = {
      className: "SGD",
      learningRate: 0.1,
      options: {},
      slots: [],
      update: ({ p }: { readonly p: Value }) => ({ p, slots: {} }),
    } as const;
    expect(() => optimizers.defineOptimizer(definition)).toThrow(
      /files have Keras's own SGD under the name Custom>SGD, too\. Give your class a package/,
    );
    expect(optimizers.defineOptimizer({ ...definition, package: "mine" }).registeredName).toBe("mine>SGD");
  });

  const slots = ["mean"] as const;

  it("is told which slot gets no value", async () => {
    const forgetful = optimizers.defineOptimizer({
      className: "Forgetful",
      learningRate: 0.1,
      options: {},
      slots,
      update: ({ p }) => ({ p, slots: {} }),
    });
    const kernels = await kernelsFor(3, 4);
    const { span } = placeVariable(kernels, forgetful(), [1, 2, 3, 4]);
    expect(() => applyUpdates(forgetful(), kernels, [span])).toThrow(
      /Forgetful gives no new value for its slot "mean"/,
    );
  });

  it("is told which operator is not element-wise", async () => {
    const softened = optimizers.defineOptimizer({
      className: "Softened",
      learningRate: 0.1,
      options: {},
      slots: [],
      update: ({ p, g }) => ({ p: ops.sub(p, ops.exp(g)), slots: {} }),
    });
    const kernels = await kernelsFor(2, 4);
    const { span } = placeVariable(kernels, softened(), [1, 2, 3, 4]);
    expect(() => applyUpdates(softened(), kernels, [span])).toThrow(/cannot use the operator Exp/);
  });
});
