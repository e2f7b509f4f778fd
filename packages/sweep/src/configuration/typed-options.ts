import { TrazoError } from "trazo";
import { type ConfigNode, pathText } from "./config-node.js";
import { countsSteps, findType, type Kind, type KnownType, kindOf, knownTypes, shareIn } from "./kinds.js";
import type { TypedOptions } from "./run-configuration.js";

/**
 * Checks an object of the library in a configuration, `adam` or `{ type: adam, learningRate: 0.01 }`, by the library's own options.
 *
 * @returns its type as the library calls it, and the options that were given
 * @throws TrazoError with the place of what is wrong
 */
export function checkTyped(node: ConfigNode, kind: Kind): TypedOptions {
  const { type, given } = typeOf(node, kind);
  const checked: Record<string, unknown> = {};
  for (const name of Object.keys(given)) {
    const option = type.options[name];
    const child = node.child(name);
    if (!option) {
      const known = Object.keys(type.options);
      return child.fail(({ noOptionOf }) => noOptionOf(type.name, known));
    }
    if (!child.isAbsent) checked[name] = checkOption(child, kind, name, option);
  }
  for (const [name, option] of Object.entries(type.options)) {
    if (!option.optional && checked[name] === undefined) {
      node.fail(({ lacksOption }) => lacksOption(name, type.name, option));
    }
  }
  return { type: type.name, ...checked } as TypedOptions;
}

function checkOption(
  node: ConfigNode,
  kind: Kind,
  name: string,
  option: KnownType["options"][string],
): unknown {
  const { value } = node;
  const nested = kindOf(option);
  const isNamed = nested !== undefined && typeof value === "string" && findType(nested, value) !== undefined;
  if (nested && (isNamed || isMapping(value))) return checkTyped(node, nested);
  if (countsSteps(kind, name) && shareIn(value) !== undefined) return value;
  requireAccepted(node, option);
  return value;
}

function requireAccepted(node: ConfigNode, option: KnownType["options"][string]): void {
  try {
    option.parse(node.value, pathText(node.path));
  } catch (cause) {
    if (!(cause instanceof TrazoError)) throw cause;
    node.fail(({ wrongValue }) => wrongValue(option, node.value), { cause });
  }
}

const isMapping = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function typeOf(
  node: ConfigNode,
  kind: Kind,
): { readonly type: KnownType; readonly given: Readonly<Record<string, unknown>> } {
  const isName = typeof node.value === "string";
  if (!isName && !isMapping(node.value)) {
    node.fail(({ noTyped, kinds }) => noTyped(kinds[kind], node.value));
  }
  const { type: name, ...given } = isName ? { type: node.value } : node.object();
  const place = isName ? node : node.child("type");
  if (name === undefined) node.fail(({ lacksType }) => lacksType(namesOf(kind)));
  const type = typeof name === "string" ? findType(kind, name) : undefined;
  if (!type) return place.fail(({ unknownType, kinds }) => unknownType(name, kinds[kind], namesOf(kind)));
  return { type, given };
}

const namesOf = (kind: Kind): string[] => knownTypes[kind].map(({ name }) => name);

/**
 * The object that checked options describe.
 *
 * @param steps training steps of the whole run, of which schedules may be a share
 * @throws TrazoError for options that do not fit together
 */
export function makeTyped({ type, ...given }: TypedOptions, kind: Kind, steps: number): object | string {
  const known = findType(kind, type) as KnownType;
  const made = Object.entries(given).map(([name, value]) => {
    const nested = kindOf(known.options[name] as KnownType["options"][string]);
    if (nested && isMapping(value)) return [name, makeTyped(value as TypedOptions, nested, steps)];
    const share = countsSteps(kind, name) ? shareIn(value) : undefined;
    return [name, share === undefined ? value : Math.max(1, Math.round(share * steps))];
  });
  return known.make(Object.fromEntries(made) as Record<string, unknown>);
}
