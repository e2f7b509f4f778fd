import { parse } from "yaml";
import type { ConfigurationText } from "../failures/configuration-en.js";
import { SweepError } from "../failures/index.js";
import { ConfigNode, type ConfigSource, type Path, type Place, pathText, placeText } from "./config-node.js";
import { takesOnlyText } from "./schema-at.js";

/** One option of a configuration with another value. */
export interface Setting {
  readonly path: Path;
  readonly value: unknown;
  /** Where it was said, for messages. */
  readonly place: Place;
}

/** `optimizer.learningRate` or `network.3.rate` as keys and places in lists, which are counted from 0. */
export const parsePath = (text: string): Path =>
  text.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part));

/**
 * Reads `optimizer.learningRate=3e-4`. The value is YAML, or a text where the option takes nothing else.
 *
 * @throws TrazoError when it is not a path and a value
 */
export function parseSetting(text: string): Setting {
  const [, name, given] = /^([A-Za-z][\w.]*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || given === undefined) {
    throw new SweepError(({ configuration: { setForm } }) => setForm(text));
  }
  const path = parsePath(name);
  return {
    path,
    value: takesOnlyText(path) ? given : parsedValue(given, text),
    place: { source: `--set ${text}` },
  };
}

function parsedValue(given: string, text: string): unknown {
  try {
    return parse(given);
  } catch {
    throw new SweepError(({ configuration: { setValue } }) => setValue(text));
  }
}

/**
 * A configuration with some options set. An object that was given by its name alone becomes one with options:
 * `optimizer.learningRate` of `adam`.
 *
 * @throws TrazoError when a path leads through something that has no options
 */
export function withSettings(node: ConfigNode, settings: readonly Setting[]): ConfigNode {
  const value = settings.reduce((tree, setting) => put(tree, setting, 0), node.value);
  const source: ConfigSource = {
    placeOf(path) {
      const setting = settings.findLast(({ path: set }) => begins(path, set));
      return setting?.place ?? node.placeOf([...node.path, ...path]);
    },
  };
  return new ConfigNode(value, source);
}

const begins = (path: Path, start: Path): boolean =>
  start.length <= path.length && start.every((part, i) => part === path[i]);

function put(tree: unknown, setting: Setting, depth: number): unknown {
  const { path, value, place } = setting;
  const key = path[depth];
  if (key === undefined) return value;
  if (Array.isArray(tree)) {
    if (typeof key !== "number" || key >= tree.length) {
      fail(place, (at, { noPlaceInList }) =>
        noPlaceInList(at, pathText(path.slice(0, depth)), tree.length, key),
      );
    }
    return tree.map((item, i) => (i === key ? put(item, setting, depth + 1) : item));
  }
  if (typeof key === "number") {
    const what = depth === 0 ? undefined : pathText(path.slice(0, depth));
    fail(place, (at, { noListHere }) => noListHere(at, what, key));
  }
  const within = optionsOf(tree, path.slice(0, depth), place);
  return { ...within, [key]: put(within[key], setting, depth + 1) };
}

/** What Trazo takes where a configuration says nothing, and options are set within. */
const implied: Readonly<Record<string, object>> = {
  optimizer: { type: "adam" },
  loss: { type: "categoricalCrossentropy" },
};

function optionsOf(tree: unknown, path: Path, place: Place): Readonly<Record<string, unknown>> {
  if (tree === undefined || tree === null) return { ...implied[pathText(path)] } as Record<string, unknown>;
  if (typeof tree === "string") return pathText(path) === "data" ? { source: tree } : { type: tree };
  if (typeof tree === "object") return tree as Record<string, unknown>;
  return fail(place, (at, { noOptions }) => noOptions(at, pathText(path), tree));
}

/** @param tell what is wrong, with the place in words */
function fail(place: Place, tell: (at: string, text: ConfigurationText) => string): never {
  throw new SweepError(({ configuration: text }) => tell(placeText(place, text), text));
}
