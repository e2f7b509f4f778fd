import { Dataset, type File, Group } from "h5wasm";
import { type Json, type JsonObject, TrazoError } from "../errors.js";
import { sizeOf } from "../tensor.js";
import { readHdf5, writeHdf5 } from "./hdf5.js";
import { pythonJson } from "./python-json.js";

/** A stored array under the name that Keras gave it. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** What Keras's legacy whole-model HDF5 file holds. */
export interface KerasH5 {
  /** Version of the writer, e.g. `2.15.0`: decides how the rest is spelt. */
  readonly kerasVersion: string;
  readonly modelConfig: JsonObject;
  /** Absent when the model was not compiled. */
  readonly trainingConfig: JsonObject | undefined;
  /** In the model's order; layers without weights included. */
  readonly layers: readonly { readonly name: string; readonly weights: readonly NamedTensor[] }[];
  /** In Keras's order; absent when the optimiser has not been used. */
  readonly optimizerWeights: readonly NamedTensor[] | undefined;
}

/**
 * Reads a legacy `.h5` model of Keras 2 or 3.
 *
 * @throws TrazoError naming `file` when it is no HDF5 file, is damaged, or holds no Keras model.
 */
export async function readKerasH5(bytes: Uint8Array, file: string): Promise<KerasH5> {
  return await readHdf5(bytes, file, (root) => {
    const modelConfig = jsonAttribute(root, "model_config", file);
    if (!modelConfig) {
      throw new TrazoError(
        `${file}: this HDF5 file holds no whole Keras model (there is no "model_config").`,
      );
    }
    const weights = child(root, "model_weights", Group, file);
    return {
      kerasVersion: text(attribute(root, "keras_version")) ?? "1",
      modelConfig,
      trainingConfig: jsonAttribute(root, "training_config", file),
      layers: nameList(weights, "layer_names", file).map((name) => ({
        name,
        weights: namedTensors(child(weights, name, Group, file), file),
      })),
      optimizerWeights: optimizerWeights(root, file),
    };
  });
}

function optimizerWeights(root: File, file: string): NamedTensor[] | undefined {
  if (!root.keys().includes("optimizer_weights")) return undefined;
  return namedTensors(child(root, "optimizer_weights", Group, file), file);
}

function namedTensors(group: Group, file: string): NamedTensor[] {
  return nameList(group, "weight_names", file).map((name) => {
    const dataset = child(group, name, Dataset, file);
    return { name, ...content(dataset, `${file}: ${group.path}/${name}`) };
  });
}

function content(dataset: Dataset, where: string): Pick<NamedTensor, "shape" | "data"> {
  const shape = dataset.shape ?? [];
  const value = dataset.value as unknown;
  const values = ArrayBuffer.isView(value)
    ? (value as unknown as ArrayLike<number | bigint>)
    : [value as number | bigint];
  if (values.length !== sizeOf(shape)) {
    throw new TrazoError(
      `${where}: expected ${sizeOf(shape)} values for shape [${shape.join(", ")}], found ${values.length}.`,
    );
  }
  const first = values[0];
  if (typeof first === "bigint") return { shape, data: BigInt64Array.from(values as ArrayLike<bigint>) };
  if (values.length > 0 && typeof first !== "number")
    throw new TrazoError(`${where}: the values are no numbers.`);
  return { shape, data: Float32Array.from(values as ArrayLike<number>) };
}

/** A member of a group; Keras's names may hold slashes, which make nested groups. */
function child<T>(group: Group, name: string, kind: abstract new (...args: never[]) => T, file: string): T {
  const found = group.get(name);
  if (found instanceof kind) return found;
  throw new TrazoError(
    `${file}: "${name}" is missing in ${group.path}, or is not a ${kind.name.toLowerCase()}.`,
  );
}

function attribute(group: Group | File, name: string): unknown {
  return Object.hasOwn(group.attrs, name) ? group.attrs[name]?.value : undefined;
}

/** Keras writes strings with h5py, which may give fixed or variable length, bytes or text. */
function text(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (Array.isArray(value) && value.length === 1) return text(value[0]);
  return undefined;
}

function jsonAttribute(root: File, name: string, file: string): JsonObject | undefined {
  const raw = text(attribute(root, name));
  if (raw === undefined) return undefined;
  try {
    // Python writes NaN and infinities bare, which JSON does not know.
    const parsed = JSON.parse(raw.replace(/(?<=[:[,]\s*)(-?Infinity|NaN)(?=\s*[,\]}])/g, '"$1"')) as Json;
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // Falls through to the error below, which says more than the parser's.
  }
  throw new TrazoError(`${file}: the attribute "${name}" is not valid JSON; the file is damaged.`);
}

/** A list of names; long ones are cut into `name0`, `name1`, … (an attribute holds at most 64 kB). */
function nameList(group: Group, name: string, file: string): string[] {
  const whole = attribute(group, name);
  if (whole !== undefined) return names(whole, `${file}: ${group.path}, ${name}`);
  const pieces: string[] = [];
  for (let i = 0; ; i++) {
    const piece = attribute(group, `${name}${i}`);
    if (piece === undefined) break;
    pieces.push(...names(piece, `${file}: ${group.path}, ${name}${i}`));
  }
  if (pieces.length > 0) return pieces;
  throw new TrazoError(`${file}: ${group.path} has no "${name}"; this is not how Keras stores weights.`);
}

function names(value: unknown, where: string): string[] {
  // h5py stores an empty list as an empty array of float64.
  if (ArrayBuffer.isView(value) && value.byteLength === 0) return [];
  const list = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    const name = text(item);
    if (name === undefined) throw new TrazoError(`${where}: expected names, found ${typeof item}.`);
    return name.replace(/\0+$/, "");
  });
}

/** Largest list of names that fits an attribute, as Keras counts it. */
const attributeLimit = 64512;

/** Writes a legacy `.h5` model in the layout that Keras 2 and Keras 3 both read. */
export async function writeKerasH5(model: KerasH5): Promise<Uint8Array> {
  return await writeHdf5((root) => {
    root.create_attribute("keras_version", model.kerasVersion);
    root.create_attribute("backend", "tensorflow");
    root.create_attribute("model_config", pythonJson(model.modelConfig), null, "A");
    if (model.trainingConfig) {
      root.create_attribute("training_config", pythonJson(model.trainingConfig), null, "A");
    }
    const weights = root.create_group("model_weights");
    writeNames(
      weights,
      "layer_names",
      model.layers.map(({ name }) => name),
    );
    weights.create_attribute("backend", "tensorflow");
    weights.create_attribute("keras_version", model.kerasVersion);
    for (const layer of model.layers) writeTensors(weights.create_group(layer.name), layer.weights);
    writeTensors(weights.create_group("top_level_model_weights"), []);
    if (model.optimizerWeights) writeTensors(root.create_group("optimizer_weights"), model.optimizerWeights);
  });
}

function writeTensors(group: Group, tensors: readonly NamedTensor[]): void {
  writeNames(
    group,
    "weight_names",
    tensors.map(({ name }) => name),
  );
  for (const { name, shape, data } of tensors) {
    const path = name.split("/");
    const parent = path.slice(0, -1).reduce(subgroup, group);
    parent.create_dataset({
      name: path.at(-1) as string,
      data,
      shape: [...shape],
      dtype: data instanceof BigInt64Array ? "<q" : "<f",
    });
  }
}

function subgroup(group: Group, name: string): Group {
  return group.keys().includes(name) ? (group.get(name) as Group) : group.create_group(name);
}

function writeNames(group: Group, key: string, list: readonly string[]): void {
  const longest = Math.max(1, ...list.map((name) => new TextEncoder().encode(name).length));
  const fixed = `S${longest}`;
  if (list.length === 0) {
    group.create_attribute(key, new Float64Array(0), [0], "<d");
    return;
  }
  if (longest * list.length <= attributeLimit) {
    group.create_attribute(key, [...list], [list.length], fixed);
    return;
  }
  const pieces = Math.ceil((longest * list.length) / attributeLimit);
  const each = Math.ceil(list.length / pieces);
  for (let i = 0; i < pieces; i++) {
    const piece = list.slice(i * each, (i + 1) * each);
    group.create_attribute(`${key}${i}`, piece, [piece.length], fixed);
  }
}
