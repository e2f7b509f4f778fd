import { optimizers, type Runtime } from "trazo";
import type { PracticeData } from "./data.js";
import type { RunConfig } from "./runs/run-folder.js";
import { hasFixedLength, lossOf, type Technique } from "./technique.js";
import type { Recipe } from "./train-run.js";

/** A technique's cell of the notebook for a run: its network compiled, its images. */
export function techniqueRecipe(
  technique: Technique,
  { seed, epochs, batchSize }: Pick<RunConfig, "seed" | "epochs" | "batchSize">,
  data: PracticeData,
  runtime: Runtime,
): Recipe {
  const steps = Math.ceil((data.xTrain.shape[0] as number) / batchSize);
  const generator = technique.augmentation?.();
  const plain = technique.plainEpochs?.(epochs);
  const variedPasses = plain === undefined ? undefined : epochs - plain;
  return {
    hasFixedLength: hasFixedLength(technique),
    network() {
      const model = technique.network({ seed, runtime });
      model.compile({
        optimizer: technique.optimizer?.(steps * epochs) ?? optimizers.adam({ learningRate: 0.001 }),
        loss: lossOf(technique),
        metrics: ["accuracy"],
      });
      return model;
    },
    ...(generator && {
      flow: () => generator.flow(data.xTrain, data.yTrain, { batchSize, variedPasses }),
    }),
  };
}
