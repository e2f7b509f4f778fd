import { augmentation } from "../../../practice/src/techniques/augmentation.js";
import { base } from "../../../practice/src/techniques/base.js";
import { batchnorm } from "../../../practice/src/techniques/batchnorm.js";
import { dropout } from "../../../practice/src/techniques/dropout.js";
import { l2 } from "../../../practice/src/techniques/l2.js";
import {
  divide,
  fromKeras,
  type ImageDataset,
  indexedDb,
  layers,
  loadMnist,
  loadModel,
  type Model,
  opfs,
  sequential,
  sliceRows,
  tensor,
  toCategorical,
  type WebRuntimeOptions,
  webRuntime,
} from "../../src/web/index.js";
import { trainTechnique } from "./techniques.js";

const techniques = { base, dropout, batchnorm, augmentation, l2 };

const library = { divide, toCategorical };
const data: Promise<ImageDataset> = loadMnist("/mnist.gz");

const train = async (name: keyof typeof techniques, options?: WebRuntimeOptions) =>
  await trainTechnique(library, techniques[name], await data, webRuntime(options));

const bytesOf = (model: Model) =>
  new Uint8Array(new Float32Array(model.getWeights().flatMap((w) => [...w])).buffer);

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const predicted = async (model: Model): Promise<number[]> => {
  const { test } = await data;
  const x = divide(sliceRows(test.images, 0, 20), 255);
  return Array.from((await model.predict(x)).data);
};

const reasonOf = async (run: () => Promise<unknown>): Promise<string> => {
  try {
    await run();
    return "nothing";
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
};

const missingFiles = async (): Promise<string[]> => [
  await reasonOf(() => loadModel("runs/base.keras")),
  await reasonOf(() => loadModel("/nothing.keras")),
];

Object.assign(globalThis, {
  ready: true,

  async train(name: keyof typeof techniques, options: WebRuntimeOptions) {
    const { model, losses } = await train(name, options);
    return { losses, digest: await digest(bytesOf(model)) };
  },

  /** Two trainings that take turns. */
  async twoAtOnce(options: WebRuntimeOptions) {
    const both = await Promise.all([train("base", options), train("dropout", options)]);
    return await Promise.all(both.map(async ({ model }) => await digest(bytesOf(model))));
  },

  async saved() {
    const { model } = await train("base");
    const expected = await predicted(model);
    const weights = new Uint8Array(await model.weightsToH5());
    const files = { keras: await model.toKeras(), h5: await model.toH5() };
    const found: Record<string, number[]> = {};
    for (const [kind, bytes] of Object.entries(files)) found[kind] = await predicted(await fromKeras(bytes));
    const fresh = base.network({ seed: 7, runtime: webRuntime() });
    await fresh.loadWeights(weights);
    found.weights = await predicted(fresh);
    await model.save("indexeddb://base.h5");
    found.indexedDb = await predicted(await loadModel("indexeddb://base.h5"));
    const stored = await indexedDb().list();
    await indexedDb().remove("base.h5");
    const removed = await indexedDb().list();
    const missing = [
      await reasonOf(() => loadModel("indexeddb://base.h5")),
      await reasonOf(() => loadModel(new URL("/missing", location.href))),
    ];
    const base64 = (bytes: Uint8Array) =>
      btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    return {
      expected,
      found,
      stored,
      removed,
      missing,
      files: { keras: base64(files.keras), h5: base64(files.h5), onnx: base64(model.toOnnx()) },
    };
  },

  /** In the page's own file system. */
  async savedAsFile() {
    const model = base.network({ seed: 3, runtime: webRuntime() });
    const expected = await predicted(model);
    await model.save("runs/base.keras");
    const found = await predicted(await loadModel("runs/base.keras"));
    const stored = await opfs().list();
    await opfs().remove("runs/base.keras");
    return { expected, found, stored, removed: await opfs().list(), missing: await missingFiles() };
  },

  missingFiles,

  async progress() {
    const seen: { loaded: number; total: number | undefined }[] = [];
    const { train: part, source } = await loadMnist("/mnist.gz", { onProgress: (one) => seen.push(one) });
    const canceled = new AbortController();
    canceled.abort();
    return {
      shape: part.images.shape,
      source,
      seen,
      refused: [
        await reasonOf(() => loadMnist("/missing")),
        await reasonOf(() => loadMnist(Uint8Array.of(0x1f, 0x8b, 8, 0, 0))),
        await reasonOf(() => loadMnist("/mnist.gz", { signal: canceled.signal })),
      ],
    };
  },

  async canceled() {
    const { train: part } = await data;
    const model = base.network({ seed: 1, runtime: webRuntime() });
    model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
    const cancellation = new AbortController();
    setTimeout(() => cancellation.abort(), 200);
    return await reasonOf(() =>
      model.fit(divide(part.images, 255), toCategorical(part.labels, 10), {
        batchSize: 128,
        epochs: 1000,
        verbose: 0,
        signal: cancellation.signal,
      }),
    );
  },

  async tooLarge() {
    const [side, count] = [512, 16];
    const model = sequential(
      [
        layers.input({ shape: [side, side, 1] }),
        layers.conv2d({ filters: 512, kernelSize: 3, activation: "relu", padding: "same" }),
        layers.globalAveragePooling2d(),
      ],
      { seed: 1, runtime: webRuntime() },
    );
    model.compile({ optimizer: "adam", loss: "meanSquaredError" });
    const x = tensor("float32", [count, side, side, 1], new Float32Array(count * side * side));
    const y = tensor("float32", [count, 512], new Float32Array(count * 512));
    return await reasonOf(() => model.fit(x, y, { verbose: 0 }));
  },
});
declare const location: { readonly href: string };
