import { describe, expect, it } from "vitest";
import { base } from "../../../practice/src/techniques/base.js";
import { Graph } from "../../src/graph/graph.js";
import * as o from "../../src/graph/ops.js";
import { batch } from "../../src/graph/shape.js";
import { layers, nodeRuntime, Sequential } from "../../src/index.js";
import { predictComputation } from "../../src/model/graphs.js";
import { isWorthPlanning } from "../../src/plan/compile.js";
import { everyOperator } from "../../src/plan/operators/rare.js";

const pixels = { dtype: "uint8", divisor: 255 } as const;
const convolutions = new Sequential(
  [
    layers.input({ shape: [28, 28, 1] }),
    layers.conv2d({ filters: 32, kernelSize: 3, activation: "relu" }),
    layers.maxPooling2d(),
    layers.conv2d({ filters: 64, kernelSize: 3, activation: "relu" }),
    layers.flatten(),
    layers.dense({ units: 10, activation: "softmax" }),
  ],
  { seed: 1 },
);

describe("the choice between plans and graphs", () => {
  it("goes by whether the plan knows most of the products", () => {
    for (const model of [convolutions, base.network({ seed: 1 })]) {
      const known = predictComputation(model.definition, [pixels]);
      expect(isWorthPlanning(known, "whenFaster", everyOperator)).toBe(true);
    }
    const graph = new Graph();
    const x = graph.input("x", "float32", [batch, 8, 8, 4]);
    // A kernel that is computed in the step.
    const kernel = o.square(graph.input("kernel", "float32", [3, 3, 4, 8]));
    const images = o.conv2d(x, kernel, { strides: [1, 1], padding: "same", dilation: [1, 1] });
    const output = o.matMul(
      o.reshape(images, [batch, 8 * 8 * 8]),
      graph.input("weights", "float32", [8 * 8 * 8, 2]),
    );
    const computation = { graph, outputs: { output } };
    expect(isWorthPlanning(computation, "whenFaster", everyOperator)).toBe(false);
    expect(isWorthPlanning(computation, "always", everyOperator)).toBe(true);
  });

  it("leaves to graphs what has no product", () => {
    const none = new Sequential([layers.input({ shape: [3] }), layers.activation({ activation: "tanh" })]);
    const computation = predictComputation(none.definition, pixels);
    for (const choice of ["always", "whenFaster"] as const)
      expect(isWorthPlanning(computation, choice, everyOperator)).toBe(false);
  });

  it("is made by nodeRuntime's engine", async () => {
    expect((await nodeRuntime({ threads: 1 })).plan?.choice).toBe("whenFaster");
    expect((await nodeRuntime({ threads: 1, engine: "plan" })).plan?.choice).toBe("always");
    expect((await nodeRuntime({ threads: 1, engine: "graph" })).plan).toBeUndefined();
    expect((await nodeRuntime({ threads: 1, background: true })).plan?.choice).toBe("whenFaster");
    expect((await nodeRuntime({ threads: 1, binding: "addon" })).plan).toBeUndefined();
    await expect(nodeRuntime({ engine: "plan", binding: "addon" })).rejects.toThrow(
      /needs the native binding/,
    );
    await expect(nodeRuntime({ engine: "fast" as "plan" })).rejects.toThrow(/"auto", "graph" or "plan"/);
  });
});
