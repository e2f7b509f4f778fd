import { cpSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  divide,
  type FitOptions,
  type ImageDataGeneratorOptions,
  imageDataGenerator,
  layers,
  nodeRuntime,
  type Runtime,
  Sequential,
  TrainingInterrupted,
  tensor,
} from "../../src/index.js";
import { webRuntime } from "../../src/web/runtime/web-runtime.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { inTurn, noise } from "../model/tiny.js";
import { planned } from "./planned.js";

const { path } = temporaryFolder();
const [side, classes, count] = [20, 3, 29];

function network(runtime: Runtime, channels: number): Sequential {
  const model = new Sequential(
    [
      layers.input({ shape: [side, side, channels] }),
      layers.conv2d({ filters: 8, kernelSize: 3, activation: "relu" }),
      layers.batchNormalization(),
      layers.maxPooling2d(),
      layers.flatten(),
      layers.dense({ units: 60, activation: "relu" }),
      layers.dropout({ rate: 0.4 }),
      layers.dense({ units: classes, activation: "softmax" }),
    ],
    { seed: 4, runtime },
  );
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
  return model;
}

interface Case {
  readonly options: ImageDataGeneratorOptions;
  readonly channels?: number;
  readonly isBytes?: boolean;
  readonly variedPasses?: number;
}

/** Every fourth batch is a partial one. */
async function train(
  runtime: Runtime,
  { options, channels = 1, isBytes, variedPasses }: Case,
  more: FitOptions = {},
) {
  const shape = [count, side, side, channels];
  const values = noise(count * side * side * channels);
  const x = isBytes
    ? divide(
        tensor(
          "uint8",
          shape,
          Uint8Array.from(values, (value) => 100 * Math.abs(value)),
        ),
        255,
      )
    : tensor("float32", shape, values);
  const model = network(runtime, channels);
  const flow = imageDataGenerator(options).flow(x, inTurn(count, classes, 5), { batchSize: 8, variedPasses });
  const { history } = await model.fit(flow, { epochs: 3, verbose: 0, ...more });
  const result = { history, weights: model.getWeights() };
  await model.dispose();
  return result;
}

const usual = { rotationRange: 30, widthShiftRange: 0.1, zoomRange: 0.2 };
/** Does nothing, but what it does only JavaScript knows. */
const inJavaScript = { preprocessingFunction: () => {} };

describe("images that a plan varies itself train to the very weights of those that JavaScript varies", () => {
  const cases: readonly (Case & { readonly name: string })[] = [
    { name: "floats", options: usual },
    { name: "bytes", options: usual, isBytes: true },
    {
      name: "colors, mirrored and rescaled",
      options: { ...usual, horizontalFlip: true, rescale: 0.5 },
      channels: 3,
    },
    { name: "bent", options: { ...usual, elasticRange: 3 }, isBytes: true },
    { name: "reflected", options: { ...usual, fillMode: "reflect" } },
    { name: "in an empty frame", options: { ...usual, fillMode: "constant", cval: 0.5 } },
    { name: "left as they are at last", options: { ...usual, elasticRange: 3 }, variedPasses: 1 },
  ];
  const runtimes: readonly (readonly [string, () => Runtime | Promise<Runtime>])[] = [
    ["one thread", () => planned(1)],
    ["two threads", () => planned(2)],
    ["threads beside the caller's", () => planned(2, true)],
    ["the thread of a page", () => webRuntime({ threads: 1 })],
  ];
  describe.each(runtimes)("with %s", (_, runtime) => {
    it.each(cases)("$name", async ({ options, ...given }) => {
      const wanted = await train(await runtime(), { options: { ...options, ...inJavaScript }, ...given });
      expect(await train(await runtime(), { options, ...given })).toEqual(wanted);
    });
  });

  it("where the network is run as a graph, too", async () => {
    const runtime = await nodeRuntime({ threads: 1, engine: "graph" });
    const wanted = await train(runtime, { options: { ...usual, ...inJavaScript } });
    expect(await train(runtime, { options: usual })).toEqual(wanted);
  });

  it("where a training is interrupted in the middle of an epoch and goes on", async () => {
    const whole = await train(await planned(2), { options: usual });
    const backup = { backupDir: path("backup") };
    const stop = new AbortController();
    const halt = { onTrainBatchEnd: () => stop.abort() };
    const first = train(
      await planned(2),
      { options: usual },
      { backup, signal: stop.signal, callbacks: [halt] },
    );
    await expect(first).rejects.toThrow(TrainingInterrupted);
    const going = { backup, callbacks: [{ onTrainBatchEnd: () => {} }] };
    expect(await train(await planned(2), { options: usual }, going)).toEqual(whole);
  });
});

describe("a model trained on images of one type, and then of another", () => {
  const [channels, size] = [1, 24];
  const shape = [size, side, side, channels];
  const amounts = Uint8Array.from(noise(size * side * side), (value) => 100 * Math.abs(value));
  const sources = {
    floats: tensor("float32", shape, noise(size * side * side)),
    bytes: divide(tensor("uint8", shape, amounts), 255),
    "bytes of another scale": divide(tensor("uint8", shape, amounts), 50),
  };
  type Source = keyof typeof sources;

  async function weightsAfter(options: ImageDataGeneratorOptions, order: readonly Source[]) {
    const model = network(await planned(1), channels);
    for (const name of order) {
      const flow = imageDataGenerator(options).flow(sources[name], inTurn(size, classes, 5), {
        batchSize: 8,
      });
      await model.fit(flow, { verbose: 0 });
    }
    const weights = model.getWeights();
    await model.dispose();
    return weights;
  }

  it.each<readonly [Source, Source]>([
    ["bytes", "floats"],
    ["floats", "bytes"],
    ["bytes", "bytes of another scale"],
  ])("varies both as JavaScript does: %s, then %s", async (...order) => {
    expect(await weightsAfter(usual, order)).toEqual(
      await weightsAfter({ ...usual, ...inJavaScript }, order),
    );
  });
});

describe("a model without a seed that has been trained before it takes up an interrupted training", () => {
  const x = tensor("float32", [16, 4], noise(16 * 4));
  const y = inTurn(16, classes, 5);

  async function unseeded(runtime: Runtime): Promise<Sequential> {
    const model = new Sequential(
      [
        layers.dense({ units: 30, inputShape: [4] }),
        layers.dropout({ rate: 0.5 }),
        layers.gaussianNoise({ stddev: 0.5 }),
        layers.dense({ units: classes, activation: "softmax" }),
      ],
      { runtime },
    );
    model.compile({ optimizer: "sgd", loss: "categoricalCrossentropy" });
    return model;
  }

  it.each(["plan", "graph"] as const)(
    "draws what the interrupted one would have drawn: %s",
    async (engine) => {
      const runtime = () => nodeRuntime({ threads: 1, engine });
      const folder = (name: string) => path(`unseeded-${engine}-${name}`);
      const options = (name: string) => ({
        ...{ epochs: 3, batchSize: 8, verbose: 0 as const, backup: { backupDir: folder(name) } },
      });
      const stop = new AbortController();
      const interrupted = await unseeded(await runtime());
      const stopping = { callbacks: [{ onEpochEnd: () => stop.abort() }], signal: stop.signal };
      await expect(interrupted.fit(x, y, { ...options("first"), ...stopping })).rejects.toThrow(
        TrainingInterrupted,
      );
      cpSync(folder("first"), folder("second"), { recursive: true });
      const resumed = async (name: string, isTrainedBefore: boolean) => {
        const model = await unseeded(await runtime());
        if (isTrainedBefore)
          await model.trainOnBatch(tensor("float32", [8, 4], noise(8 * 4)), inTurn(8, classes, 5));
        await model.fit(x, y, { ...options(name), callbacks: [{ onEpochEnd: () => {} }] });
        return model.getWeights();
      };
      const wanted = await resumed("first", false);
      expect(await resumed("second", true)).toEqual(wanted);
    },
  );
});

describe("masks of dropout that a plan draws itself", () => {
  /** Twice the values that are kept are too large for float32. */
  async function message(runtime: Runtime): Promise<string> {
    const model = new Sequential(
      [
        layers.dense({ units: 9, inputShape: [1], kernelInitializer: "ones" }),
        layers.dropout({ rate: 0.5 }),
        layers.dense({ units: 1 }),
      ],
      { seed: 3, runtime },
    );
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    const x = tensor("float32", [2, 1], [2e38, 2e38]);
    const y = tensor("float32", [2, 1], [1, 1]);
    const failed = model.fit(x, y, { batchSize: 2, verbose: 0, stopOnNonFinite: true });
    const text = await failed.then(String, (error: Error) => error.message);
    await model.dispose();
    return text;
  }

  it("are those by which the error of a loss that is not finite tells what went wrong first", async () => {
    const wanted = await message(await nodeRuntime({ threads: 1, engine: "graph" }));
    expect(wanted).toMatch(/the output of the layer "dropout": it holds Infinity at \[0, [1-9]\]/);
    expect(await message(await planned(1))).toBe(wanted);
  });
});
