import { base, prepare } from "@trazo/practice";
import { type Callback, loadMnist, nodeRuntime, optimizers } from "trazo";
import { median } from "./stats.js";

export interface EpochCost {
  /** Seconds of an epoch's 375 training steps, callbacks included. */
  readonly stepsSeconds: number;
  /** Seconds of the whole epoch: the steps and validation on 12,000 images. */
  readonly epochSeconds: number;
  /** Median of the epochs' own ratios. */
  readonly ratio: number;
}

/** What an epoch of the base model costs beside its training steps. The first epoch warms up and is dropped. */
export async function epochCost(threads: number, epochs = 5): Promise<EpochCost> {
  const { xTrain, yTrain, xVal, yVal } = prepare(await loadMnist());
  const model = base.network({ seed: 1, runtime: await nodeRuntime({ threads }) });
  model.compile({ optimizer: optimizers.adam(), loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  const { callback, steps, whole } = stopwatch();
  await model.fit(xTrain, yTrain, {
    batchSize: 128,
    epochs: epochs + 1,
    verbose: 0,
    validationData: [xVal, yVal],
    callbacks: [callback],
  });
  await model.dispose();
  const ratios = whole.map((seconds, i) => seconds / (steps[i] as number));
  return {
    stepsSeconds: median(steps.slice(1)),
    epochSeconds: median(whole.slice(1)),
    ratio: median(ratios.slice(1)),
  };
}

function stopwatch(): { callback: Callback; steps: number[]; whole: number[] } {
  const [steps, whole]: [number[], number[]] = [[], []];
  let [begun, last] = [0, 0];
  const now = (): number => performance.now() / 1000;
  const callback: Callback = {
    onEpochBegin: () => {
      begun = now();
    },
    onTrainBatchEnd: () => {
      last = now();
    },
    onEpochEnd: () => {
      steps.push(last - begun);
      whole.push(now() - begun);
    },
  };
  return { callback, steps, whole };
}
