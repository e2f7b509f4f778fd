import { inWords, type Json, type JsonObject, TrazoError } from "../errors.js";
import { locateErrors, parseKerasObject, readOptions } from "../keras-object.js";
import { findNamed, type Named } from "../names.js";
import { l1, l1l2, l2 } from "./l1l2.js";
import type { Regularizer } from "./regularizer.js";

interface Entry extends Named {
  fromConfig(config: JsonObject, where: string): Regularizer;
}

const ENTRIES: readonly Entry[] = [
  {
    names: ["L1"],
    fromConfig: (config, where) => l1(readOptions(config, { l1: "number" }, where).l1),
  },
  {
    names: ["L2"],
    fromConfig: (config, where) => l2(readOptions(config, { l2: "number" }, where).l2),
  },
  {
    names: ["L1L2"],
    fromConfig: (config, where) => l1l2(readOptions(config, { l1: "number", l2: "number" }, where)),
  },
];

/**
 * A regularizer from itself or from its name, with Keras's default factors; nothing from nothing.
 *
 * @param where names the option in errors
 * @throws TrazoError for an unknown name, and for what is neither
 */
export function regularizerFrom(spec: string | Regularizer, where?: string): Regularizer;
export function regularizerFrom(
  spec: string | Regularizer | null | undefined,
  where?: string,
): Regularizer | undefined;
export function regularizerFrom(
  spec: string | Regularizer | null | undefined,
  where = "regularizer",
): Regularizer | undefined {
  if (typeof spec === "string") return deserializeRegularizer(spec, where);
  if (spec === null || spec === undefined) return undefined;
  if (typeof spec.l1 === "number" && typeof spec.l2 === "number") return spec;
  throw new TrazoError(
    `${where} must be a name or a regularizer, e.g. regularizers.l2(0.01), but got ${inWords(spec)}.`,
  );
}

/**
 * Reads a regularizer from a Keras configuration (see `parseKerasObject` for the forms); `null` means none. Factors
 * stay as read: Keras 2 wrote float32 values, such as 0.009999999776482582.
 *
 * @param where names the place in error messages, e.g. `layer conv2d, kernel_regularizer`
 * @throws TrazoError for an unknown class, an unknown entry or a wrong value
 */
export function deserializeRegularizer(config: Json, where: string): Regularizer | undefined {
  if (config === null) return undefined;
  const parsed = parseKerasObject(config, where);
  const entry = findNamed(ENTRIES, parsed.className);
  if (!entry) {
    throw new TrazoError(
      `${where}: there is no regularizer ${JSON.stringify(parsed.className)}. ` +
        `Known: ${ENTRIES.map(({ names }) => names[0]).join(", ")}.`,
    );
  }
  return locateErrors(where, () => entry.fromConfig(parsed.config, where));
}

/** Keras's two-key form `{class_name, config}`; `null` for none. */
export function serializeRegularizer(regularizer: Regularizer): JsonObject;
export function serializeRegularizer(regularizer: Regularizer | undefined): JsonObject | null;
export function serializeRegularizer(regularizer: Regularizer | undefined): JsonObject | null {
  return regularizer ? { class_name: regularizer.className, config: regularizer.getConfig() } : null;
}
