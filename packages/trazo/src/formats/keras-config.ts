import { type Json, type JsonObject, TrazoError } from "../errors.js";
import type { Shape } from "../graph/value.js";
import { serializeLayer } from "../layers/registry.js";
import { serializeLoss } from "../losses/registry.js";
import type { Compiled } from "../network/compiled.js";
import type { DescribedModel, PlacedLayer } from "../network/layer-graph.js";
import { namedObjective } from "../network/objective.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { deserializeOptimizer, serializeOptimizer } from "../optimizers/registry.js";
import type { CustomObjects } from "./custom-objects.js";
import { inboundNodes, portEntries } from "./functional-nodes.js";
import { hardSigmoid, hasHardSigmoid } from "./hard-sigmoid.js";
import { type CompiledPorts, readGoals, serializeGoals } from "./output-goals.js";
import { withOwnSchedule } from "./own-schedule.js";

/**
 * A model as Keras 2 writes it. A chain is read by Keras 3 too; of connected layers only where none of them is a model, since the
 * two count a model's calls differently.
 */
export function serializeModel(model: DescribedModel): JsonObject {
  return model.kind === "Functional" ? serializeFunctional(model) : serializeChain(model);
}

/** With an input layer that has the `batch_input_shape`, and every layer with its own configuration. */
function serializeChain(model: DescribedModel): JsonObject {
  const layers = model.layers.filter(({ layer }) => layer.className !== "InputLayer").map(serializePlaced);
  const inputs = model.inputs.map(({ tensor }) => serializeInput(inputNameOf(model), tensor.shape));
  return { class_name: "Sequential", config: { name: model.name, layers: [...inputs, ...layers] } };
}

function serializeFunctional(model: DescribedModel): JsonObject {
  const nodesOf = inboundNodes(model, "list");
  const layers = model.layers.map((placed): JsonObject => {
    const isInput = placed.layer.className === "InputLayer";
    const written = isInput ? serializeInput(placed.name, placed.outputShape) : serializePlaced(placed);
    return { ...written, name: placed.name, inbound_nodes: nodesOf(placed) };
  });
  return {
    class_name: "Functional",
    config: { name: model.name, trainable: true, layers, ...portEntries(model, "list") },
  };
}

const serializeInput = (name: string, shape: Shape): JsonObject => ({
  class_name: "InputLayer",
  config: {
    batch_input_shape: [null, ...(shape.slice(1) as number[])],
    dtype: "float32",
    sparse: false,
    ragged: false,
    name,
  },
});

function serializePlaced({ layer, name, trainable }: PlacedLayer): JsonObject {
  if (layer.takes === "model") {
    const { class_name, config } = serializeModel({ ...layer.model, name }) as {
      class_name: string;
      config: JsonObject;
    };
    return { class_name, config: { ...config, trainable } };
  }
  const entry = serializeLayer(layer, name, trainable);
  if (!hasHardSigmoid(entry)) return entry;
  throw new TrazoError(`${nameOf(entry)}: ${hardSigmoid} Save the model as .keras.`);
}

/** The name of a chain's input layer, also where there is none of its own. */
export const inputNameOf = ({ inputs: [first] }: DescribedModel): string => first?.name ?? "model_input";

const nameOf = (entry: JsonObject): string => `Layer "${String((entry.config as JsonObject).name)}"`;

/** What the model was compiled with. */
export function serializeTraining(compiled: Compiled, ports: CompiledPorts): JsonObject {
  const goals = serializeGoals(compiled, ports, { loss: serializeLoss, metric: ({ keras }) => keras });
  return { ...goals, optimizer_config: optimizerConfig(compiled.optimizer) };
}

/**
 * The spelling of Keras 2.11 to 2.15, which Keras 3 reads as well. Without `is_legacy_optimizer`
 * Keras 2 would take it for one of its old optimizers, which order their state differently.
 */
function optimizerConfig(optimizer: Optimizer): JsonObject {
  const { class_name, config } = serializeOptimizer(optimizer) as { class_name: string; config: JsonObject };
  return {
    class_name: optimizer.registeredName ?? `Custom>${class_name}`,
    config: { ...config, jit_compile: false, is_legacy_optimizer: false },
  };
}

/**
 * Reads what a model was compiled with, as Keras 2 (metrics in lists, wrapped) or Keras 3 wrote it.
 *
 * @param ports the model's outputs
 * @param key where it stood: `training_config` in a `.h5` file, `compile_config` in a `.keras` file
 * @param custom the user's own classes
 * @param holder where this library's own entries stand. Default: in the configuration itself
 */
export function deserializeTraining(
  config: JsonObject,
  ports: CompiledPorts,
  key: "training_config" | "compile_config",
  file: string,
  holder: JsonObject = config,
  custom: CustomObjects = {},
): Compiled {
  const where = `${file}: ${key}`;
  const optimizer = key === "training_config" ? "optimizer_config" : "optimizer";
  const mode = config.sample_weight_mode ?? null;
  if (mode !== null && !(Array.isArray(mode) && mode.length === 0)) {
    throw new TrazoError(`${where}: sample_weight_mode = ${JSON.stringify(mode)} is not supported.`);
  }
  return {
    ...namedObjective(
      ports.outputs.map(({ name }) => name),
      readGoals(config, ports, where, custom),
    ),
    optimizer: deserializeOptimizer(
      withOwnSchedule(requireOptimizer(config[optimizer], where), holder),
      `${where}, ${optimizer}`,
      custom,
    ),
  };
}

/** Keras 3 forgets the optimizer in a `.keras` file of a model that it has saved as `.h5` before. */
function requireOptimizer(optimizer: Json | undefined, where: string): Json {
  if (optimizer !== undefined && optimizer !== null) return optimizer;
  throw new TrazoError(
    `${where}: the file does not say with which optimizer the model was compiled. ` +
      "Load it with { compile: false } and compile it yourself.",
  );
}
