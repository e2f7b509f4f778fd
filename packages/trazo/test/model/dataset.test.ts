import { describe, expect, it } from "vitest";
import {
  augmentDataset,
  callbacks,
  type Dataset,
  divide,
  type FitOptions,
  imageDataGenerator,
  mapBatches,
  mapDataset,
  type Sequential,
  TrainingInterrupted,
  TrazoError,
  tensor,
  tensorDataset,
} from "../../src/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { oneHot, smallData, smallNet } from "./tiny.js";

const [x, y] = smallData(20);
const bytes = tensor(
  "uint8",
  [20, 4, 4, 1],
  Uint8Array.from({ length: 320 }, (_, i) => (i * 37) % 256),
);

function compiled(seed = 7): Sequential {
  const model = smallNet(seed);
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  return model;
}

async function trained(data: Dataset, options: FitOptions = {}): Promise<Float32Array[]> {
  const model = compiled();
  await model.fit(data, { batchSize: 8, epochs: 3, verbose: 0, ...options });
  return model.getWeights();
}

/** The same dataset, read in another time than it was asked for, as files are. */
const slow = (dataset: Dataset): Dataset => ({
  ...dataset,
  async read(indices, into, context) {
    await new Promise((resolve) => setTimeout(resolve, (indices[0] as number) % 5));
    await dataset.read(indices, into, context);
  },
});

const noisy = (dataset: Dataset): Dataset =>
  mapDataset(dataset, ({ x }, random) => {
    for (let i = 0; i < x.length; i++) x[i] = (x[i] as number) + 0.2 * random.normal();
  });

describe("fit on a dataset", () => {
  it.each<[string, FitOptions]>([
    ["as it is", {}],
    ["in order", { shuffle: false }],
    ["with class weights", { classWeight: { 0: 2, 2: 0.5 } }],
    ["with sample weights", { sampleWeight: Array.from({ length: 20 }, (_, i) => 1 + (i % 3)) }],
    ["with both", { classWeight: { 1: 3 }, sampleWeight: Array.from({ length: 20 }, (_, i) => 1 + (i % 3)) }],
    ["with fewer steps", { stepsPerEpoch: 2 }],
    ["with a part for validation", { validationSplit: 0.25 }],
  ])("%s gives the very weights and history of fit on tensors", async (_, options) => {
    const settings = { batchSize: 8, epochs: 3, verbose: 0, ...options } as const;
    const model = compiled();
    const history = await model.fit(divide(bytes, 255), y, settings);
    const same = compiled();
    const sameHistory = await same.fit(slow(tensorDataset(divide(bytes, 255), y)), settings);
    expect(same.getWeights()).toEqual(model.getWeights());
    expect(sameHistory).toEqual(history);
  });

  it("uses the weights of its samples", async () => {
    const weights = Array.from({ length: 20 }, (_, i) => i / 10);
    const model = compiled();
    await model.fit(x, y, { batchSize: 8, epochs: 3, verbose: 0, sampleWeight: weights });
    expect(await trained(tensorDataset(x, y, weights))).toEqual(model.getWeights());
  });

  it("gives the same bytes whatever the time that reading takes", async () => {
    const weights = await trained(noisy(tensorDataset(x, y)));
    expect(await trained(slow(noisy(tensorDataset(x, y))))).toEqual(weights);
    expect(await trained(tensorDataset(x, y))).not.toEqual(weights);
  });

  it("draws again in every epoch, and the same again in another training with the seed", async () => {
    const drawn = async (): Promise<number[]> => {
      const values: number[] = [];
      const spied = mapDataset(tensorDataset(x, y), ({ index }, random) => {
        if (index === 3) values.push(random.uniform());
      });
      await trained(spied);
      return values;
    };
    const values = await drawn();
    expect(new Set(values).size).toBe(3);
    expect(await drawn()).toEqual(values);
  });

  it("continues from the step at which it was interrupted as if nothing had happened", async () => {
    const data = (): Dataset => slow(noisy(tensorDataset(x, y)));
    const whole = await trained(data());
    const backup = { backupDir: folder.path("backup"), saveFreq: 1 };
    const stopping = new AbortController();
    const interrupted = trained(data(), {
      backup,
      signal: stopping.signal,
      callbacks: [{ onTrainBatchEnd: (batch) => (batch === 1 ? stopping.abort() : undefined) }],
    });
    await expect(interrupted).rejects.toBeInstanceOf(TrainingInterrupted);
    expect(await trained(data(), { backup, callbacks: [{ onTrainBatchEnd: () => undefined }] })).toEqual(
      whole,
    );
  });

  it("does not continue with other data", async () => {
    const backup = { backupDir: folder.path("other"), deleteCheckpoint: false };
    const data = (name: string): Dataset => ({ ...tensorDataset(x, y), fingerprint: () => name });
    await trained(data("first"), { backup });
    await expect(trained(data("second"), { backup })).rejects.toThrow(/first[\s\S]*second/);
  });

  it("tells of a read that fails, and trains again after it", async () => {
    const source: Dataset = tensorDataset(x, y);
    let fails = true;
    const failing: Dataset = {
      ...source,
      read(indices, into, context) {
        if (fails && indices.includes(7)) throw new Error("sample 7 is gone");
        return source.read(indices, into, context);
      },
    };
    const model = compiled();
    const options = { batchSize: 4, verbose: 0 } as const;
    await expect(model.fit(failing, options)).rejects.toThrow("sample 7 is gone");
    fails = false;
    await model.fit(failing, options);
  });

  it("reads a few batches ahead, not all of them", async () => {
    const source: Dataset = tensorDataset(x, y);
    let [reads, most] = [0, 0];
    const counting: Dataset = {
      ...source,
      async read(indices, into, context) {
        reads += 1;
        await source.read(indices, into, context);
      },
    };
    let steps = 0;
    await trained(counting, {
      batchSize: 2,
      callbacks: [
        {
          onTrainBatchBegin() {
            steps += 1;
            most = Math.max(most, reads - steps);
          },
        },
      ],
    });
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(4);
    expect(reads).toBe(30);
  });

  it("records how its bytes are scaled", async () => {
    const model = compiled();
    await model.fit(tensorDataset(divide(bytes, 255), y), { verbose: 0 });
    expect(model.preparation).toMatchObject({ divisor: 255 });
  });

  it.each<[string, Partial<Dataset>, RegExp]>([
    ["no samples", { length: 0 }, /fit: the dataset's length must be a positive integer, but is 0/],
    ["no type", { x: undefined as never }, /the dataset's x must say the type of a sample/],
    [
      "an unknown type",
      { x: { dtype: "int8" as never, shape: [4, 4, 1] } },
      /the dataset's x.dtype must be one of float32/,
    ],
    ["another shape", { x: { dtype: "float32", shape: [5] } }, /the model takes samples of shape/],
    ["no targets", { y: undefined }, /fit: the dataset has no targets/],
  ])("refuses one with %s", async (_, wrong, message) => {
    await expect(trained({ ...tensorDataset(x, y), ...wrong })).rejects.toThrow(message);
    await expect(trained({ ...tensorDataset(x, y), ...wrong })).rejects.toBeInstanceOf(TrazoError);
  });

  it("refuses targets that the loss cannot use as they are read", async () => {
    const model = smallNet();
    model.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
    const labels = tensor(
      "int32",
      [20],
      Int32Array.from({ length: 20 }, (_, i) => (i === 15 ? 3 : 0)),
    );
    await expect(model.fit(tensorDataset(x, labels), { verbose: 0 })).rejects.toThrow(/fit: .*3/);
  });
});

const folder = temporaryFolder();

describe("validation, evaluate and predict", () => {
  it("on a dataset are those on its tensors", async () => {
    const model = compiled();
    const data = slow(tensorDataset(x, y));
    expect(await model.evaluate(data, { batchSize: 8 })).toEqual(
      await model.evaluate(x, y, { batchSize: 8 }),
    );
    expect(await model.evaluate(data, { batchSize: 8, steps: 1 })).toEqual(
      await model.evaluate(x, y, { batchSize: 8, steps: 1 }),
    );
    expect(await model.predict(data, { batchSize: 8 })).toEqual(await model.predict(x, { batchSize: 8 }));
    expect(await model.predict({ ...data, y: undefined }, { batchSize: 8 })).toEqual(
      await model.predict(x, { batchSize: 8 }),
    );
    const history = (validationData: FitOptions["validationData"]) =>
      compiled().fit(x, y, { epochs: 2, verbose: 0, validationData });
    expect(await history(data)).toEqual(await history([x, y]));
  });

  it("take a flow, whose images are as its generator makes them", async () => {
    const model = compiled();
    const flow = imageDataGenerator({ rescale: 0.5 }).flow(x, y);
    const half = divide(x, 2);
    expect((await model.evaluate(flow)).loss).toBeCloseTo((await model.evaluate(half, y)).loss as number, 6);
    const [got, wanted] = [await model.predict(flow), await model.predict(half)];
    for (const [i, value] of got.data.entries()) expect(value).toBeCloseTo(wanted.data[i] as number, 6);
    const history = await model.fit(flow, { verbose: 0, validationData: flow });
    expect(history.history.val_loss).toHaveLength(1);
    const varied = imageDataGenerator({ rotationRange: 90 }).flow(x, y);
    expect(await model.predict(varied)).not.toEqual(await model.predict(x));
    expect(await model.predict(varied)).toEqual(await model.predict(varied));
  });

  it("stop with the batch at fault where the validation loss is not finite", async () => {
    const model = compiled();
    const broken = mapDataset(tensorDataset(x, y), ({ x, index }) => {
      if (index === 12) x[0] = Number.NaN;
    });
    const options = { verbose: 0, validationData: broken, stopOnNonFinite: true } as const;
    await expect(model.fit(x, y, options)).rejects.toThrow(/validation/i);
  });

  it("works with callbacks that end a training early", async () => {
    const model = compiled();
    const stop = callbacks.earlyStopping({ monitor: "loss", patience: 0, mode: "max" });
    const history = await model.fit(slow(tensorDataset(x, y)), { epochs: 9, verbose: 0, callbacks: [stop] });
    expect(history.epoch.length).toBeLessThan(9);
  });
});

describe("mapBatches", () => {
  it("sees the divided values of a whole batch", async () => {
    const seen: number[] = [];
    const spied = mapBatches(
      tensorDataset(
        divide(bytes, 255),
        oneHot(
          [...Array(20).keys()].map((i) => i % 3),
          3,
        ),
      ),
      ({ x, y }) => {
        expect(x.shape).toEqual([y?.shape[0], 4, 4, 1]);
        seen.push(...x.data);
      },
    );
    await compiled().evaluate(spied);
    expect(seen).toEqual([...bytes.data].map((value) => Math.fround(value / 255)));
  });

  it("draws other numbers than the map below it", async () => {
    const drawn: number[] = [];
    const below = mapBatches(tensorDataset(x, y), (_, random) => drawn.push(random.nextUint32()));
    const above = mapBatches(below, (_, random) => drawn.push(random.nextUint32()));
    await compiled().evaluate(above, { batchSize: 20 });
    expect(new Set(drawn).size).toBe(2);
  });
});

describe("augmentDataset", () => {
  it("makes the generator's pictures, others in every epoch, the same with the same seed", async () => {
    const source = tensorDataset(tensor("float32", [20, 4, 4, 1], [...bytes.data]), y);
    const generator = imageDataGenerator({
      rotationRange: 40,
      brightnessRange: [0.5, 1.5],
      rescale: 1 / 255,
    });
    const plain = augmentDataset(source, imageDataGenerator({ rescale: 1 / 255 }));
    expect(await trained(plain)).toEqual(
      await trained(
        mapDataset(source, ({ x }) => {
          for (let i = 0; i < x.length; i++) x[i] = (x[i] as number) * (1 / 255);
        }),
      ),
    );
    const weights = await trained(augmentDataset(source, generator));
    expect(await trained(slow(augmentDataset(source, generator)))).toEqual(weights);
    expect(weights).not.toEqual(await trained(plain));
    expect(augmentDataset(source, generator).fingerprint?.()).toContain("rotationRange");
  });

  it("refuses samples that are not pictures", () => {
    const rows = tensorDataset(tensor("float32", [2, 3], [1, 2, 3, 4, 5, 6]));
    expect(() => augmentDataset(rows, imageDataGenerator())).toThrow(
      "takes pictures of shape [height, width, channels]",
    );
  });
});
