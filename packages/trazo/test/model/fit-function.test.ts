import { describe, expect, it } from "vitest";
import { type Batch, type Batches, type BatchMoment, sliceRows, type Tensor } from "../../src/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { smallData, smallNet } from "./tiny.js";

const [x, y] = smallData(20);
const folder = temporaryFolder();

const rows = (start: number, end: number): Batch => ({
  x: sliceRows(x, start, end),
  y: sliceRows(y, start, end),
});

/** Six samples a batch, the last has two. */
function* batches({ step }: { readonly step: number } = { step: 0 }): Generator<Batch> {
  for (let at = 6 * step; at < 20; at += 6) yield rows(at, Math.min(20, at + 6));
}

const compiled = () => {
  const net = smallNet();
  net.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  return net;
};

describe("fit on a function that gives batches", () => {
  it("trains as on the same batches of tensors, to the last bit", async () => {
    const [own, plain] = [compiled(), compiled()];
    const { history } = await own.fit(batches, { epochs: 3, verbose: 0, validationData: batches });
    const options = { epochs: 3, batchSize: 6, shuffle: false, verbose: 0, validationData: [x, y] } as const;
    const wanted = (await plain.fit(x, y, options)).history;
    expect(own.getWeights()).toEqual(plain.getWeights());
    expect(Object.keys(history)).toEqual(Object.keys(wanted));
    expect(history.loss).toEqual(wanted.loss);
    expect(history.val_loss?.[2]).toBeCloseTo(wanted.val_loss?.[2] as number, 6);
  });

  it("takes asynchronous iterables, lists, and batches of other sizes", async () => {
    async function* slow(): AsyncGenerator<Batch> {
      for (const batch of batches()) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        yield batch;
      }
    }
    const [one, two, three] = [compiled(), compiled(), compiled()];
    await one.fit(slow, { verbose: 0 });
    await two.fit(() => [...batches()], { verbose: 0 });
    expect(two.getWeights()).toEqual(one.getWeights());
    const sizes: number[] = [];
    const growing: Batches = () => [rows(0, 2), rows(2, 9), rows(9, 10), rows(10, 20)];
    await three.fit(growing, {
      verbose: 0,
      callbacks: [{ onTrainBatchEnd: (batch) => void sizes.push(batch) }],
    });
    expect(sizes).toEqual([0, 1, 2, 3]);
    expect(three.optimizer.iterations).toBe(4);
  });

  it("takes stepsPerEpoch batches an epoch and continues with the next, calling again where they end", async () => {
    const calls: { epoch: number; step: number }[] = [];
    const net = compiled();
    await net.fit(
      (from) => {
        calls.push(from);
        return batches();
      },
      { epochs: 3, stepsPerEpoch: 3, verbose: 0 },
    );
    expect(net.optimizer.iterations).toBe(9);
    expect(calls).toEqual([
      { epoch: 0, step: 0 },
      { epoch: 1, step: 1 },
      { epoch: 2, step: 2 },
    ]);
  });

  it("weights samples and classes", async () => {
    const [own, plain] = [compiled(), compiled()];
    const sampleWeight = Float32Array.from({ length: 20 }, (_, i) => 1 + (i % 2));
    const classWeight = { 1: 3 };
    await own.fit(() => [{ x, y, sampleWeight }], { classWeight, verbose: 0 });
    await plain.fit(x, y, { sampleWeight, classWeight, batchSize: 20, shuffle: false, verbose: 0 });
    expect(own.getWeights()).toEqual(plain.getWeights());
  });

  it("resumes from a backup where the function begins at the place that it is given", async () => {
    const whole = compiled();
    await whole.fit(batches, { epochs: 3, verbose: 0 });
    const backup = { backupDir: folder.path("backup"), saveFreq: 1 };
    const from = (at: BatchMoment): Generator<Batch> => batches(at);
    const stop = new AbortController();
    const stopping: Batches = function* (at) {
      let step = at.step;
      for (const batch of from(at)) {
        if (at.epoch === 1 && step++ === 2) stop.abort();
        yield batch;
      }
    };
    await expect(
      compiled().fit(stopping, { epochs: 3, verbose: 0, backup, signal: stop.signal }),
    ).rejects.toThrow(/interrupted/i);
    const again = compiled();
    await again.fit(from, { epochs: 3, verbose: 0, backup });
    expect(again.getWeights()).toEqual(whole.getWeights());
    await expect(compiled().fit(() => batches(), { verbose: 0, backup })).rejects.toThrow(
      /with a backup a function of batches must take the place to resume from/,
    );
  });

  it("shows progress though it is not known how many batches come", async () => {
    const printed: string[] = [];
    const print = (text: string): void => void printed.push(text);
    await compiled().fit(batches, { verbose: 2, print });
    expect(printed.join("")).toMatch(/^4\/4 - /);
    printed.length = 0;
    await compiled().evaluate(batches, { verbose: 2, print });
    expect(printed.join("")).toMatch(/^4\/4 - /);
  });

  it("tells the function when no more batches are wanted", async () => {
    let isEnded = false;
    function* endless(): Generator<Batch> {
      try {
        for (;;) yield rows(0, 5);
      } finally {
        isEnded = true;
      }
    }
    await compiled().fit(endless, { epochs: 2, stepsPerEpoch: 2, verbose: 0 });
    expect(isEnded).toBe(true);
    const net = compiled();
    const { loss } = await net.evaluate(endless, { steps: 3 });
    expect(loss).toBeCloseTo(
      (await net.evaluate(...([rows(0, 5).x, rows(0, 5).y] as [Tensor, Tensor]))).loss as number,
      6,
    );
  });

  it.each<readonly [string, () => unknown, RegExp]>([
    ["a function that gives no iterable", () => 3, /must give an iterable of \{ x, y \}, .* but gave 3/],
    ["a function that gives nothing", () => [], /gave none for epoch 1, step 1/],
    ["an iterator that is used up", () => used, /gave none for epoch 2, step 1/],
    ["batches that are none", () => [[x, y]], /^fit: each batch must be an object \{ x, y \}/],
    ["batches of other samples", () => [{ x: y, y }], /the model takes samples of shape \[4, 4, 1\]/],
    ["batches whose targets do not fit", () => [{ x, y: x }], /needs targets of shape/],
  ])("refuses %s", async (_, give, message) => {
    await expect(compiled().fit(give as Batches, { epochs: 2, verbose: 0 })).rejects.toThrow(message);
  });
  const used = batches();

  it("refuses options that belong to data of which fit makes batches", async () => {
    for (const options of [
      { batchSize: 3 },
      { shuffle: true },
      { validationSplit: 0.5 },
      { sampleWeight: [1] },
    ]) {
      await expect(compiled().fit(batches, options)).rejects.toThrow(/not for a function of batches/);
    }
    await expect(compiled().fit(batches() as never, y)).rejects.toThrow(
      /a generator or iterator, which could be/,
    );
    await expect(compiled().evaluate(batches, { batchSize: 3 })).rejects.toThrow(/batchSize is for data/);
  });
});
