import { inWords, TrazoError } from "../errors.js";

/** In bytes: a list of names has to fit an HDF5 attribute of 64 kB. */
const longest = 1000;

/** Keras writes a group of this name next to those of the layers. */
const reserved = "top_level_model_weights";

/**
 * Refuses a name with which a Keras file could not be written, or not be opened by Keras 3.
 *
 * @param what is named so, e.g. `A layer`
 */
export function requireStoredName(name: unknown, what: string): void {
  if (typeof name !== "string")
    throw new TrazoError(`${what}'s name must be a string, but got ${inWords(name)}.`);
  const problem = problemWith(name);
  if (problem === undefined) return;
  throw new TrazoError(
    `${what} cannot have the name ${JSON.stringify(name.slice(0, 80))}: ${problem}, and the model could not be saved to a ` +
      'Keras file. Use letters, digits and "_".',
  );
}

/** The name itself, or one like it that files can hold: `block1/conv` becomes `block1_conv`. */
export function storedName(name: string): string {
  if (problemWith(name) === undefined) return name;
  if (name === reserved) return `${reserved}_1`;
  return name
    .replace(/[/\p{Cc}\p{Cs}]/gu, "_")
    .replace(/^\.*$/, "_")
    .slice(0, longest / 4);
}

function problemWith(name: string): string | undefined {
  if (name === "") return "it is empty";
  if (name.includes("/")) return 'it contains "/"';
  if (name === "." || name === "..") return "it would be a path";
  if (name === reserved) return "Keras's files use it for something else";
  if (/[\p{Cc}\p{Cs}]/u.test(name)) return "it contains a control character";
  return new TextEncoder().encode(name).length > longest ? `it has more than ${longest} bytes` : undefined;
}

/** The first of `base`, `base_1`, `base_2`, … that is not taken. */
export function freeName(base: string, taken: ReadonlySet<string>): string {
  if (!taken.has(base)) return base;
  for (let i = 1; ; i++) if (!taken.has(`${base}_${i}`)) return `${base}_${i}`;
}
