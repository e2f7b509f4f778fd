import { describe, expect, it } from "vitest";
import { adam } from "../../src/optimizers/adam.js";
import { applyUpdates } from "../../src/optimizers/apply.js";
import type { Clipping } from "../../src/optimizers/optimizer.js";
import { sgd } from "../../src/optimizers/sgd.js";
import { kernelsFor, placeVariable } from "./flat.js";

/** What plain descent with rate 1 subtracts from two variables with the gradients [3, 4] and [0, -12]. */
async function descent(clipping: Clipping): Promise<number[][]> {
  const optimizer = sgd({ learningRate: 1, ...clipping });
  const kernels = await kernelsFor(4, 2);
  const variables = [
    [3, 4],
    [0, -12],
  ].map((gradient) => {
    const variable = placeVariable(kernels, optimizer, [0, 0]);
    variable.g.set(gradient);
    return variable;
  });
  applyUpdates(
    optimizer,
    kernels,
    variables.map(({ span }) => span),
  );
  return variables.map(({ p }) => [...p].map((value) => (value === 0 ? 0 : -value)));
}

describe("clipping", () => {
  it("clipnorm scales each variable's gradient to the norm", async () => {
    const [a, b] = await descent({ clipnorm: 1 });
    expect(a?.[0]).toBeCloseTo(0.6, 6);
    expect(a?.[1]).toBeCloseTo(0.8, 6);
    expect(b).toEqual([0, -1]);
  });

  it("clipnorm leaves alone what is shorter", async () => {
    const [a, b] = await descent({ clipnorm: 6 });
    expect(a).toEqual([3, 4]);
    expect(b).toEqual([0, -6]);
  });

  it("globalClipnorm scales all together: here from 13 to 6.5", async () => {
    expect(await descent({ globalClipnorm: 6.5 })).toEqual([
      [1.5, 2],
      [0, -6],
    ]);
    expect(await descent({ globalClipnorm: 13.1 })).toEqual([
      [3, 4],
      [0, -12],
    ]);
  });

  it("clipvalue limits each value", async () => {
    expect(await descent({ clipvalue: 3.5 })).toEqual([
      [3, 3.5],
      [0, -3.5],
    ]);
  });

  it("0 clips nothing, as in Keras", async () => {
    expect(await descent({ clipnorm: 0 })).toEqual([
      [3, 4],
      [0, -12],
    ]);
  });

  it("clips the gradient of the whole loss: penalties count", async () => {
    const optimizer = sgd({ learningRate: 1, clipvalue: 1 });
    const kernels = await kernelsFor(2, 2);
    const { span, p, g } = placeVariable(kernels, optimizer, [2, 0.25], { l2: 0.5, l1: 0.125 });
    g.set([0.5, 0.25]);
    const penalty = applyUpdates(optimizer, kernels, [span]);
    expect(penalty).toBeCloseTo(0.5 * (4 + 0.0625) + 0.125 * 2.25, 6);
    // 0.5 + 2 + 0.125 is clipped to 1; 0.25 + 0.25 + 0.125 stays.
    expect([...p]).toEqual([1, 0.25 - 0.625]);
  });

  it("a norm that is not finite makes every gradient NaN with globalClipnorm, and only its own variable's with clipnorm", async () => {
    const run = async (clipping: Clipping): Promise<boolean[]> => {
      const optimizer = adam(clipping);
      const kernels = await kernelsFor(8, 1);
      const variables = [Number.NaN, 1].map((gradient) => {
        const variable = placeVariable(kernels, optimizer, [1]);
        variable.g[0] = gradient;
        return variable;
      });
      applyUpdates(
        optimizer,
        kernels,
        variables.map(({ span }) => span),
      );
      return variables.map(({ p }) => Number.isNaN(p[0]));
    };
    expect(await run({ globalClipnorm: 1 })).toEqual([true, true]);
    expect(await run({ clipnorm: 1 })).toEqual([true, false]);
  });

  it("does not overflow for gradients whose squares float32 cannot hold", async () => {
    const optimizer = sgd({ learningRate: 1, clipnorm: 1 });
    const kernels = await kernelsFor(2, 2);
    const { span, p, g } = placeVariable(kernels, optimizer, [0, 0]);
    g.set([3e30, 4e30]);
    applyUpdates(optimizer, kernels, [span]);
    expect(p[0]).toBeCloseTo(-0.6, 6);
    expect(p[1]).toBeCloseTo(-0.8, 6);
  });
});
