import { base } from "@trazo/practice";
import { divide, loadMnist, nodeRuntime, optimizers, toCategorical } from "trazo";
import { BatchGatherer, samples } from "../packages/trazo/src/model/samples.js";
import type { Contender, ContenderSource } from "./contender.js";

const BATCH = 128;

/** Trazo's training step with one lowering: gather the batch, gradients, Adam. */
async function start(lowering: "direct" | "tiledGemm", threads: number): Promise<Contender> {
  const { train } = await loadMnist();
  const runtime = await nodeRuntime({ threads, lowering });
  const model = base.network({ seed: 1, runtime });
  model.compile({ optimizer: optimizers.adam(), loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  const scored = model.engine.requireScored("bench");
  const images = { x: divide(train.images, 255) };
  const data = samples(images, scored, toCategorical(train.labels, 10), undefined, "bench");
  const step = await model.engine.trainingStep(data, BATCH);
  const gatherer = new BatchGatherer(data, BATCH);
  const moment = { iteration: 0, batch: 0 };
  const count = train.labels.data.length;
  const indices = Int32Array.from({ length: count }, (_, i) => i);
  let position = 0;
  return {
    name: `Trazo ${lowering}`,
    version: runtime.name,
    threads,
    async steps(n) {
      const durations: number[] = [];
      for (let i = 0; i < n; i++) {
        if (position + BATCH > count) position = 0;
        const begun = performance.now();
        await step.run(await gatherer.gather(indices.subarray(position, position + BATCH), moment));
        durations.push(performance.now() - begun);
        position += BATCH;
      }
      return durations;
    },
    close: () => model.dispose(),
  };
}

const source = (lowering: "direct" | "tiledGemm", extra: boolean): ContenderSource => ({
  name: `Trazo ${lowering}`,
  extra,
  start: async (threads) => ({ status: "ready", contender: await start(lowering, threads) }),
});

/** Trazo's own contenders, run in this process. */
export const own: readonly ContenderSource[] = [source("tiledGemm", false), source("direct", true)];
