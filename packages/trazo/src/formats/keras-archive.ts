import { classNamesKey } from "../data/class-names.js";
import { preparationKey } from "../data/preparation.js";
import { type JsonObject, TrazoError } from "../errors.js";
import { type FloatKeysOf, floatKeysIn } from "./float-keys.js";
import { readHdf5 } from "./hdf5.js";
import { parsePythonJson, pythonJson } from "./python-json.js";
import { readWeightTree, type WeightTree } from "./weight-tree.js";
import { writeZip } from "./write-zip.js";
import { readZip } from "./zip.js";

const entryNames = { metadata: "metadata.json", config: "config.json", weights: "model.weights.h5" } as const;

/** What a `.keras` file holds. */
export interface KerasArchive {
  /** Version of the writer, e.g. `3.15.1`. */
  readonly kerasVersion: string;
  /** The model and, under `compile_config`, what it was compiled with. */
  readonly config: JsonObject;
  readonly weights: WeightTree;
  /** Ours: how pictures are prepared, in addition to what Keras writes into `metadata.json`. */
  readonly preparation: JsonObject | undefined;
  /** Ours: the classes' names. */
  readonly classNames: readonly string[] | undefined;
}

/**
 * Reads a `.keras` file of Keras 3, or of Keras 2.13 to 2.15.
 *
 * @throws TrazoError naming `file` and the entry that is missing or damaged
 */
export function readKerasArchive(bytes: Uint8Array, file: string): KerasArchive {
  const entries = readZip(bytes, file);
  const entry = (name: string): Uint8Array => {
    const found = entries.get(name);
    if (found) return found;
    throw new TrazoError(
      `${file}: the archive holds no "${name}", so it is not a valid .keras file. ` +
        `It holds: ${namesInWords([...entries.keys()])}.`,
    );
  };
  const json = (name: string): JsonObject =>
    parsePythonJson(new TextDecoder().decode(entry(name)), `${file}: ${name}`);
  const metadata = json(entryNames.metadata);
  const config = json(entryNames.config);
  const inside = `${file}: ${entryNames.weights}`;
  const weights = readHdf5(entry(entryNames.weights), inside, (root) => readWeightTree(root, inside));
  return {
    kerasVersion: String(metadata.keras_version),
    config,
    weights,
    preparation: metadata[preparationKey] as JsonObject | undefined,
    classNames: metadata[classNamesKey] as readonly string[] | undefined,
  };
}

const mostNames = 10;

function namesInWords(names: readonly string[]): string {
  if (names.length <= mostNames) return names.join(", ") || "nothing";
  return `${names.slice(0, mostNames).join(", ")} and ${names.length - mostNames} more`;
}

/**
 * The bytes of a `.keras` file.
 *
 * @param config the model as Keras 3 writes it
 * @param weights the bytes of a `.weights.h5` file
 * @param ours how pictures are prepared, and the classes' names; Keras does not read them
 * @param floats the float entries of the configuration. Default: none
 */
export function writeKerasArchive(
  config: JsonObject,
  weights: Uint8Array,
  kerasVersion: string,
  ours: Partial<Pick<KerasArchive, "preparation" | "classNames">> = {},
  floats: FloatKeysOf = floatKeysIn([]),
): Uint8Array {
  const encode = (json: JsonObject): Uint8Array => new TextEncoder().encode(pythonJson(json, floats));
  return writeZip({
    [entryNames.metadata]: encode({
      keras_version: kerasVersion,
      date_saved: kerasDate(new Date()),
      ...(ours.preparation && { [preparationKey]: ours.preparation }),
      ...(ours.classNames && { [classNamesKey]: [...ours.classNames] }),
    }),
    [entryNames.config]: encode(config),
    [entryNames.weights]: weights,
  });
}

/** Keras's way to write a moment: `2025-01-31@23:59:59`. */
const kerasDate = (moment: Date): string => moment.toISOString().slice(0, 19).replace("T", "@");
