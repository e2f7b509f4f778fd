import type { Json, JsonObject } from "../errors.js";
import type { Shape } from "../graph/value.js";
import { serializeLayer } from "../layers/serialize.js";
import { serializeLoss } from "../losses/registry.js";
import type { Metric } from "../metrics/metric.js";
import type { Compiled } from "../network/compiled.js";
import type { DescribedModel, PlacedLayer } from "../network/layer-graph.js";
import { serializeOptimizer } from "../optimizers/registry.js";
import { inboundNodes, portEntries } from "./functional-nodes.js";
import { inputNameOf } from "./keras-config.js";
import { type CompiledPorts, serializeGoals } from "./output-goals.js";
import { ownInKeras3 } from "./own-in-keras3.js";
import { ownEntries, withPlainRate } from "./own-schedule.js";

/** A model as Keras 3 writes it into a `.keras` file, with what it was compiled with. */
export function serializeKeras3(model: DescribedModel, compiled: Compiled | undefined): JsonObject {
  if (model.layers.length === 0) return emptyModel(model);
  return {
    ...(model.kind === "Functional" ? serializeFunctional(model, true) : serializeChain(model, true)),
    ...(compiled && {
      compile_config: serializeCompile(compiled, model),
      ...ownEntries(compiled.optimizer),
    }),
  };
}

function serializeChain(model: DescribedModel, trainable: boolean): JsonObject {
  const [input] = model.inputs;
  const inputShape = keras3Shape(input?.tensor.shape as Shape);
  const layers = model.layers.filter(({ layer }) => layer.className !== "InputLayer").map(serializePlaced);
  return {
    module: "keras",
    class_name: "Sequential",
    config: {
      name: model.name,
      trainable,
      dtype: float32Policy(),
      layers: [inputLayer(inputNameOf(model), inputShape), ...layers],
      build_input_shape: inputShape,
    },
    registered_name: null,
    build_config: { input_shape: inputShape },
  };
}

function serializeFunctional(model: DescribedModel, trainable: boolean): JsonObject {
  const nodesOf = inboundNodes(model, "tensors");
  const layers = model.layers.map((placed): JsonObject => {
    const written =
      placed.layer.className === "InputLayer"
        ? inputLayer(placed.name, keras3Shape(placed.outputShape))
        : serializePlaced(placed);
    return { ...written, name: placed.name, inbound_nodes: nodesOf(placed) };
  });
  return {
    module: "keras.src.models.functional",
    class_name: "Functional",
    config: { name: model.name, trainable, layers, ...portEntries(model, "tensors") },
    registered_name: "Functional",
    build_config: { input_shape: null },
  };
}

const emptyModel = ({ name }: DescribedModel): JsonObject => ({
  module: "keras",
  class_name: "Sequential",
  config: { name, trainable: true, dtype: float32Policy(), layers: [] },
  registered_name: null,
});

const inputLayer = (name: string, shape: Json): JsonObject => ({
  module: "keras.layers",
  class_name: "InputLayer",
  config: { batch_shape: shape, dtype: "float32", sparse: false, name },
  registered_name: null,
});

function serializePlaced(placed: PlacedLayer): JsonObject {
  const { layer, name, trainable, inputShapes, inputShape } = placed;
  if (layer.takes === "model") {
    const model = { ...layer.model, name };
    return model.kind === "Functional"
      ? serializeFunctional(model, trainable)
      : serializeChain(model, trainable);
  }
  const { class_name, config } = serializeLayer(layer, name, trainable) as {
    class_name: string;
    config: JsonObject;
  };
  const written = { ...inKeras3(config), dtype: float32Policy() };
  const shape = layer.takes === "several" ? inputShapes.map(keras3Shape) : keras3Shape(inputShape);
  return {
    ...(ownInKeras3(class_name, written) ?? {
      module: "keras.layers",
      class_name,
      config: written,
      registered_name: null,
    }),
    build_config: { input_shape: shape },
  };
}

function serializeCompile(compiled: Compiled, ports: CompiledPorts): JsonObject {
  const { optimizer } = compiled;
  return {
    optimizer: ofModule("keras.optimizers", withPlainRate(serializeOptimizer(optimizer), optimizer)),
    ...serializeGoals(compiled, ports, {
      loss: (loss) => ofModule("keras.losses", serializeLoss(loss)),
      metric: serializeMetric,
    }),
    run_eagerly: false,
    steps_per_execution: 1,
    jit_compile: false,
  };
}

const serializeMetric = ({ keras }: Metric): Json => ofModule("keras.metrics", keras);

const float32Policy = (): JsonObject => ({
  module: "keras",
  class_name: "DTypePolicy",
  config: { name: "float32" },
  registered_name: null,
});

const keras3Shape = (shape: Shape): Json[] => [null, ...(shape.slice(1) as number[])];

/** Which module the objects in a configuration are of, by the end of their key. */
const modules: readonly (readonly [key: RegExp, module: string])[] = [
  [/_initializer$/, "keras.initializers"],
  [/_regularizer$/, "keras.regularizers"],
  [/_constraint$/, "keras.constraints"],
  [/^learning_rate$/, "keras.optimizers.schedules"],
];

/** The configuration with the objects in it as Keras 3 has them. */
function inKeras3(config: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => {
      const module = modules.find(([pattern]) => pattern.test(key))?.[1];
      return [key, module ? ofModule(module, value) : value];
    }),
  );
}

/** Keras 3's four keys in place of the two of Keras 2. Names, numbers and null stay. */
function ofModule(module: string, object: Json): Json {
  if (typeof object !== "object" || object === null || Array.isArray(object)) return object;
  const { class_name = null, config } = object;
  const written = inKeras3((config ?? {}) as JsonObject);
  return ownInKeras3(class_name, written) ?? { module, class_name, config: written, registered_name: null };
}
