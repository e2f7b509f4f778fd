import { describe, expect, it } from "vitest";
import { base } from "../../../practice/src/techniques/base.js";
import { layers, nodeRuntime, Sequential } from "../../src/index.js";
import { predictComputation } from "../../src/model/graphs.js";
import { isWorthPlanning } from "../../src/plan/compile.js";

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
  it("goes by where most of the multiplications are", () => {
    const many = predictComputation(convolutions.definition, pixels);
    expect(isWorthPlanning(many, "whenFaster")).toBe(true);
    // Its convolutions have 1 and 6 channels.
    const few = predictComputation(base.network({ seed: 1 }).definition, pixels);
    expect(isWorthPlanning(few, "whenFaster")).toBe(false);
    expect(isWorthPlanning(few, "always")).toBe(true);
  });

  it("leaves to graphs what has no product", () => {
    const none = new Sequential([layers.input({ shape: [3] }), layers.activation({ activation: "tanh" })]);
    const computation = predictComputation(none.definition, pixels);
    for (const choice of ["always", "whenFaster"] as const)
      expect(isWorthPlanning(computation, choice)).toBe(false);
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
