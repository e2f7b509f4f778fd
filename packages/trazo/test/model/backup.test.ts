import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  type Callback,
  callbacks,
  type FitOptions,
  type History,
  imageDataGenerator,
  type Layer,
  layers,
  loadModel,
  optimizers,
  type Sequential,
  sequential,
  TrainingInterrupted,
} from "../../src/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { smallData } from "./tiny.js";

const { path } = temporaryFolder();
const [x, y] = smallData(22);
const validation = smallData(9);
const epochs = 5;

/** A network with everything that has a state or draws numbers. */
function network(seed: number | undefined = 3): Sequential {
  const model = sequential(
    [
      layers.input({ shape: x.shape.slice(1) }),
      layers.conv2d({ filters: 3, kernelSize: 3, activation: "relu" }),
      layers.batchNormalization(),
      layers.spatialDropout2d({ rate: 0.2 }),
      layers.flatten(),
      layers.gaussianNoise({ stddev: 0.1 }),
      layers.dense({ units: 8, activation: "relu" }),
      layers.dropout({ rate: 0.5 }),
      layers.dense({ units: y.shape[1] as number, activation: "softmax" }),
    ],
    seed === undefined ? {} : { seed },
  );
  model.compile({
    optimizer: optimizers.adam({ learningRate: 0.01 }),
    loss: "categoricalCrossentropy",
    metrics: ["accuracy"],
  });
  return model;
}

const flow = () =>
  imageDataGenerator({ rotationRange: 40, widthShiftRange: 0.2 }).flow(x, y, { batchSize: 4 });

/** The callbacks of a run in a folder, and one more that is the test's. */
function fitting(
  folder: string,
  extra: Partial<FitOptions> = {},
  more: readonly Callback[] = [],
): FitOptions {
  return {
    epochs,
    verbose: 0,
    validationData: validation,
    backup: { backupDir: join(folder, "state"), saveFreq: 1, deleteCheckpoint: false },
    callbacks: [
      ...more,
      callbacks.reduceLROnPlateau({ monitor: "val_loss", factor: 0.5, patience: 1 }),
      callbacks.earlyStopping({ patience: 50, restoreBestWeights: true }),
      callbacks.modelCheckpoint({ filepath: join(folder, "best.h5"), saveBestOnly: true }),
      callbacks.csvLogger({ filename: join(folder, "history.csv") }),
      callbacks.jsonLinesLogger({ filename: join(folder, "history.jsonl") }),
      callbacks.tensorBoard({ logDir: join(folder, "events") }),
    ],
    ...extra,
  };
}

interface Outcome {
  readonly weights: Float32Array[];
  readonly history: History;
  readonly csv: string;
  readonly lines: string;
  readonly best: Float32Array[];
}

async function outcome(folder: string, model: Sequential, history: History): Promise<Outcome> {
  return {
    weights: model.getWeights(),
    history,
    csv: readFileSync(join(folder, "history.csv"), "utf8"),
    lines: readFileSync(join(folder, "history.jsonl"), "utf8"),
    best: (await loadModel(join(folder, "best.h5"))).getWeights(),
  };
}

const uninterrupted = async (name: string, seed?: number): Promise<Outcome> => {
  const model = network(seed);
  return outcome(path(name), model, await model.fit(flow(), fitting(path(name))));
};

/** Runs until the numbered step of this process, then is interrupted. */
async function interruptedAfter(folder: string, steps: number, model = network()): Promise<void> {
  const controller = new AbortController();
  let done = 0;
  const counter: Callback = {
    onTrainBatchEnd: () => {
      if (++done === steps) controller.abort();
    },
  };
  await expect(model.fit(flow(), fitting(folder, { signal: controller.signal }, [counter]))).rejects.toThrow(
    TrainingInterrupted,
  );
}

afterEach(() => vi.restoreAllMocks());

/** In the place of the interrupting callback. */
const idle: Callback = { onTrainBatchEnd: () => {} };

describe("fit with a backup", () => {
  it("interrupted anywhere and called again ends with the same bytes as without interruption", async () => {
    const whole = await uninterrupted("whole");
    for (const steps of [1, 3, 5, 6, 7, 11, 12, 17]) {
      const folder = path(`cut-${steps}`);
      await interruptedAfter(folder, steps);
      await interruptedAfter(folder, 4);
      const model = network();
      const history = await model.fit(flow(), fitting(folder, {}, [idle]));
      expect(await outcome(folder, model, history), `after ${steps} steps`).toEqual(whole);
    }
  });

  it("continues with the seed of a model that was given none", async () => {
    const folder = path("no-seed");
    const first = sequentialWithoutSeed();
    await interruptedAfter(folder, 7, first);
    const second = sequentialWithoutSeed();
    await second.fit(flow(), fitting(folder, {}, [idle]));
    expect(second.seed).toBe(first.seed);
    const whole = network(first.seed);
    await whole.fit(flow(), fitting(path("with-seed"), {}, [idle]));
    expect(second.getWeights()).toEqual(whole.getWeights());
  });

  it("trains no more when it was complete, and continues for more epochs", async () => {
    const folder = path("more");
    const model = network();
    await model.fit(flow(), fitting(folder));
    const again = network();
    const { history } = await again.fit(flow(), fitting(folder));
    expect(again.getWeights()).toEqual(model.getWeights());
    expect(history.loss).toHaveLength(epochs);
    const longer = network();
    const all = await longer.fit(flow(), fitting(folder, { epochs: epochs + 2 }));
    expect(all.epoch).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it("counts the passes to be varied from where the training began, interrupted or not", async () => {
    const varied = (variedPasses = 2) =>
      imageDataGenerator({ rotationRange: 40 }).flow(x, y, { batchSize: 4, variedPasses });
    const trainedBefore = async (): Promise<Sequential> => {
      const model = network();
      await model.fit(x, y, { epochs: 3, verbose: 0 });
      return model;
    };
    const whole = await trainedBefore();
    await whole.fit(varied(), { epochs: 3, verbose: 0 });
    const plain = await trainedBefore();
    await plain.fit(varied(0), { epochs: 3, verbose: 0 });
    expect(whole.getWeights()).not.toEqual(plain.getWeights());
    const controller = new AbortController();
    const interrupt: Callback = {
      onTrainBatchEnd: (batch) => {
        if (batch === 1) controller.abort();
      },
    };
    const options = { epochs: 3, verbose: 0, backup: { backupDir: path("varied") } } as const;
    const first = (await trainedBefore()).fit(varied(), {
      ...options,
      signal: controller.signal,
      callbacks: [interrupt],
    });
    await expect(first).rejects.toThrow(TrainingInterrupted);
    const second = network();
    await second.fit(varied(), { ...options, callbacks: [idle] });
    expect(second.getWeights()).toEqual(whole.getWeights());
  });

  it("refuses other settings and shows the difference", async () => {
    const folder = path("changed");
    await interruptedAfter(folder, 3);
    const other = imageDataGenerator({ rotationRange: 10 }).flow(x, y, { batchSize: 8 });
    const refused = network(4).fit(other, fitting(folder, {}, [idle]));
    await expect(refused).rejects.toThrow(/other settings/);
    for (const difference of [
      "fit.batchSize: 4 then, 8 now",
      "fit.seed: 3 then, 4 now",
      "fit.flow.generator.rotationRange: 40 then, 10 now",
    ]) {
      await expect(refused).rejects.toThrow(difference);
    }
    await expect(network().fit(x, y, fitting(folder, {}, [idle]))).rejects.toThrow("fit.flow");
  });

  it("removes its state when training has ended, unless told otherwise", async () => {
    const backupDir = path("removed");
    await network().fit(flow(), { epochs: 1, verbose: 0, backup: { backupDir } });
    expect(() => readdirSync(backupDir)).toThrow("ENOENT");
  });

  it.each([
    ["cut short", (file: string) => truncateSync(file, 1000)],
    [
      "with one bit changed",
      (file: string) => {
        const bytes = readFileSync(file);
        bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 4;
        writeFileSync(file, bytes);
      },
    ],
    ["empty", (file: string) => truncateSync(file, 0)],
    ["gone", (file: string) => rmSync(file)],
  ])(
    "falls back to the state before when the latest is %s, says so, and loses nothing",
    async (what, damage) => {
      const whole = await uninterrupted("whole-for-damage");
      const folder = path(`damaged-${what}`);
      await interruptedAfter(folder, 8);
      damage(join(folder, "state/state.bin"));
      const said: string[] = [];
      const model = network();
      const print = (text: string): void => void said.push(text);
      const history = await model.fit(flow(), fitting(folder, { print }, [idle]));
      expect(said.join("")).toMatch(
        /state\.bin is (damaged|missing); resuming from the state saved before it/,
      );
      expect(await outcome(folder, model, history)).toEqual(whole);
    },
  );

  it("says what to do when all states are damaged", async () => {
    const folder = path("all-damaged");
    await interruptedAfter(folder, 8);
    for (const name of ["state.bin", "state.previous.bin"]) writeFileSync(join(folder, "state", name), "?");
    await expect(network().fit(flow(), fitting(folder, {}, [idle]))).rejects.toThrow(/damaged.*start over/s);
  });

  it("does not mind the clock going back or standing still", async () => {
    const whole = await uninterrupted("whole-for-clock");
    const folder = path("clock");
    let now = Date.now();
    vi.spyOn(Date, "now").mockImplementation(() => (now -= 3_600_000));
    await interruptedAfter(folder, 8);
    vi.spyOn(Date, "now").mockReturnValue(0);
    const model = network();
    const history = await model.fit(flow(), fitting(folder, {}, [idle]));
    expect(await outcome(folder, model, history)).toEqual(whole);
  });

  it("notices that the folder was removed meanwhile, and has saved the state again", async () => {
    const whole = await uninterrupted("whole-for-removed");
    const folder = path("vanishing");
    let steps = 0;
    const remover: Callback = {
      onTrainBatchEnd: () => {
        if (++steps === 9) rmSync(folder, { recursive: true });
      },
    };
    const cut = network().fit(flow(), fitting(folder, {}, [remover]));
    await expect(cut).rejects.toThrow(/was removed, or taken by another process/);
    const model = network();
    const history = await model.fit(flow(), fitting(folder, {}, [idle]));
    const { best: _, ...rest } = await outcome(folder, model, history);
    expect(whole).toMatchObject(rest);
  });

  it("keeps a second process out, but not for a dead one", async () => {
    const backupDir = path("locked");
    mkdirSync(backupDir);
    const inner = network().fit(flow(), {
      epochs: 1,
      verbose: 0,
      backup: { backupDir },
      callbacks: [
        {
          onTrainBegin: async () => {
            await expect(network().fit(flow(), { verbose: 0, backup: { backupDir } })).rejects.toThrow(
              `in use by process ${process.pid}`,
            );
          },
        },
      ],
    });
    await inner;
    mkdirSync(backupDir, { recursive: true });
    const dead = { pid: 2 ** 22 + 1, host: (await import("node:os")).hostname(), token: "x" };
    writeFileSync(join(backupDir, ".lock"), JSON.stringify(dead));
    await network().fit(flow(), { verbose: 0, backup: { backupDir } });
  });
});

const sequentialWithoutSeed = (): Sequential => {
  const model = sequential(
    network().definition.layers.map(({ layer }) => layer as Layer),
    {},
  );
  model.compile({
    optimizer: optimizers.adam({ learningRate: 0.01 }),
    loss: "categoricalCrossentropy",
    metrics: ["accuracy"],
  });
  return model;
};
