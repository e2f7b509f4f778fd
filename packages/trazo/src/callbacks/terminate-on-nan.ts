import type { Callback, CallbackParams, TrainingModel } from "./callback.js";

/**
 * Ends training as soon as the running loss is NaN or infinite, as Keras's `TerminateOnNaN`.
 *
 * @example
 * ```ts
 * await model.fit(xTrain, yTrain, { epochs: 3, callbacks: [callbacks.terminateOnNaN()] });
 * ```
 */
export function terminateOnNaN(): Callback {
  let model: TrainingModel | undefined;
  let print: CallbackParams["print"] = () => {};
  return {
    logsOnly: true,
    setModel: (trained) => {
      model = trained;
    },
    setParams: (params) => {
      print = params.print;
    },
    onTrainBatchEnd(batch, { loss }) {
      if (!model || loss === undefined || Number.isFinite(loss)) return;
      print(`Batch ${batch}: Invalid loss, terminating training\n`);
      model.stopTraining = true;
    },
  };
}
