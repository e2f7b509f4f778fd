import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BatchPlan } from "../../src/model/batch-plan.js";
import { batchesOf, column, flat, frozenLine } from "./tiny.js";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe("batches of fit", () => {
  it("go through the data in order without shuffling, the last one partial", async () => {
    const epochs = await batchesOf(7, { batchSize: 3, epochs: 2, shuffle: false });
    expect(epochs).toEqual([
      [[0, 1, 2], [3, 4, 5], [6]],
      [[0, 1, 2], [3, 4, 5], [6]],
    ]);
  });

  it("are of 32 samples unless told otherwise", async () => {
    const steps: number[] = [];
    const model = frozenLine();
    const x = column(upTo(70));
    await model.fit(x, x, {
      verbose: 0,
      callbacks: [{ onTrainBatchEnd: (batch) => void steps.push(batch) }],
    });
    expect(steps).toEqual([0, 1, 2]);
  });

  it("are shuffled again in every epoch by default, every sample once an epoch", async () => {
    const epochs = await batchesOf(12, { batchSize: 5, epochs: 3 });
    expect(flat(epochs)).toEqual([upTo(12), upTo(12), upTo(12)]);
    expect(epochs.map((batches) => batches.map((batch) => batch.length))).toEqual([
      [5, 5, 2],
      [5, 5, 2],
      [5, 5, 2],
    ]);
    expect(new Set(epochs.map((batches) => JSON.stringify(batches))).size).toBe(3);
  });

  it("come in an order that the seed decides", async () => {
    const options = { batchSize: 4, epochs: 2 };
    const first = await batchesOf(12, options, 5);
    expect(await batchesOf(12, options, 5)).toEqual(first);
    expect(await batchesOf(12, options, 6)).not.toEqual(first);
  });

  it("continue with stepsPerEpoch where the last epoch ended, and begin a new pass when all are seen", async () => {
    const ordered = await batchesOf(7, { batchSize: 2, epochs: 3, stepsPerEpoch: 2, shuffle: false });
    expect(ordered).toEqual([
      [
        [0, 1],
        [2, 3],
      ],
      [[4, 5], [6]],
      [
        [0, 1],
        [2, 3],
      ],
    ]);
    const shuffled = await batchesOf(8, { batchSize: 2, epochs: 4, stepsPerEpoch: 2 });
    expect(flat([shuffled.slice(0, 2).flat(), shuffled.slice(2).flat()])).toEqual([upTo(8), upTo(8)]);
    expect(shuffled.slice(0, 2)).not.toEqual(shuffled.slice(2));
  });

  it("leave out the last part with validationSplit, before shuffling", async () => {
    const epochs = await batchesOf(10, { batchSize: 4, epochs: 2, validationSplit: 0.25 });
    // floor(10 * 0.75) = 7 samples are trained on.
    expect(flat(epochs)).toEqual([upTo(7), upTo(7)]);
  });
});

describe("BatchPlan", () => {
  const size = fc.integer({ min: 1, max: 40 });

  it("gives every sample once a pass, in full batches but the last", () => {
    fc.assert(
      fc.property(
        size,
        size,
        fc.boolean(),
        fc.integer({ min: 0, max: 9 }),
        (samples, batchSize, shuffle, seed) => {
          const plan = new BatchPlan({ samples, batchSize, shuffle, seed, stepsPerEpoch: undefined });
          expect(plan.steps).toBe(Math.ceil(samples / batchSize));
          for (let pass = 0; pass < 2; pass++) {
            const batches = upTo(plan.steps).map((step) => [...plan.next(pass * plan.steps + step)]);
            expect(batches.slice(0, -1).every((batch) => batch.length === batchSize)).toBe(true);
            expect(batches.flat().sort((a, b) => a - b)).toEqual(upTo(samples));
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it("gives a run that continues from a step the batches that the whole run has", () => {
    const options = { samples: 20, batchSize: 6, shuffle: true, seed: 3, stepsPerEpoch: undefined };
    const whole = new BatchPlan(options);
    const batches = upTo(8).map((step) => [...whole.next(step)]);
    const resumed = new BatchPlan(options);
    expect(upTo(4).map((step) => [...resumed.next(4 + step)])).toEqual(batches.slice(4));
  });
});
