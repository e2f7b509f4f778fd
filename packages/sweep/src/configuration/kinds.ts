import type { options } from "trazo";
import {
  constraints,
  initializers,
  layers,
  losses,
  metrics,
  optimizers,
  regularizers,
  schedules,
} from "trazo";

type Option = options.Option;

/** What a configuration can name by its type. */
export type Kind =
  | "layer"
  | "optimizer"
  | "loss"
  | "metric"
  | "schedule"
  | "regularizer"
  | "initializer"
  | "constraint";

/** One class of the library as configurations have it. */
export interface KnownType {
  /** As its factory is called: `batchNormalization`. */
  readonly name: string;
  /** Those that a caller may give. */
  readonly options: Readonly<Record<string, Option>>;
  make(options: Readonly<Record<string, unknown>>): object | string;
}

interface LibraryFactory {
  (options: Readonly<Record<string, unknown>>): object;
  readonly definition: { readonly options: Readonly<Record<string, Option>> };
}

/** Those of a room's exports that make objects from options, by name: bundlers order exports in ways of their own. */
function typesIn(room: object): KnownType[] {
  return Object.entries(room)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, value]) =>
      isFactory(value) ? [{ name, options: givenBy(value), make: (options) => value(options) }] : [],
    );
}

const isFactory = (value: unknown): value is LibraryFactory =>
  typeof value === "function" && typeof (value as Partial<LibraryFactory>).definition === "object";

const givenBy = ({ definition }: LibraryFactory): Readonly<Record<string, Option>> =>
  Object.fromEntries(Object.entries(definition.options).filter(([, option]) => !option.neutral));

/** Keras has a class for each penalty, whose factor has the penalty's name. */
function penalty(name: "l1" | "l2"): KnownType {
  const { [name]: factor } = givenBy(regularizers.l1l2 as unknown as LibraryFactory) as Record<
    string,
    Option
  >;
  return {
    name,
    options: { [name]: { ...(factor as Option), optional: true, fallback: () => 0.01 } },
    make: ({ [name]: given = 0.01 }) => regularizers[name](given as number),
  };
}

const inputShape = (layers.dense as unknown as LibraryFactory).definition.options.inputShape as Option;
const input: KnownType = {
  name: "input",
  options: { shape: { ...inputShape, optional: false } },
  make: (options) => layers.input(options as { shape: number[] }),
};

/** Everything that configurations can name. Merging layers have no place in a list of layers. */
export const knownTypes: Readonly<Record<Kind, readonly KnownType[]>> = {
  layer: [input, ...typesIn(layers).filter(({ options }) => options.inputShape)],
  optimizer: typesIn(optimizers),
  loss: typesIn(losses),
  metric: [{ name: "accuracy", options: {}, make: () => "accuracy" }, ...typesIn(metrics)],
  schedule: typesIn(schedules),
  regularizer: [penalty("l1"), penalty("l2"), ...typesIn(regularizers)],
  initializer: typesIn(initializers),
  constraint: typesIn(constraints),
};

/** The type that a name means; case and underscores do not matter, as everywhere in the library. */
export const findType = (kind: Kind, name: string): KnownType | undefined =>
  knownTypes[kind].find((type) => plain(type.name) === plain(name));

const plain = (name: string): string => name.replaceAll("_", "").toLowerCase();

/** The kinds whose objects an option takes, by what the library says of its JSON. */
export function kindOf({ json }: Option): Kind | undefined {
  const reference = /"#\/\$defs\/([a-z]+)"/.exec(JSON.stringify(json ?? {}))?.[1];
  return reference !== undefined && reference in knownTypes ? (reference as Kind) : undefined;
}

/** Whether an option of a schedule counts steps, so that it may be a share of all, e.g. `25%`. */
export const countsSteps = (kind: Kind, option: string): boolean =>
  kind === "schedule" && /steps$/i.test(option);

/** The share in a text such as `25%`; undefined for anything else. */
export function shareIn(value: unknown): number | undefined {
  const [, percent] = typeof value === "string" ? (/^(\d+(?:\.\d+)?)\s*%$/.exec(value) ?? []) : [];
  return percent === undefined ? undefined : Number(percent) / 100;
}
