import { inWords, type Json, type JsonObject, TrazoError } from "../errors.js";
import { locateErrors, parseKerasObject, readOptions } from "../keras-object.js";
import { hasMethod } from "../known-options.js";
import { findNamed, type Named } from "../names.js";
import { constant, ones, zeros } from "./constant.js";
import type { Initializer } from "./initializer.js";
import { orthogonal } from "./orthogonal.js";
import { randomNormal, randomUniform, truncatedNormal } from "./random.js";
import {
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  varianceScaling,
} from "./variance-scaling.js";

/** Names by which an initializer can be asked for; Keras's spelling is taken too. */
export type InitializerName =
  | "glorotUniform"
  | "glorotNormal"
  | "heUniform"
  | "heNormal"
  | "lecunUniform"
  | "lecunNormal"
  | "varianceScaling"
  | "randomNormal"
  | "randomUniform"
  | "truncatedNormal"
  | "zeros"
  | "ones"
  | "constant"
  | "orthogonal";

interface Entry extends Named {
  fromConfig(config: JsonObject, where: string): Initializer;
}

const SEED = { seed: "number" } as const;
const NORMAL = { mean: "number", stddev: "number", ...SEED } as const;
const UNIFORM = { minval: "number", maxval: "number", ...SEED } as const;
const SCALING = { scale: "number", mode: "string", distribution: "string", ...SEED } as const;

/** One row an initializer. To add one, write its factory and its row. */
const ENTRIES: readonly Entry[] = [
  {
    names: ["GlorotUniform"],
    fromConfig: (config, where) => glorotUniform(readOptions(config, SEED, where)),
  },
  {
    names: ["GlorotNormal"],
    fromConfig: (config, where) => glorotNormal(readOptions(config, SEED, where)),
  },
  {
    names: ["HeUniform"],
    fromConfig: (config, where) => heUniform(readOptions(config, SEED, where)),
  },
  {
    names: ["HeNormal"],
    fromConfig: (config, where) => heNormal(readOptions(config, SEED, where)),
  },
  {
    names: ["LecunUniform"],
    fromConfig: (config, where) => lecunUniform(readOptions(config, SEED, where)),
  },
  {
    names: ["LecunNormal"],
    fromConfig: (config, where) => lecunNormal(readOptions(config, SEED, where)),
  },
  {
    names: ["VarianceScaling"],
    fromConfig: (config, where) => varianceScaling(readOptions(config, SCALING, where)),
  },
  {
    names: ["RandomNormal", "normal"],
    fromConfig: (config, where) => randomNormal(readOptions(config, NORMAL, where)),
  },
  {
    names: ["RandomUniform", "uniform"],
    fromConfig: (config, where) => randomUniform(readOptions(config, UNIFORM, where)),
  },
  {
    names: ["TruncatedNormal"],
    fromConfig: (config, where) => truncatedNormal(readOptions(config, NORMAL, where)),
  },
  {
    names: ["Zeros", "zero"],
    fromConfig(config, where) {
      readOptions(config, {}, where);
      return zeros();
    },
  },
  {
    names: ["Ones", "one"],
    fromConfig(config, where) {
      readOptions(config, {}, where);
      return ones();
    },
  },
  {
    names: ["Constant"],
    fromConfig: (config, where) => constant(readOptions(config, { value: "number" }, where)),
  },
  {
    names: ["Orthogonal", "OrthogonalInitializer"],
    fromConfig: (config, where) => orthogonal(readOptions(config, { gain: "number", ...SEED }, where)),
  },
];

/**
 * An initializer from itself or from its name: `glorotUniform`, `glorot_uniform` and `GlorotUniform` are the same.
 *
 * @param where names the option in errors
 * @throws TrazoError for an unknown name, and for what is neither
 */
export function initializerFrom(
  spec: InitializerName | Initializer | (string & {}),
  where = "initializer",
): Initializer {
  if (typeof spec === "string") return deserializeInitializer(spec, where);
  if (hasMethod(spec, "init")) return spec;
  throw new TrazoError(
    `${where} must be a name or an initializer, e.g. initializers.heNormal(), but got ${inWords(spec)}.`,
  );
}

/**
 * Reads an initializer from a Keras configuration (see `parseKerasObject` for the forms).
 *
 * @param where names the place in error messages, e.g. `layer conv2d, kernel_initializer`
 * @throws TrazoError for an unknown class, an unknown entry or a wrong value
 */
export function deserializeInitializer(config: Json, where: string): Initializer {
  const parsed = parseKerasObject(config, where);
  const entry = findNamed(ENTRIES, parsed.className);
  if (!entry) {
    throw new TrazoError(
      `${where}: there is no initializer ${JSON.stringify(parsed.className)}. ` +
        `Known: ${ENTRIES.map(({ names }) => names[0]).join(", ")}.`,
    );
  }
  return locateErrors(where, () => entry.fromConfig(parsed.config, where));
}

/** Keras's two-key form `{class_name, config}`. */
export function serializeInitializer(initializer: Initializer): JsonObject {
  return { class_name: initializer.className, config: initializer.getConfig() };
}
