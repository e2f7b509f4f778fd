import {
  indexedDb,
  layers,
  opfs,
  optimizers,
  sequential,
  tensor,
  type WebRuntimeOptions,
  webRuntime,
} from "../../src/web/index.js";
import { trained } from "./trained.js";

const library = { layers, optimizers, sequential, tensor };

Object.assign(globalThis, {
  ready: true,

  train: (kind: "convolutions" | "normalized", options?: WebRuntimeOptions) =>
    trained(library, kind, webRuntime(options)),

  /** Two trainings that share the threads of a runtime. */
  async both(options: WebRuntimeOptions) {
    const runtime = webRuntime(options);
    return await Promise.all([
      trained(library, "convolutions", runtime),
      trained(library, "normalized", runtime),
    ]);
  },

  refusal(options: WebRuntimeOptions) {
    try {
      webRuntime(options);
    } catch (error) {
      return (error as Error).message;
    }
    return "none";
  },

  runtimeName: () => webRuntime().name,

  /** Weights after a training in one go, and after one that was interrupted and resumed. */
  async resumed(backupDir: string) {
    const options = { epochs: 3, batchSize: 8, verbose: 0 } as const;
    const whole = small();
    await whole.fit(x, y, options);
    const stop = new AbortController();
    const halt = { onTrainBatchEnd: () => void (first.optimizer.iterations === 7 && stop.abort()) };
    const first = small();
    const backup = { backupDir, saveFreq: 2 };
    const interrupted = await reasonOf(() =>
      first.fit(x, y, { ...options, backup, callbacks: [halt], signal: stop.signal }),
    );
    const files = await allFiles();
    const second = small();
    const idle = { onTrainBatchEnd: () => {} };
    const { history } = await second.fit(x, y, {
      ...options,
      backup,
      callbacks: [idle],
    });
    return {
      same: JSON.stringify(second.getWeights()) === JSON.stringify(whole.getWeights()),
      steps: second.optimizer.iterations,
      epochs: history.loss?.length,
      interrupted,
      files,
      left: await allFiles(),
    };
  },

  /** Why a second training in the same place does not begin, and why one does not resume from damaged states. */
  async refusedBackups() {
    const backup = { backupDir: "indexeddb://runs/busy" };
    let busy = "nothing";
    const other = {
      onEpochBegin: async () => {
        busy = await reasonOf(() => small().fit(x, y, { verbose: 0, backup }));
      },
    };
    await small().fit(x, y, { verbose: 0, backup, callbacks: [other] });
    await indexedDb().write("runs/damaged/state.0.bin", Uint8Array.of(1, 2, 3));
    const damaged = await reasonOf(() =>
      small().fit(x, y, { verbose: 0, backup: { backupDir: "indexeddb://runs/damaged" } }),
    );
    await indexedDb().remove("runs/damaged/state.0.bin");
    const address = await reasonOf(() =>
      small().fit(x, y, { verbose: 0, backup: { backupDir: "https://a.b/c" } }),
    );
    return [busy, damaged, address];
  },

  /** The steps of a training while no timer runs out and nothing is drawn. */
  async withoutTimers() {
    const never = () => 0;
    const names = ["setTimeout", "setInterval", "requestAnimationFrame", "requestIdleCallback"];
    Object.assign(globalThis, Object.fromEntries(names.map((name) => [name, never])));
    const model = small(webRuntime());
    await model.fit(x, y, { epochs: 4, batchSize: 8, verbose: 0 });
    return model.optimizer.iterations;
  },
});

const allFiles = async () => [
  ...("storage" in navigator ? await opfs().list() : []),
  ...(await indexedDb().list()),
];

const count = 32;
const x = tensor(
  "float32",
  [count, 4],
  Float32Array.from({ length: count * 4 }, (_, i) => Math.sin(i * i)),
);
const y = tensor(
  "float32",
  [count, 1],
  Float32Array.from({ length: count }, (_, i) => Math.cos(i)),
);

function small(runtime = webRuntime({ threads: 1 })) {
  const model = sequential(
    [
      layers.input({ shape: [4] }),
      layers.dense({ units: 8, activation: "relu" }),
      layers.dropout({ rate: 0.2 }),
      layers.dense({ units: 1 }),
    ],
    { seed: 5, runtime },
  );
  model.compile({ optimizer: optimizers.adam(), loss: "meanSquaredError" });
  return model;
}

async function reasonOf(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
    return "nothing";
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}
declare const navigator: object;
