import { TrazoError } from "../errors.js";
import type { Sequential } from "../model/sequential.js";
import type { Variable } from "../model/variable.js";
import { writeFileAtomically } from "./atomic-file.js";
import { serializeModel, serializeTraining } from "./keras-config.js";
import { type KerasH5, type NamedTensor, writeKerasH5 } from "./keras-h5.js";
import { slotOrder } from "./slot-order.js";

/** The version whose conventions the files follow: the newest that Keras 2 and Keras 3 both read. */
const kerasVersion = "2.15.0";

/**
 * Writes the whole model: configuration, weights, what it was compiled with, optimiser state.
 *
 * @throws TrazoError for a path that does not end in `.h5`.
 */
export async function saveModel(model: Sequential, path: string): Promise<void> {
  if (!path.endsWith(".h5") || path.endsWith(".weights.h5")) {
    throw new TrazoError(`A whole model is saved as a .h5 file, but the path is "${path}".`);
  }
  await writeFileAtomically(path, await writeKerasH5(contentsOf(model)));
}

/** Not supported yet: a file of weights alone. */
export async function saveWeights(_model: Sequential, path: string): Promise<void> {
  throw new TrazoError(
    `Saving weights alone ("${path}") is not supported yet. Save the whole model as .h5 instead.`,
  );
}

function contentsOf(model: Sequential): KerasH5 {
  const { definition, engine } = model;
  const { compiled } = engine;
  return {
    kerasVersion,
    modelConfig: serializeModel(definition),
    trainingConfig: compiled && serializeTraining(compiled),
    layers: definition.layers
      .filter(({ layer }) => layer.className !== "InputLayer")
      .map(({ name, variables }) => ({
        name,
        weights: variables.map(({ path, shape, data }) => ({ name: `${path}:0`, shape, data })),
      })),
    optimizerWeights: compiled && engine.slots.length > 0 ? optimizerWeights(model) : undefined,
  };
}

/** Keras 2.11 and later: the step count, then the slots. */
function optimizerWeights({ definition, engine, optimizer }: Sequential): NamedTensor[] {
  const iteration: NamedTensor = {
    name: "iteration:0",
    shape: [],
    data: BigInt64Array.of(BigInt(optimizer.iterations)),
  };
  const variables = definition.trainableVariables;
  const slots = slotOrder(optimizer, variables.length, kerasVersion).map(({ variable, slot }) => {
    const { path, shape } = variables[variable] as Variable;
    return {
      name: `${optimizer.className}/${optimizer.slots[slot]}/${path}:0`,
      shape,
      data: engine.slots[variable]?.[slot] as Float32Array,
    };
  });
  return [iteration, ...slots];
}
