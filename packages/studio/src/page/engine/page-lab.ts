import { divide, loadMnist, toCategorical, trainTestSplit, webRuntime } from "trazo/web";
import { Lab } from "../../lab/lab.js";
import type { LabData } from "../../lab/ports.js";
import { publishedByNotebook } from "../../lab/published.js";
import type { StudioEvent } from "../../protocol/messages.js";
import { Refused } from "../../protocol/refusals.js";
import { keepPictureRun, keptPictureRun } from "./kept-picture-run.js";
import { keepRun, keptRuns } from "./kept-runs.js";
import { mayStartThreads } from "./may-start-threads.js";
import { trainInPage } from "./page-trainer.js";

/** The practice's own split, as everywhere. */
async function dataIn(digits: Promise<Uint8Array>): Promise<LabData> {
  const bytes = await digits.catch((cause) => {
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

/** The lab of a page, when its digits are there. */
export async function openLab(digits: Promise<Uint8Array>, tell: (event: StudioEvent) => void): Promise<Lab> {
  const [data, hasThreads] = await Promise.all([dataIn(digits), mayStartThreads()]);
  const runtime = webRuntime(hasThreads ? {} : { threads: 1 });
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
    tell,
  );
  await lab.recall();
  return lab;
}
