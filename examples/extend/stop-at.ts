import type { Callback, TrainingModel } from "trazo";

/** Ends training after the first epoch in which a metric is at least `value`. */
export function stopAt(monitor: string, value: number): Callback {
  let model: TrainingModel | undefined;
  return {
    setModel(trained) {
      model = trained;
    },
    onEpochEnd(_epoch, logs) {
      if (model && Number(logs[monitor]) >= value) model.stopTraining = true;
    },
  };
}
