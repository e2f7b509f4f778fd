import { TrazoError } from "../errors.js";
import { type PlacedLayer, snakeCase } from "../network/definition.js";
import { refuseDamagedName } from "./damaged-name.js";
import type { Hdf5Group } from "./hdf5-group.js";
import { type NamedTensor, readTensor, type StoredOptimizer, stepCount } from "./stored-weights.js";

/**
 * Weights in Keras 3's layout, which `.weights.h5` files and `model.weights.h5` inside `.keras` files have: numbered arrays in a
 * group `vars` for each object, e.g. `layers/conv2d_1/vars/0` and `optimizer/vars/0`.
 */
export interface WeightTree {
  /** By the layers' places (see `layerPlaces`), those with weights only. */
  readonly layers: ReadonlyMap<string, readonly NamedTensor[]>;
  /** Absent when the model was not compiled, or its optimizer has no state. */
  readonly optimizer: StoredOptimizer | undefined;
}

/**
 * The layers' names in such a file: their class and a number, in the model's order, whatever they are called, and those of a
 * nested model below its own: `functional/layers/conv2d`. Input layers do not count.
 */
export function layerPlaces(layers: readonly PlacedLayer[]): Map<string, PlacedLayer> {
  const counts = new Map<string, number>();
  const places = new Map<string, PlacedLayer>();
  for (const placed of layers) {
    if (placed.layer.className === "InputLayer") continue;
    const base = snakeCase(placed.layer.className);
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    const place = numberedName(base, count);
    if (placed.layer.takes !== "model") {
      places.set(place, placed);
      continue;
    }
    for (const [inner, one] of layerPlaces(placed.layer.model.layers))
      places.set(`${place}/layers/${inner}`, one);
  }
  return places;
}

/** Models within models. */
const deepest = 20;

/** Where a model's layers are: `layers`, up to Keras 2.12 the other. On Windows some versions made one name of the path. */
const layerFolders = /^(layers|_layer_checkpoint_dependencies)(?:\\(.+))?$/;

/** @throws TrazoError naming `file` when the arrays are not numbered from 0 on */
export function readWeightTree(root: Hdf5Group, file: string): WeightTree {
  const folders = root.names.filter((name) => layerFolders.test(name));
  if (folders.length === 0) {
    throw new TrazoError(`${file}: this HDF5 file holds no weights of a Keras model (there is no "layers").`);
  }
  const layers = new Map<string, readonly NamedTensor[]>();
  for (const folder of folders) {
    for (const [name, path] of layersIn(root, folder)) readLayer(root, name, path, file, layers);
  }
  refuseDamagedName("optimizer", root.names, file);
  const isOld = folders.some((folder) => folder.startsWith("_"));
  return {
    layers: isOld ? renumbered(layers) : layers,
    optimizer: optimizerOf(readVars(root, "optimizer", file), file),
  };
}

/** Reads a layer's weights, or those of the layers within it. */
function readLayer(
  root: Hdf5Group,
  name: string,
  path: string,
  file: string,
  into: Map<string, readonly NamedTensor[]>,
  depth = 0,
): void {
  const tensors = readVars(root, path, file);
  if (tensors.length > 0) into.set(name, tensors);
  const inner = root.group(`${path}/layers`);
  if (!inner) return;
  if (depth > deepest) throw new TrazoError(`${file}: models are nested more than ${deepest} deep.`);
  for (const child of inner.names) {
    readLayer(root, `${name}/layers/${child}`, `${path}/layers/${child}`, file, into, depth + 1);
  }
}

function layersIn(root: Hdf5Group, folder: string): (readonly [name: string, path: string])[] {
  const single = layerFolders.exec(folder)?.[2];
  if (single !== undefined) return [[single, folder]];
  return (root.group(folder)?.names ?? []).map((name) => [name, `${folder}/${name}`]);
}

/** Up to Keras 2.12 every layer with weights is counted twice: `dense`, `dense_2`, `dense_4`. The order is the model's. */
function renumbered<T>(layers: ReadonlyMap<string, T>): Map<string, T> {
  const numbered = [...layers].map(([name, value]) => {
    const [, base = name, number = "0"] = /^(.*?)(?:_(\d+))?$/.exec(name) ?? [];
    return { base, number: Number(number), value };
  });
  const counts = new Map<string, number>();
  const renamed = new Map<string, T>();
  for (const { base, value } of numbered.sort((a, b) => a.number - b.number)) {
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    renamed.set(numberedName(base, count), value);
  }
  return renamed;
}

const numberedName = (base: string, count: number): string => (count === 0 ? base : `${base}_${count}`);

function readVars(root: Hdf5Group, path: string, file: string): NamedTensor[] {
  const object = root.group(path);
  if (object) refuseDamagedName("vars", object.names, file);
  const vars = root.group(`${path}/vars`);
  return (vars?.names ?? []).map((_, i) => {
    const dataset = vars?.dataset(`${i}`);
    if (dataset) return readTensor(dataset.path, dataset);
    throw new TrazoError(`${file}: "${path}/vars/${i}" is missing, or is not a dataset.`);
  });
}

/** The count of steps, with Keras 3 the learning rate (unless a schedule decides it), and the slots. */
function optimizerOf(
  [iteration, ...others]: readonly NamedTensor[],
  file: string,
): StoredOptimizer | undefined {
  if (!iteration) return undefined;
  const [second] = others;
  const rate = second?.shape.length === 0 ? second : undefined;
  return {
    iterations: stepCount(iteration, file),
    learningRate: rate && Number(rate.data[0]),
    slots: rate ? others.slice(1) : others,
    momentsApart: false,
  };
}

/** What is written of each object: where, under which name of its own, and its arrays. */
export interface TreeEntry {
  readonly path: string;
  readonly name: string;
  readonly tensors: readonly Pick<NamedTensor, "shape" | "data">[];
}

/** What writes HDF5 files. Whoever only reads them needs nothing of it. */
export const hdf5Writer = () => import("./hdf5-writer.js");

/** The bytes of an HDF5 file in that layout. */
export async function writeWeightTree(entries: readonly TreeEntry[]): Promise<Uint8Array> {
  const { writeHdf5 } = await hdf5Writer();
  return writeHdf5((root) => {
    for (const { path, name, tensors } of entries) {
      const vars = root.group(`${path}/vars`);
      vars.text("name", name);
      for (const [i, tensor] of tensors.entries()) vars.dataset(`${i}`, tensor);
    }
  });
}
