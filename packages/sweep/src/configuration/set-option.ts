import { TrazoError } from "trazo";
import { parse } from "yaml";
import { ConfigNode, type ConfigSource, type Path, pathText } from "./config-node.js";
import { takesOnlyText } from "./schema-at.js";

/** One option of a configuration with another value. */
export interface Setting {
  readonly path: Path;
  readonly value: unknown;
  /** Where it was said, for messages, e.g. `--set epochs=3`. */
  readonly place: string;
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
    throw new TrazoError(
      `--set takes an option and its value, such as optimizer.learningRate=3e-4, but got ${JSON.stringify(text)}.`,
    );
  }
  const path = parsePath(name);
  return { path, value: takesOnlyText(path) ? given : parsedValue(given, text), place: `--set ${text}` };
}

function parsedValue(given: string, text: string): unknown {
  try {
    return parse(given);
  } catch {
    throw new TrazoError(`--set ${text}: the value is not valid YAML.`);
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
      throw new TrazoError(
        `${place}: ${pathText(path.slice(0, depth))} is a list of ${tree.length}, so ${JSON.stringify(key)} must be a place in it, from 0 to ${tree.length - 1}.`,
      );
    }
    return tree.map((item, i) => (i === key ? put(item, setting, depth + 1) : item));
  }
  if (typeof key === "number") {
    const what = depth === 0 ? "a configuration" : pathText(path.slice(0, depth));
    throw new TrazoError(`${place}: ${what} is not a list here, so it has no place ${key}.`);
  }
  const within = optionsOf(tree, path.slice(0, depth), place);
  return { ...within, [key]: put(within[key], setting, depth + 1) };
}

/** What Trazo takes where a configuration says nothing, and options are set within. */
const implied: Readonly<Record<string, object>> = {
  optimizer: { type: "adam" },
  loss: { type: "categoricalCrossentropy" },
};

function optionsOf(tree: unknown, path: Path, place: string): Readonly<Record<string, unknown>> {
  if (tree === undefined || tree === null) return { ...implied[pathText(path)] } as Record<string, unknown>;
  if (typeof tree === "string") return pathText(path) === "data" ? { source: tree } : { type: tree };
  if (typeof tree === "object") return tree as Record<string, unknown>;
  throw new TrazoError(`${place}: ${pathText(path)} is ${JSON.stringify(tree)}, which has no options.`);
}
