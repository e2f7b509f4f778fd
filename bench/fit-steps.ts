import { lossOf, type Technique } from "@trazo/practice";
import { type Callback, divide, loadMnist, nodeRuntime, optimizers, sliceRows, toCategorical } from "trazo";
import type { ContenderSource } from "./contender.js";

const BATCH = 128;

/** Steps of `fit` as users call it, on a technique's network and with its augmentation. */
export function fitSteps(technique: Technique): ContenderSource {
  const name = `Trazo ${technique.name}`;
  return {
    name,
    async start(threads) {
      const { train } = await loadMnist();
      const [x, y] = [divide(train.images, 255), toCategorical(train.labels, 10)];
      const runtime = await nodeRuntime({ threads });
      const model = technique.network({ seed: 1, runtime });
      model.compile({ optimizer: optimizers.adam(), loss: lossOf(technique), metrics: ["accuracy"] });
      const generator = technique.augmentation?.();
      return {
        status: "ready",
        contender: {
          name,
          version: runtime.name,
          threads,
          async steps(n) {
            const ends: number[] = [];
            const clock: Callback = { onTrainBatchEnd: () => void ends.push(performance.now()) };
            // The first step begins with fit's own preparation, and is not counted.
            const rows = (n + 1) * BATCH;
            const [images, labels] = [sliceRows(x, 0, rows), sliceRows(y, 0, rows)];
            const options = { verbose: 0, callbacks: [clock] } as const;
            if (generator) await model.fit(generator.flow(images, labels, { batchSize: BATCH }), options);
            else await model.fit(images, labels, { ...options, batchSize: BATCH });
            return ends.slice(1).map((end, i) => end - (ends[i] as number));
          },
          close: () => model.dispose(),
        },
      };
    },
  };
}
