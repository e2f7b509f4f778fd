import { describe, expect, it } from "vitest";
import { adam } from "../../src/optimizers/adam.js";
import { adamW } from "../../src/optimizers/adamw.js";
import { applyUpdates } from "../../src/optimizers/apply.js";
import { rmsprop } from "../../src/optimizers/rmsprop.js";
import { sgd } from "../../src/optimizers/sgd.js";
import { exponentialDecay } from "../../src/schedules/exponential-decay.js";
import { kernelsFor, placeVariable } from "./flat.js";

describe("options of an optimizer", () => {
  it.each([
    ["a negative rate", () => adam({ learningRate: -1 }), /learningRate.*-1/],
    ["a rate that is no number", () => sgd({ learningRate: Number.NaN }), /learningRate.*NaN/],
    [
      "a rate in words",
      () => sgd({ learningRate: "fast" as never }),
      /learningRate.*a schedule, but got "fast"/,
    ],
    ["a list of rates", () => sgd({ learningRate: [0.1] as never }), /learningRate.*a schedule/],
    ["beta1 = 1", () => adam({ beta1: 1 }), /beta1.*\[0, 1\)/],
    ["a beta1 that float32 rounds to 1", () => adam({ beta1: 1 - 1e-9 }), /beta1/],
    ["a negative beta2", () => adamW({ beta2: -0.1 }), /beta2.*-0\.1/],
    ["a negative epsilon", () => adam({ epsilon: -1 }), /epsilon/],
    ["rho = 1", () => rmsprop({ rho: 1 }), /rho/],
    ["a momentum above 1", () => sgd({ momentum: 1.5 }), /momentum.*1\.5/],
    ["a negative momentum", () => rmsprop({ momentum: -0.5 }), /momentum/],
    ["a negative weight decay", () => adamW({ weightDecay: -1 }), /weightDecay/],
    ["a negative limit", () => sgd({ clipvalue: -1 }), /clipvalue/],
    ["two clippings", () => sgd({ clipnorm: 1, clipvalue: 1 }), /Only one.*clipnorm and clipvalue/],
    ["two clippings, one of them 0", () => adam({ clipnorm: 0, globalClipnorm: 1 }), /Only one/],
  ])("%s is refused", (_, make, message) => {
    expect(make).toThrow(message);
  });

  it("the rate can be set, within its range", () => {
    const optimizer = adam();
    expect(optimizer.learningRate).toBe(0.001);
    optimizer.learningRate = 0.25;
    expect(optimizer.learningRate).toBe(0.25);
    expect(() => {
      optimizer.learningRate = -1;
    }).toThrow(/learningRate/);
    expect(optimizer.learningRate).toBe(0.25);
  });

  it("the slots follow from the options, in Keras's order", () => {
    expect(adam().slots).toEqual(["momentum", "velocity"]);
    expect(adam({ amsgrad: true }).slots).toEqual(["momentum", "velocity", "velocity_hat"]);
    expect(sgd().slots).toEqual([]);
    expect(sgd({ momentum: 0.5 }).slots).toEqual(["momentum"]);
    expect(rmsprop().slots).toEqual(["velocity"]);
    expect(rmsprop({ momentum: 0.5, centered: true }).slots).toEqual([
      "velocity",
      "momentum",
      "average_gradient",
    ]);
  });

  it("a variable laid out for other slots is refused", async () => {
    const kernels = await kernelsFor(2, 1);
    const { span } = placeVariable(kernels, sgd(), [1]);
    expect(() => applyUpdates(adam(), kernels, [span])).toThrow(
      /Adam keeps 2 slots per variable, but the variable has 0/,
    );
  });

  it("AdamW decays by 0.004 unless told otherwise, Adam not at all", () => {
    expect(adamW().weightDecay).toBe(0.004);
    expect(adamW({ weightDecay: 0.1 }).weightDecay).toBe(0.1);
    expect(adam().weightDecay).toBe(0);
  });

  it("decay is decoupled: it does not pass through the update, and uses the rate in force", async () => {
    const optimizer = adamW({ learningRate: 0.5, weightDecay: 0.5 });
    const kernels = await kernelsFor(4, 2);
    const { span, p } = placeVariable(kernels, optimizer, [1, -2]);
    applyUpdates(optimizer, kernels, [span]);
    expect([...p]).toEqual([0.75, -1.5]);
    optimizer.learningRate = 1;
    applyUpdates(optimizer, kernels, [span]);
    expect([...p]).toEqual([0.375, -0.75]);
  });
});

describe("a schedule as learning rate", () => {
  const schedule = exponentialDecay({ initialLearningRate: 1, decaySteps: 1, decayRate: 0.5 });

  it("decides the rate of each step, the first with step 0", async () => {
    const optimizer = sgd({ learningRate: schedule });
    const kernels = await kernelsFor(2, 1);
    const { span, p, g } = placeVariable(kernels, optimizer, [0]);
    g[0] = -1;
    const seen = [1, 2, 3].map(() => {
      const rate = optimizer.learningRate;
      applyUpdates(optimizer, kernels, [span]);
      return [rate, p[0]];
    });
    expect(seen).toEqual([
      [1, 1],
      [0.5, 1.5],
      [0.25, 1.75],
    ]);
  });

  it("forbids setting the rate", () => {
    const optimizer = sgd({ learningRate: schedule });
    expect(() => {
      optimizer.learningRate = 0.1;
    }).toThrow(/schedule ExponentialDecay decides/);
  });
});
