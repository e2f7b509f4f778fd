import { prepare } from "../../practice/src/data.js";
import { loadMnist, nodeRuntime, sliceRows, TrainingInterrupted } from "../../trazo/src/index.js";
import { Lab } from "../src/lab/lab.js";
import {
  batchSize,
  type KeptPictureRun,
  type KeptRun,
  type LabData,
  type TrainingJob,
  type TrainingResult,
} from "../src/lab/ports.js";
import type { StudioEvent } from "../src/protocol/messages.js";

/** A lab with few digits, whose runs are kept nowhere, and all that it tells. */
export async function labWithFewDigits(
  kept: KeptRun[] = [],
  pictures: KeptPictureRun[] = [],
): Promise<{ readonly lab: Lab; readonly events: StudioEvent[] }> {
  const all = prepare(await loadMnist());
  const first = <T extends LabData["xTrain"]>(tensor: T, count: number): T =>
    sliceRows(tensor, 0, count) as T;
  const data: LabData = {
    source: "few digits",
    xTrain: first(all.xTrain, 1280),
    yTrain: first(all.yTrain, 1280),
    xVal: first(all.xVal, 200),
    yVal: first(all.yVal, 200),
    xTest: first(all.xTest, 400),
    yTest: first(all.yTest, 400),
  };
  const events: StudioEvent[] = [];
  const train = async ({
    network,
    flow,
    callback,
    signal,
    settings,
  }: TrainingJob): Promise<TrainingResult> => {
    const model = network();
    try {
      const options = {
        epochs: settings.epochs,
        verbose: 0,
        validationData: [data.xVal, data.yVal],
        signal,
        callbacks: [callback],
      } as const;
      const varied = flow?.();
      if (varied) await model.fit(varied, options);
      else await model.fit(data.xTrain, data.yTrain, { ...options, batchSize });
      if (signal.aborted) throw new TrainingInterrupted(0, 0, undefined);
      const { loss = 0, accuracy = 0 } = await model.evaluate(data.xTest, data.yTest, { verbose: 0 });
      return { test: { loss, accuracy }, weights: model.getWeights() };
    } finally {
      await model.dispose();
    }
  };
  const lab = new Lab(
    {
      engine: { kind: "native", library: "test", threads: 1 },
      data,
      runtime: await nodeRuntime({ threads: 1 }),
      published: {},
      keepPictures: async (run, model) => {
        pictures.push({ run, weights: model.getWeights() });
        return undefined;
      },
      keptPictures: async () => pictures.at(-1),
      keep: async (run) => void kept.push(run),
      kept: async () => kept,
      train,
    },
    (event) => events.push(event),
  );
  await lab.recall();
  return { lab, events };
}
