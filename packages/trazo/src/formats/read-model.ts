import { inWords, type Json, type JsonObject, TrazoError } from "../errors.js";
import { isObject, locateErrors } from "../keras-object.js";
import { inputTensor } from "../layers/input.js";
import type { AnyLayer, Layer } from "../layers/layer.js";
import { deserializeAnyLayer } from "../layers/registry.js";
import { Application, appliedLayer, buildLayer, type SymbolicTensor } from "../layers/symbolic.js";
import { applyModel } from "../network/apply-model.js";
import { ModelDefinition } from "../network/definition.js";
import { type GivenOutputs, namedOutputs } from "../network/from-tensors.js";
import type { ModelKind, ModelLayer } from "../network/layer-graph.js";
import { modelLayer } from "../network/model-layer.js";
import { freeName, storedName } from "../network/stored-name.js";
import type { CustomObjects } from "./custom-objects.js";
import { hardSigmoid, hasHardSigmoid } from "./hard-sigmoid.js";

/** Networks in use have up to some hundred layers; a compressed file of a few kilobytes can state any number. */
const mostLayers = 2_000;
/** Models within models. */
const deepest = 20;

/** Where a configuration comes from. */
interface Reading {
  readonly file: string;
  /** Of the writer, e.g. 2. */
  readonly kerasVersion: number;
  readonly custom: CustomObjects;
  /** Counts the layers of all models in the file. */
  readonly count: { layers: number };
}

/** A model as a file describes it. */
export interface ReadModel {
  readonly kind: ModelKind;
  define(seed: number): ModelDefinition;
}

/**
 * Reads the configuration of a `Sequential` or `Functional` model, of Keras 2 or 3.
 *
 * @param kerasVersion of the writer, e.g. `2.15.0`
 * @param custom the user's own classes
 * @throws TrazoError naming the file and the layer with what is not supported
 */
export function readModel(
  config: JsonObject,
  kerasVersion: string,
  file: string,
  custom: CustomObjects = {},
): ReadModel {
  const kind = kindOf(config);
  if (!kind) {
    throw new TrazoError(
      `${file}: only Sequential and Functional models are supported, but the file holds a ${String(config.class_name)}.`,
    );
  }
  const reading = { file, kerasVersion: Number.parseInt(kerasVersion, 10), custom, count: { layers: 0 } };
  return { kind, define: (seed) => readDefinition(config, kind, file, seed, reading, 0) };
}

/** `Model` is what Keras up to 2.3 calls functional ones. */
function kindOf({ class_name: name }: JsonObject): ModelKind | undefined {
  if (name === "Sequential") return name;
  return name === "Functional" || name === "Model" ? "Functional" : undefined;
}

function readDefinition(
  config: JsonObject,
  kind: ModelKind,
  where: string,
  seed: number,
  reading: Reading,
  depth: number,
): ModelDefinition {
  if (depth > deepest) throw new TrazoError(`${where}: models are nested more than ${deepest} deep.`);
  const { name, entries, ports } = contentOf(config, kind, where);
  reading.count.layers += entries.length;
  if (reading.count.layers > mostLayers) {
    throw new TrazoError(
      `${reading.file}: the model has ${reading.count.layers} layers; at most ${mostLayers} are read.`,
    );
  }
  const layers = withStoredNames(
    entries.map((entry, i) =>
      readEntry(entry, `${where}: layers[${i}] ${classNameOf(entry)}`, seed, reading, depth),
    ),
  );
  if (kind === "Functional") return connected(name, seed, layers, entries, ports, where, reading);
  const chain = ModelDefinition.chain(name, seed);
  locateErrors(where, () => {
    for (const [, layer] of layers) chain.add(layer);
  });
  return chain;
}

function contentOf(
  config: JsonObject,
  kind: ModelKind,
  where: string,
): { name: string; entries: Json[]; ports: JsonObject } {
  // The oldest files have the list of layers itself in place of the configuration.
  const inner = config.config as Json;
  const entries = Array.isArray(inner) ? inner : (inner as JsonObject | null)?.layers;
  if (!Array.isArray(entries)) {
    throw new TrazoError(`${where}: the model configuration has no list of layers.`);
  }
  const given = Array.isArray(inner) ? undefined : (inner as JsonObject).name;
  const name = storedName(typeof given === "string" ? given : kind.toLowerCase());
  return { name, entries, ports: isObject(inner) ? inner : {} };
}

/** A layer, or a model as one, under the name that other entries have for it. */
type Entry = readonly [name: string | undefined, layer: AnyLayer | ModelLayer];

function readEntry(entry: Json, where: string, seed: number, reading: Reading, depth: number): Entry {
  const object = isObject(entry) ? entry : {};
  const kind = kindOf(object);
  if (!kind) {
    if (hasHardSigmoid(entry) && reading.kerasVersion < 3) {
      throw new TrazoError(`${where}: ${hardSigmoid} Only the latter is supported.`);
    }
    const layer = deserializeAnyLayer(entry, where, reading.custom);
    return [typeof object.name === "string" ? object.name : layer.name, layer];
  }
  const inner = isObject(object.config) ? object.config : {};
  const name = typeof inner.name === "string" ? ` "${inner.name}"` : "";
  const definition = readDefinition(object, kind, `${where}${name}`, seed, reading, depth + 1);
  const layer = modelLayer(definition, inner.trainable !== false);
  return [typeof object.name === "string" ? object.name : layer.name, layer];
}

/** Keras 2 takes names with a slash, which Keras 3 does not and HDF5 would make groups of: the slash becomes "_". */
function withStoredNames(entries: readonly Entry[]): Entry[] {
  const taken = new Set(entries.map(([, { name }]) => name).filter((name) => name !== undefined));
  return entries.map(([given, layer]) => {
    if (layer.name === undefined || storedName(layer.name) === layer.name) return [given, layer];
    const name = freeName(storedName(layer.name), taken);
    taken.add(name);
    return [given, { ...layer, name }];
  });
}

const classNameOf = (entry: Json): string => String((entry as JsonObject | null)?.class_name);

/** A call that waits for the tensors it takes. */
interface Call {
  readonly refs: readonly TensorRef[];
  readonly training: false | undefined;
}

interface TensorRef {
  readonly layer: string;
  readonly call: number;
  readonly output: number;
}

function connected(
  name: string,
  seed: number,
  layers: readonly Entry[],
  entries: readonly Json[],
  ports: JsonObject,
  where: string,
  reading: Reading,
): ModelDefinition {
  const outputs = new Map<string, (readonly SymbolicTensor[])[]>();
  const kinds = new Map<string, Nested>();
  const waiting: { key: string; layer: AnyLayer | ModelLayer; place: string; calls: Call[] }[] = [];
  for (const [i, [given, layer]] of layers.entries()) {
    const place = `${where}: layers[${i}] ${layer.className} "${String(given)}"`;
    const nodes = (entries[i] as JsonObject).inbound_nodes ?? [];
    if (!Array.isArray(nodes)) throw new TrazoError(`${place}: inbound_nodes must be a list.`);
    const key = String(given);
    if (outputs.has(key)) throw new TrazoError(`${place}: another layer of the model has the same name.`);
    outputs.set(key, layer.className === "InputLayer" ? [[inputTensor(layer as Layer)]] : []);
    kinds.set(key, { layer, calls: nodes.length });
    if (layer.className === "InputLayer") continue;
    waiting.push({ key, layer, place, calls: nodes.map((node) => readCall(node, place)) });
  }
  const tensorAt = ({ layer, call, output }: TensorRef): SymbolicTensor | undefined =>
    outputs.get(layer)?.[call]?.[output];
  let rest = waiting;
  while (rest.length > 0) {
    let isProgress = false;
    for (const { key, layer, place, calls } of rest) {
      const made = outputs.get(key) as (readonly SymbolicTensor[])[];
      while (made.length < calls.length) {
        const { refs, training } = calls[made.length] as Call;
        const inputs = refs.map((ref) => tensorAt(withoutOwnCall(ref, kinds, reading, place)));
        if (!inputs.every((input) => input !== undefined)) break;
        isProgress = true;
        made.push(locateErrors(place, () => callOf(layer, inputs, training)).outputs);
      }
    }
    rest = rest.filter(({ key, calls }) => (outputs.get(key)?.length ?? 0) < calls.length);
    if (isProgress) continue;
    throw new TrazoError(
      `${rest[0]?.place}: it takes tensors that no layer of the model gives: the file's connections are damaged.`,
    );
  }
  const portsOf = (key: "input_layers" | "output_layers", json = ports[key] ?? null): SymbolicTensor[] => {
    const refs = refsIn(json, `${where}: ${key}`);
    if (refs.length === 0) throw new TrazoError(`${where}: ${key} is empty.`);
    return refs.map((ref) => {
      const tensor = tensorAt(withoutOwnCall(ref, kinds, reading, where, key));
      if (tensor) return tensor;
      throw new TrazoError(`${where}: ${key} names a tensor of "${ref.layer}" that the model does not have.`);
    });
  };
  return locateErrors(where, () =>
    ModelDefinition.between(name, seed, portsOf("input_layers"), outputsIn(ports.output_layers ?? null)),
  );

  function outputsIn(json: Json): GivenOutputs {
    const key = "output_layers";
    if (isObject(json)) {
      const entries = Object.entries(json).map(([name, one]) => [name, portsOf(key, one)] as const);
      const nested = entries.find(([, tensors]) => tensors.length !== 1);
      if (nested)
        throw new TrazoError(`${where}: ${key}: "${nested[0]}" is not a tensor, which is not supported.`);
      return namedOutputs(
        entries.map(([name]) => storedName(name)),
        entries.map(([, tensors]) => tensors[0] as SymbolicTensor),
      );
    }
    const tensors = portsOf(key, json);
    // Some versions write the only output as a list of one too.
    return { tensors, form: tensors.length > 1 ? "list" : "one" };
  }
}

function callOf(
  layer: AnyLayer | ModelLayer,
  inputs: readonly SymbolicTensor[],
  training: false | undefined,
): Application {
  const applied = appliedLayer(layer, () => layer);
  if (layer.takes === "model") return applyModel(applied, layer, inputs, training);
  const { outputShape } = buildLayer(
    layer,
    inputs.map(({ shape }) => shape),
  );
  return new Application(applied, inputs, [outputShape], { training });
}

interface Nested {
  readonly layer: AnyLayer | ModelLayer;
  /** How often the layer is called. */
  readonly calls: number;
}

/**
 * Where it is a model's, the number of a call as this counts calls: Keras 2 counts one that the model has of itself, Keras 3
 * only for functional models and only in `output_layers`.
 */
function withoutOwnCall(
  ref: TensorRef,
  kinds: ReadonlyMap<string, Nested>,
  { kerasVersion }: Reading,
  place: string,
  port?: string,
): TensorRef {
  const nested = kinds.get(ref.layer);
  if (!nested)
    throw new TrazoError(`${place}: it takes a tensor of "${ref.layer}", which the model does not have.`);
  const { layer, calls } = nested;
  if (layer.takes !== "model") return ref;
  if (calls === 1) return { ...ref, call: 0 };
  const isCounted = kerasVersion < 3 || (port !== undefined && layer.className === "Functional");
  return isCounted ? { ...ref, call: ref.call - 1 } : ref;
}

/** A call as Keras 2 or Keras 3 writes it. */
function readCall(node: Json, place: string): Call {
  if (Array.isArray(node)) {
    const refs = refsIn(node as Json, place);
    const options = node.map((one) => (Array.isArray(one) && isObject(one[3]) ? one[3] : {}));
    return { refs, training: trainingIn(Object.assign({}, ...options) as JsonObject, place) };
  }
  const { args = [], kwargs = {} } = isObject(node) ? node : {};
  if (!Array.isArray(args) || !isObject(kwargs))
    throw new TrazoError(`${place}: a damaged call of the layer.`);
  const given = args.flat(3) as Json[];
  return { refs: given.map((tensor) => kerasTensor(tensor, place)), training: trainingIn(kwargs, place) };
}

/** Called with `training: false`, as frozen backbones are, a layer does what it does outside of training. */
function trainingIn(options: JsonObject, place: string): false | undefined {
  for (const [key, value] of Object.entries(options)) {
    if (value === null || (key === "training" && value === false)) continue;
    throw new TrazoError(`${place}: called with ${key} = ${JSON.stringify(value)}, which is not supported.`);
  }
  return options.training === false ? false : undefined;
}

function kerasTensor(json: Json, place: string): TensorRef {
  const history = isObject(json) && isObject(json.config) ? json.config.keras_history : undefined;
  const [ref] = Array.isArray(history) ? refsIn([history], place) : [];
  if (ref) return ref;
  throw new TrazoError(
    `${place}: called with ${inWords(json)}; only calls with tensors of other layers are supported.`,
  );
}

/** References such as `["conv2d", 0, 0]`: one, a list, or an object of them. */
function refsIn(json: Json, place: string): TensorRef[] {
  if (isObject(json)) return Object.values(json).flatMap((one) => refsIn(one, place));
  if (!Array.isArray(json))
    throw new TrazoError(`${place}: expected references to layers, but found ${JSON.stringify(json)}.`);
  const [layer, call, output] = json;
  if (typeof layer !== "string") return json.flatMap((one) => refsIn(one, place));
  if (Number.isSafeInteger(call) && Number.isSafeInteger(output)) {
    return [{ layer, call: call as number, output: output as number }];
  }
  throw new TrazoError(`${place}: ${JSON.stringify(json)} is not a reference to a tensor of a layer.`);
}
