import { afterEach, describe, expect, it, vi } from "vitest";
import { type Callback, type CallbackParams, callbacks, type Logs } from "../../src/index.js";
import { column, frozenLine } from "./tiny.js";

afterEach(() => vi.restoreAllMocks());

const x = column([0, 0, 0]);
const y = column([1, 2, 3]);

/** Notes every hook with its number and the keys of its logs. */
function recorder(): { told: string[]; callback: Callback } {
  const told: string[] = [];
  const keys = (logs: Logs): string => `{${Object.keys(logs).join(" ")}}`;
  const numbered = (name: string) => (number: number, logs: Logs) =>
    void told.push(`${name} ${number} ${keys(logs)}`);
  const whole = (name: string) => (logs: Logs) => void told.push(`${name} ${keys(logs)}`);
  return {
    told,
    callback: {
      setParams: () => void told.push("params"),
      onTrainBegin: whole("train begin"),
      onTrainEnd: whole("train end"),
      onEpochBegin: numbered("epoch begin"),
      onEpochEnd: numbered("epoch end"),
      onTrainBatchBegin: numbered("batch begin"),
      onTrainBatchEnd: numbered("batch end"),
      onTestBegin: whole("test begin"),
      onTestEnd: whole("test end"),
      onTestBatchBegin: numbered("test batch begin"),
      onTestBatchEnd: numbered("test batch end"),
    },
  };
}

describe("callbacks of fit", () => {
  it("are called in Keras's order, with Keras's logs", async () => {
    const { told, callback } = recorder();
    await frozenLine().fit(x, y, { batchSize: 2, validationData: [x, y], verbose: 0, callbacks: [callback] });
    expect(told).toEqual([
      "params",
      "train begin {}",
      "epoch begin 0 {}",
      "batch begin 0 {}",
      "batch end 0 {loss}",
      "batch begin 1 {}",
      "batch end 1 {loss}",
      "test begin {}",
      "test batch begin 0 {}",
      "test batch end 0 {loss}",
      "test batch begin 1 {}",
      "test batch end 1 {loss}",
      "test end {loss}",
      "epoch end 0 {loss val_loss}",
      "train end {loss val_loss}",
    ]);
  });

  it("are told what is going to happen", async () => {
    const given: CallbackParams[] = [];
    await frozenLine().fit(x, y, {
      batchSize: 2,
      epochs: 4,
      initialEpoch: 3,
      verbose: 0,
      callbacks: [{ setParams: (params) => void given.push(params) }],
    });
    expect(given).toEqual([
      {
        epochs: 4,
        steps: 2,
        batchSize: 2,
        samples: 3,
        samplesDone: expect.any(Function),
        verbose: 0,
        print: expect.any(Function),
      },
    ]);
  });

  it.each([
    ["a last batch that is smaller", {}, [2, 3, 5, 6]],
    ["an epoch that ends within a pass over the data", { stepsPerEpoch: 3 }, [2, 3, 5, 6, 8, 9]],
    ["fewer samples than a batch may hold", { batchSize: 4096 }, [3, 6]],
  ])("can ask how many samples were trained on, with %s", async (_, options, expected) => {
    let params: CallbackParams | undefined;
    const done: (number | undefined)[] = [];
    const callback: Callback = {
      setParams: (given) => {
        params = given;
      },
      onTrainBatchEnd: () => void done.push(params?.samplesDone()),
    };
    const fitting = { batchSize: 2, epochs: 2, verbose: 0, callbacks: [callback] } as const;
    await frozenLine().fit(x, y, { ...fitting, ...options });
    expect(done).toEqual(expected);
  });

  it("share an epoch's logs, so that the next ones and the history see what one adds", async () => {
    const seen: (number | undefined)[] = [];
    const look: Callback = { onEpochEnd: (_, logs) => void seen.push(logs.extra) };
    const write: Callback = {
      onEpochEnd(epoch, logs) {
        logs.extra = epoch + 10;
      },
    };
    const { history } = await frozenLine().fit(x, y, {
      epochs: 2,
      verbose: 0,
      callbacks: [look, write, look],
    });
    expect(seen).toEqual([undefined, 10, undefined, 11]);
    expect(history.extra).toEqual([10, 11]);
  });

  it("are waited for, one after another", async () => {
    const told: string[] = [];
    const slow: Callback = {
      async onEpochEnd(epoch) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        told.push(`slow ${epoch}`);
      },
    };
    const fast: Callback = { onEpochEnd: (epoch) => void told.push(`fast ${epoch}`) };
    await frozenLine().fit(x, y, { epochs: 2, verbose: 0, callbacks: [slow, fast] });
    expect(told).toEqual(["slow 0", "fast 0", "slow 1", "fast 1"]);
  });

  it("may be objects of a class", async () => {
    class Counter implements Callback {
      batches = 0;
      onTrainBatchEnd(): void {
        this.batches++;
      }
    }
    const counter = new Counter();
    await frozenLine().fit(x, y, { batchSize: 1, verbose: 0, callbacks: [counter] });
    expect(counter.batches).toBe(3);
  });

  it("let an error of theirs through, and the model can be trained again", async () => {
    const model = frozenLine();
    const failing: Callback = {
      onTrainBatchEnd() {
        throw new Error("disk full");
      },
    };
    await expect(model.fit(x, y, { verbose: 0, callbacks: [failing] })).rejects.toThrow("disk full");
    expect((await model.fit(x, y, { verbose: 0 })).history.loss?.[0]).toBeCloseTo(14 / 3, 5);
  });
});

describe("stopTraining", () => {
  const stopIn = (hook: "onTrainBatchEnd" | "onEpochBegin" | "onEpochEnd") => {
    const model = frozenLine();
    const { told, callback } = recorder();
    const stop: Callback = {
      [hook]: () => {
        model.stopTraining = true;
      },
    };
    return { model, told, callbacks: [stop, callback] };
  };

  it("after a batch skips the rest of the epoch, but validates and ends it", async () => {
    const { model, told, callbacks } = stopIn("onTrainBatchEnd");
    const { epoch, history } = await model.fit(x, y, {
      batchSize: 1,
      epochs: 3,
      shuffle: false,
      validationData: [x, y],
      verbose: 0,
      callbacks,
    });
    expect(told.filter((line) => line.startsWith("batch end"))).toEqual(["batch end 0 {loss}"]);
    expect(told.slice(-2)).toEqual(["epoch end 0 {loss val_loss}", "train end {loss val_loss}"]);
    expect(epoch).toEqual([0]);
    expect(history.loss).toEqual([1]);
  });

  it("at an epoch's beginning leaves it one batch, so that there is something to report", async () => {
    const { model, callbacks } = stopIn("onEpochBegin");
    const { history } = await model.fit(x, y, {
      batchSize: 1,
      epochs: 3,
      shuffle: false,
      verbose: 0,
      callbacks,
    });
    expect(history.loss).toEqual([1]);
  });

  it("at an epoch's end lets no other begin, and is forgotten by the next fit", async () => {
    const { model, callbacks } = stopIn("onEpochEnd");
    expect((await model.fit(x, y, { epochs: 3, verbose: 0, callbacks })).epoch).toEqual([0]);
    expect((await model.fit(x, y, { epochs: 3, verbose: 0 })).epoch).toEqual([0, 1, 2]);
  });
});

describe("verbose", () => {
  const printed = async (verbose: 0 | 1 | 2, epochs: number): Promise<string> => {
    let text = "";
    const print = (more: string): void => {
      text += more;
    };
    await frozenLine().fit(x, y, { epochs, batchSize: 2, validationData: [x, y], verbose, print });
    return text;
  };

  it("0 prints nothing", async () => {
    expect(await printed(0, 2)).toBe("");
  });

  it("2 prints a line an epoch, with its number where there are several", async () => {
    const line = "2/2 - \\d+s - [\\d,]+ images/s - loss: 4.6667 - val_loss: 4.6667 - \\d+[mu]?s/step\\n";
    expect(await printed(2, 1)).toMatch(new RegExp(`^${line}$`));
    expect(await printed(2, 2)).toMatch(new RegExp(`^Epoch 1/2 - ${line}Epoch 2/2 - ${line}$`));
  });

  it("counts the images of batches that are not full, and not the validation's time", async () => {
    let clock = 0;
    vi.spyOn(performance, "now").mockImplementation(() => clock);
    let text = "";
    const passes = (ms: number) => () => {
      clock += ms;
    };
    const print = (more: string): void => {
      text += more;
    };
    await frozenLine().fit(x, y, {
      batchSize: 4096,
      validationData: [x, y],
      verbose: 2,
      print,
      callbacks: [{ onTrainBatchEnd: passes(10), onTestEnd: passes(990) }],
    });
    expect(text).toContain("1/1 - 1s - 300 images/s - ");
  });

  it("1 draws a bar on a terminal, and prints lines elsewhere", async () => {
    // The tests' standard output is no terminal.
    expect(await printed(1, 1)).toMatch(/^2\/2 - \d+s .*\n$/);
  });

  it("shows what callbacks put in the logs before it", async () => {
    let text = "";
    await frozenLine().fit(x, y, {
      verbose: 2,
      print: (more) => {
        text += more;
      },
      callbacks: [callbacks.reduceLROnPlateau({ monitor: "loss" })],
    });
    expect(text).toContain(" - lr: 0.0000e+00 - ");
  });
});
