import {
  type Callback,
  callbacks,
  imageDataGenerator,
  indexedDb,
  layers,
  type Model,
  type Runtime,
  type Sequential,
  sequential,
  type TrainInWorkerOptions,
  type TrainingProgress,
  tensor,
  toCategorical,
  trainInWorker,
  webRuntime,
} from "../../src/web/index.js";

const count = 256;
const pixels = Float32Array.from({ length: count * 64 }, (_, i) => Math.sin(i * 37) + ((i >> 6) % 3) * 0.3);
const x = tensor("float32", [count, 8, 8, 1], pixels);
const y = toCategorical(
  tensor(
    "uint8",
    [count],
    Uint8Array.from({ length: count }, (_, i) => i % 3),
  ),
  3,
);

function network(
  runtime: Runtime = webRuntime({ threads: 1 }),
  seed: { readonly seed?: number } = { seed: 3 },
): Sequential {
  const model = sequential(
    [
      layers.input({ shape: [8, 8, 1] }),
      layers.conv2d({ filters: 8, kernelSize: 3, activation: "relu" }),
      layers.flatten(),
      layers.dropout({ rate: 0.2 }),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
    { runtime, ...seed },
  );
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  return model;
}

// A worker of one's own, as a bundler would give it.
const start = () => new Worker("/worker.js", { type: "module" });
declare const Worker: new (
  url: string,
  options: { type: "module" },
) => ReturnType<NonNullable<TrainInWorkerOptions["worker"]>>;

const settings = { epochs: 3, batchSize: 32, validationSplit: 0.25 };

/** What there is to compare of a trained model. */
const contents = (model: Model) => ({
  weights: model.getWeights().map((values) => Array.from(values)),
  iterations: model.optimizer.iterations,
  slots: model.engine.slots.map((arrays) => arrays.map((values) => Array.from(values))),
});

const halvesRate = (): Callback => {
  let model: Parameters<NonNullable<Callback["setModel"]>>[0] | undefined;
  return {
    setModel: (given) => {
      model = given;
    },
    onEpochEnd(epoch, logs) {
      logs.rate = model?.optimizer.learningRate ?? 0;
      if (model) model.optimizer.learningRate /= 2;
      if (epoch === 1 && model) model.stopTraining = true;
    },
  };
};

Object.assign(globalThis, {
  ready: true,

  async sameAsHere() {
    const [here, there] = [network(), network()];
    const { history } = await here.fit(x, y, { ...settings, verbose: 0 });
    const progress: TrainingProgress[] = [];
    const training = trainInWorker(there, x, y, {
      ...settings,
      worker: start,
      onProgress: (one) => progress.push(one),
    });
    const found = (await training.history).history;
    // Both go on from where they are, optimizer included.
    await here.fit(x, y, { epochs: 1, verbose: 0 });
    await trainInWorker(there, x, y, { epochs: 1, worker: start }).history;
    return { history, found, progress, here: contents(here), there: contents(there) };
  },

  async callbacks() {
    const [here, there] = [network(), network()];
    const { history } = await here.fit(x, y, { ...settings, verbose: 0, callbacks: [halvesRate()] });
    const options = { ...settings, worker: start, callbacks: [halvesRate()] };
    const found = (await trainInWorker(there, x, y, options).history).history;
    return { history, found, here: contents(here), there: contents(there) };
  },

  async flows() {
    const [here, there] = [network(), network()];
    const flow = () =>
      imageDataGenerator({ rotationRange: 20, zoomRange: 0.1 }).flow(x, y, { batchSize: 32 });
    const { history } = await here.fit(flow(), { epochs: 2, verbose: 0 });
    const found = (await trainInWorker(there, flow(), { epochs: 2, worker: start }).history).history;
    return { history, found };
  },

  /** In a worker the caller is one of the threads. */
  async threads() {
    const [here, there] = [network(webRuntime({ threads: 2 })), network()];
    const { history } = await here.fit(x, y, { ...settings, verbose: 0 });
    const options = { ...settings, worker: start, runtime: { threads: 2 } };
    const found = (await trainInWorker(there, x, y, options).history).history;
    return { history, found, here: contents(here), there: contents(there) };
  },

  async canceled() {
    const model = network();
    const cancellation = new AbortController();
    const training = trainInWorker(model, x, y, {
      epochs: 10_000,
      worker: start,
      signal: cancellation.signal,
      onProgress: ({ iterations }) => iterations === 20 && cancellation.abort(),
    });
    const error = await training.history.catch((reason: Error) => reason);
    return { name: (error as Error).name, message: (error as Error).message, ...contents(model) };
  },

  /** Interrupted in the third of four epochs, and resumed by another page: the seed is drawn, and the rate falls every epoch. */
  async backedUp() {
    const unseeded = () => network(webRuntime({ threads: 1 }), {});
    const options = () => ({
      ...settings,
      epochs: 4,
      worker: start,
      callbacks: [callbacks.reduceLROnPlateau({ monitor: "loss", factor: 0.5, patience: 1, minDelta: 10 })],
    });
    const backup = { backupDir: "indexeddb://runs/worker", saveFreq: 4 };
    const first = unseeded();
    const stop = new AbortController();
    const interrupted = await trainInWorker(first, x, y, {
      ...options(),
      backup,
      signal: stop.signal,
      onProgress: ({ iterations }) => iterations === 14 && stop.abort(),
    }).history.catch((error: Error) => `${error.name}: ${error.message}`);
    const second = unseeded();
    const found = (await trainInWorker(second, x, y, { ...options(), backup }).history).history;
    const whole = network(webRuntime({ threads: 1 }), { seed: first.seed });
    // The weights that the first began with are drawn from its seed.
    const { history } = await trainInWorker(whole, x, y, options()).history;
    return {
      interrupted,
      history,
      found,
      here: contents(whole),
      there: contents(second),
      left: await indexedDb().list(),
    };
  },

  async paused() {
    const model = network();
    let done = 0;
    const training = trainInWorker(model, x, y, {
      epochs: 10_000,
      worker: start,
      onProgress: ({ iterations }) => {
        done = iterations;
        if (iterations === 5) training.pause();
      },
    });
    const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
    while (done < 5) await wait(5);
    await wait(100);
    const waiting = done;
    await training.update();
    const updated = model.optimizer.iterations;
    await wait(100);
    const still = done;
    training.resume();
    while (done < still + 5) await wait(5);
    training.stop();
    await training.history;
    return { waiting, updated, still, done, iterations: model.optimizer.iterations };
  },

  async refused() {
    const reasons: string[] = [];
    const attempt = async (run: () => Promise<unknown> | unknown) => {
      try {
        await run();
        reasons.push("nothing");
      } catch (error) {
        reasons.push(`${(error as Error).name}: ${(error as Error).message}`);
      }
    };
    const lost = () => new Worker("/nothing.js", { type: "module" });
    await attempt(() => trainInWorker(network(), x, y, { worker: lost }).history);
    await attempt(() => trainInWorker(network(), x, y, { worker: start, epochs: -1 }).history);
    await attempt(() =>
      trainInWorker(network(), x, y, { worker: start, verbose: 1 } as TrainInWorkerOptions),
    );
    await attempt(
      () =>
        trainInWorker(network(), x, y, {
          worker: start,
          callbacks: [
            {
              onEpochEnd() {
                throw new Error("of the callback");
              },
            },
          ],
        }).history,
    );
    return reasons;
  },
});
