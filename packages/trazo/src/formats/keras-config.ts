import { type JsonObject, TrazoError } from "../errors.js";
import type { Shape } from "../graph/value.js";
import { serializeLayer } from "../layers/serialize.js";
import { serializeLoss } from "../losses/registry.js";
import type { Compiled } from "../network/compiled.js";
import type { DescribedModel, PlacedLayer } from "../network/layer-graph.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { serializeOptimizer } from "../optimizers/registry.js";
import { inboundNodes, portEntries } from "./functional-nodes.js";
import { hardSigmoid, hasHardSigmoid } from "./hard-sigmoid.js";
import { type CompiledPorts, serializeGoals } from "./output-goals.js";

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
