import { divide, loadMnist, toCategorical, trainTestSplit, webRuntime } from "trazo/web";
import { Lab } from "../../lab/lab.js";
import type { LabData } from "../../lab/ports.js";
import { publishedByNotebook } from "../../lab/published.js";
import { Refused, refusalOf } from "../../protocol/refusals.js";
import { cachedBytes } from "./cached-bytes.js";
import { keepPictureRun, keptPictureRun } from "./kept-picture-run.js";
import { keepRun, keptRuns } from "./kept-runs.js";
import type { FromWorker, ToWorker } from "./messages.js";
import { trainInPage } from "./page-trainer.js";

/** The digits are next to the page; this program is in its folder of assets. */
const digits = new URL(/* @vite-ignore */ "../mnist.gz", import.meta.url);

const scope = globalThis as unknown as {
  onmessage: ((event: { readonly data: ToWorker }) => void) | null;
  postMessage(message: FromWorker): void;
};
const send = (message: FromWorker): void => scope.postMessage(message);

/** The practice's own split, as everywhere. */
async function loadData(): Promise<LabData> {
  const bytes = await cachedBytes(digits, (loaded, total) => send({ loaded, total })).catch((cause) => {
    throw new Refused({ kind: "noDigits" }, { cause });
  });
  const { train, test } = await loadMnist(bytes);
  // Bytes take a quarter of the memory: they become numbers once they are where they belong.
  const [xTrain, xVal, yTrain, yVal] = trainTestSplit(train.images, toCategorical(train.labels, 10), {
    testSize: 0.2,
    randomState: 42,
  });
  return {
    xTrain: divide(xTrain, 255),
    xVal: divide(xVal, 255),
    yTrain,
    yVal,
    xTest: divide(test.images, 255),
    yTest: toCategorical(test.labels, 10),
    source: "MNIST",
  };
}

const opened = open();
scope.onmessage = ({ data }) => void answer(data);

async function open(): Promise<Lab> {
  const data = await loadData();
  const runtime = webRuntime();
  const lab = new Lab(
    {
      engine: { kind: "page", library: "WebAssembly", threads: runtime.threads ?? 1 },
      data,
      runtime,
      published: publishedByNotebook(),
      keepPictures: async (run, model) => {
        await keepPictureRun({ run, weights: model.getWeights() });
        return undefined;
      },
      keptPictures: keptPictureRun,
      keep: keepRun,
      kept: keptRuns,
      train: (job) => trainInPage(job, data),
    },
    (event) => send({ event }),
  );
  await lab.recall();
  return lab;
}

async function answer(message: ToWorker): Promise<void> {
  const { id } = message;
  if ("ping" in message) return send({ id, answer: null });
  try {
    send({ id, answer: await (await opened).ask(message.question) });
  } catch (error) {
    send({ id, refusal: refusalOf(error) });
  }
}

opened.then(
  () => send("ready"),
  (error: Error) => send({ failed: refusalOf(error) }),
);
