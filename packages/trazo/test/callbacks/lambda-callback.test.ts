import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { type LambdaCallbackOptions, lambdaCallback } from "../../src/callbacks/index.js";
import { TrazoError } from "../../src/errors.js";
import { column, frozenLine } from "../model/tiny.js";
import { play } from "./drive.js";

describe("a hook that returns something to wait for", () => {
  it("is waited for, whoever's promise it is", async () => {
    const foreign = runInNewContext(
      "(done) => new Promise((resolve) => setImmediate(() => resolve(done())))",
      {
        setImmediate,
      },
    );
    const thenable = (done: () => void) => ({
      // biome-ignore lint/suspicious/noThenProperty: that is what is tested
      then: (resolve: () => void) =>
        setImmediate(() => {
          done();
          resolve();
        }),
    });
    for (const later of [foreign, thenable]) {
      const order: string[] = [];
      const slow = { onEpochEnd: () => later(() => void order.push("slow")) as Promise<void> };
      const next = { onEpochEnd: () => void order.push("next") };
      await play([slow, next], { epochs: [{}] });
      expect(order).toEqual(["slow", "next"]);
    }
  });

  it("fails training when it fails, also in another realm", async () => {
    const failing = runInNewContext("() => Promise.reject(new Error('foreign'))");
    await expect(play([{ onEpochEnd: failing }], { epochs: [{}] })).rejects.toThrow("foreign");
  });
});

describe("lambdaCallback", () => {
  it("calls each function at its hook, with the hook's arguments", async () => {
    const told: unknown[] = [];
    const callback = lambdaCallback({
      onTrainBegin: (logs) => void told.push(["begin", logs]),
      onEpochBegin: (epoch, logs) => void told.push(["epoch", epoch, logs]),
      onTrainBatchEnd: (batch, logs) => void told.push(["batch", batch, logs]),
      onEpochEnd: (epoch, logs) => void told.push(["end", epoch, logs]),
      onTrainEnd: (logs) => void told.push(["done", logs]),
      onTestEnd: undefined,
    });
    await play([callback], { epochs: [{ loss: 1 }], batches: [{ loss: 3 }, { loss: 2 }] });
    expect(told).toEqual([
      ["begin", {}],
      ["epoch", 0, {}],
      ["batch", 0, { loss: 3 }],
      ["batch", 1, { loss: 2 }],
      ["end", 0, { loss: 1 }],
      ["done", { loss: 1 }],
    ]);
  });

  it("is waited for, and may change the logs", async () => {
    const later = lambdaCallback({
      async onEpochEnd(_epoch, logs) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        logs.waited = 1;
      },
    });
    const x = column([1, 2]);
    const { history } = await frozenLine().fit(x, x, { epochs: 2, verbose: 0, callbacks: [later] });
    expect(history.waited).toEqual([1, 1]);
  });

  it.each([
    [
      "a misspelled hook",
      { onEpochEnds() {} },
      /lambdaCallback has a hook "onEpochEnds", which is never called. Known/,
    ],
    ["Python's spelling", { on_train_end() {} }, /Did you mean onTrainEnd\?/],
    ["what is no function", { onEpochEnd: 3 }, /lambdaCallback: onEpochEnd must be a function, but is 3/],
  ])("refuses %s", (_, functions, message) => {
    const make = () => lambdaCallback(functions as LambdaCallbackOptions);
    expect(make).toThrow(TrazoError);
    expect(make).toThrow(message);
  });
});
