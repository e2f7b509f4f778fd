import { type Callback, callbacks, TrazoError } from "trazo/web";
import { batchSize, type LabData, type TrainingJob, type TrainingResult } from "../../lab/ports.js";

/** Trains a run as the practice does: the rate falls on a plateau, and the network of the best epoch is what counts. */
export async function trainInPage(
  { network, flow, callback, signal, settings }: TrainingJob,
  data: LabData,
): Promise<TrainingResult> {
  const model = network();
  let best: { readonly accuracy: number; readonly weights: Float32Array[] } | undefined;
  const keepBest: Callback = {
    onEpochEnd(_epoch, logs) {
      const accuracy = logs.val_accuracy ?? 0;
      if (!best || accuracy > best.accuracy) best = { accuracy, weights: model.getWeights() };
    },
  };
  try {
    const fitting = {
      epochs: settings.epochs,
      verbose: 0,
      validationData: [data.xVal, data.yVal],
      signal,
      stopOnNonFinite: true,
      callbacks: [
        callback,
        callbacks.reduceLROnPlateau({ monitor: "val_loss", factor: 0.2, patience: 2, minLr: 1e-5 }),
        keepBest,
      ],
    } as const;
    const varied = flow?.();
    if (varied) await model.fit(varied, fitting);
    else await model.fit(data.xTrain, data.yTrain, { ...fitting, batchSize });
    if (!best) throw new TrazoError("Training ended before its first epoch had.");
    model.setWeights(best.weights);
    const serving = { onTestBatchEnd: callback.onTestBatchEnd };
    const { loss = Number.NaN, accuracy = Number.NaN } = await model.evaluate(data.xTest, data.yTest, {
      batchSize,
      verbose: 0,
      callbacks: [callbacks.lambdaCallback(serving)],
    });
    return { test: { loss, accuracy }, weights: best.weights };
  } finally {
    await model.dispose();
  }
}
