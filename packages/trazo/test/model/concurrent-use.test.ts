import { describe, expect, it } from "vitest";
import { layers, type Runtime, type Sequential, sequential, tensor } from "../../src/index.js";
import { runtime } from "./tiny.js";

const x = tensor("float32", [4, 2], Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
const y = tensor("float32", [4, 1], Float32Array.of(1, 0, 1, 0));

/** A runtime whose runs wait until they are let go, as one in the background does. */
function slowRuntime() {
  let letGo = (): void => {};
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let started = (): void => {};
  const begun = new Promise<void>((resolve) => {
    started = resolve;
  });
  const released: string[] = [];
  const slow = async (): Promise<Runtime> => {
    const real = await runtime;
    return {
      ...real,
      lowering: real.lowering,
      // Plans do not go through `load`.
      plan: undefined,
      load: async (bytes) => {
        const session = await real.load(bytes);
        return {
          run: async (feeds, into) => {
            started();
            await gate;
            return await session.run(feeds, into);
          },
          release: async () => {
            released.push("session");
            await session.release();
          },
        };
      },
    };
  };
  return { runtime: slow(), letGo, begun, released };
}

function compiled(slow: Promise<Runtime>): Sequential {
  const model = sequential([layers.dense({ units: 1, inputShape: [2] })], { seed: 1, runtime: slow });
  model.compile({ loss: "meanSquaredError" });
  return model;
}

describe("while a model predicts", () => {
  it("it may be compiled or disposed: the prediction ends first", async () => {
    const { runtime: slow, letGo, begun, released } = slowRuntime();
    const model = compiled(slow);
    const running = model.predict(x, { batchSize: 2 });
    await begun;
    model.compile({ loss: "meanSquaredError", optimizer: "sgd" });
    const other = model.evaluate(x, y);
    const disposed = model.dispose();
    letGo();
    expect((await running).shape).toEqual([4, 1]);
    expect((await other).loss).toBeGreaterThanOrEqual(0);
    await disposed;
    // That of the prediction and that of the evaluation.
    expect(released).toHaveLength(2);
  });

  it("no layer may be added", async () => {
    const { runtime: slow, letGo } = slowRuntime();
    const model = compiled(slow);
    const running = model.predict(x);
    expect(() => model.add(layers.dense({ units: 3 }))).toThrow(/add: this model is being evaluated or/);
    letGo();
    expect((await running).shape).toEqual([4, 1]);
    model.add(layers.dense({ units: 3 }));
  });
});

describe("while a training step is computed", () => {
  it("the weights cannot be set, but in callbacks they can", async () => {
    const { runtime: slow, letGo, begun } = slowRuntime();
    const model = compiled(slow);
    const zeros = model.getWeights().map((weight) => weight.slice().fill(0));
    const running = model.fit(x, y, {
      verbose: 0,
      callbacks: [{ onTrainEnd: () => model.setWeights(zeros) }],
    });
    await begun;
    expect(() => model.setWeights(zeros)).toThrow(
      /setWeights: a training step of this model is being computed/,
    );
    letGo();
    await running;
    expect(model.getWeights()).toEqual(zeros);
    model.setWeights(zeros);
  });
});
