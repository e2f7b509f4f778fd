import { type Json, type JsonObject, TrazoError } from "../errors.js";
import { isObject, locateErrors } from "../keras-object.js";
import type { AnyLayer } from "../layers/layer.js";
import { deserializeAnyLayer } from "../layers/registry.js";
import { ModelDefinition } from "../network/definition.js";
import type { ModelKind, ModelLayer } from "../network/layer-graph.js";
import { modelLayer } from "../network/model-layer.js";
import { freeName, storedName } from "../network/stored-name.js";
import type { CustomObjects } from "./custom-objects.js";
import { hardSigmoid, hasHardSigmoid } from "./hard-sigmoid.js";
import { LayerConnections } from "./layer-connections.js";

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
  if (kind === "Functional") {
    const connections = new LayerConnections(reading.kerasVersion, where);
    for (const [i, [given, layer]] of layers.entries()) {
      const key = String(given);
      const place = `${where}: layers[${i}] ${layer.className} "${key}"`;
      connections.add(key, layer, (entries[i] as JsonObject).inbound_nodes ?? [], place);
    }
    connections.call();
    const inputs = connections.tensors("input_layers", ports.input_layers ?? null);
    return locateErrors(where, () =>
      ModelDefinition.between(name, seed, inputs, connections.outputs(ports.output_layers ?? null)),
    );
  }
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
