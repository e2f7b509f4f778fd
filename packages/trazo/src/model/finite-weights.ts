import type { TrainingModel } from "../callbacks/callback.js";
import { TrazoError } from "../errors.js";
import type { ModelDefinition } from "../network/definition.js";
import type { Tensor } from "../tensor.js";

/** What to do where training went wrong. */
export const ofTraining = "A smaller learning rate, or clipping of the gradients (clipnorm), often helps.";

/**
 * @param when what has been trained, e.g. `epoch 3, step 1`
 * @throws TrazoError when a weight is not finite, and so not worth saving
 */
export function requireFiniteWeights(model: ModelDefinition, when: string, learningRate: number): void {
  const found = firstWeight(model);
  if (found === undefined) return;
  throw new TrazoError(
    `${found} after ${when}, at a learning rate of ${learningRate}: the update before was too large. This state is not saved. ` +
      ofTraining,
  );
}

/** The model as callbacks get it: it saves itself only as long as `check` has nothing against that. */
export function savingChecked(host: TrainingModel, check: () => void | Promise<void>): TrainingModel {
  return {
    get stopTraining() {
      return host.stopTraining;
    },
    set stopTraining(value) {
      host.stopTraining = value;
    },
    get optimizer() {
      return host.optimizer;
    },
    async save(path) {
      await check();
      await host.save(path);
    },
    async saveWeights(path) {
      await check();
      await host.saveWeights(path);
    },
    requireSavable: async (path) => await host.requireSavable?.(path),
    getWeights: () => host.getWeights(),
    setWeights: (weights) => host.setWeights(weights),
  };
}

/** The first weight that is not finite, in words. */
export function firstWeight(model: ModelDefinition): string | undefined {
  for (const { path, tensor } of model.variables) {
    const wrong = wrongValue(tensor);
    if (wrong) return `The first to go wrong is the weight ${path}: it holds ${wrong}`;
  }
  return undefined;
}

/** E.g. `NaN at [3, 0]`. */
export function wrongValue({ data, shape }: Tensor): string | undefined {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return undefined;
  const at = data.findIndex((value) => !Number.isFinite(value));
  return at < 0 ? undefined : `${data[at]} at [${placeOf(at, shape).join(", ")}]`;
}

function placeOf(index: number, shape: readonly number[]): number[] {
  let rest = index;
  return shape
    .toReversed()
    .map((size) => {
      const place = rest % size;
      rest = Math.floor(rest / size);
      return place;
    })
    .toReversed();
}
