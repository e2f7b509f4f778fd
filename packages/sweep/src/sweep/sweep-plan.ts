import { resolve } from "node:path";
import { checkConfiguration, folderOf } from "../configuration/check-configuration.js";
import type { ConfigNode } from "../configuration/config-node.js";
import { readDocument } from "../configuration/document.js";
import type { RunConfiguration } from "../configuration/run-configuration.js";
import { parsePath, type Setting, withSettings } from "../configuration/set-option.js";
import { defaultMeasure } from "./default-measure.js";
import { drawPoint, gridOf, type Point, readSpace, settingOf } from "./space.js";

/** One combination of options, which is run with each seed. */
export interface SweepSetting {
  /** For tables, e.g. `learningRate=0.01, rate=0.2`, or the variant's name. */
  readonly name: string;
  /** The options that differ between settings, as they were written, with their values. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly configuration: RunConfiguration;
}

/** How settings are tried: each to its end, or by asynchronous successive halving. */
export type SweepSearch =
  | { readonly type: "all" }
  | {
      readonly type: "asha";
      /** Epochs of the first rung. */
      readonly minEpochs: number;
      /** One in so many settings of a rung is trained on to the next one, which has so many times the epochs. */
      readonly factor: number;
    };

/** A sweep as its file describes it. */
export interface SweepPlan {
  readonly settings: readonly SweepSetting[];
  readonly seeds: readonly number[];
  readonly search: SweepSearch;
  /** What settings are compared by: a measure of each epoch, e.g. `val_accuracy`, or `test_` and a metric. */
  readonly measure: string;
  /** The setting that the others are compared with. Absent: each with each. */
  readonly reference?: string | undefined;
  /** Threads of a run. Absent: as measured. */
  readonly threads?: number | undefined;
  /** Runs at the same time. Absent: as measured. */
  readonly parallel?: number | undefined;
}

const mostSettings = 10_000;

/**
 * Reads a sweep's file.
 *
 * @param settings options of the run set from elsewhere, which hold for every setting
 * @throws TrazoError with the line of what is wrong, in the file or in the run's configuration
 */
export const readSweep = (file: string, settings: readonly Setting[] = []): SweepPlan =>
  planSweep(readDocument(file), folderOf(file), settings);

/**
 * @param node `run`, `space`, `variants`, `search`, `seeds`, `measure`, `reference`, `threads` and `parallel`
 * @param folder what paths in it are relative to
 * @throws TrazoError with the place of what is wrong
 */
export function planSweep(node: ConfigNode, folder = ".", settings: readonly Setting[] = []): SweepPlan {
  const fields = node.fields([
    "run",
    "space",
    "variants",
    "search",
    "seeds",
    "measure",
    "reference",
    "threads",
    "parallel",
  ]);
  const { run, at } = readRun(fields.run, folder, settings);
  const search = readSearch(fields.search);
  const combinations = combinationsOf(fields.space, search);
  const variants = readVariants(fields.variants);
  const count = combinations.length * Math.max(1, variants.length);
  if (count > mostSettings) node.fail(({ tooManySettings }) => tooManySettings(count, mostSettings));
  const options = combinations[0]?.map(({ dimension }) => dimension.option) ?? [];
  const named = (variants.length > 0 ? variants : [undefined]).flatMap((variant) =>
    combinations.map((points) => makeSetting(run, at, variant, points, options)),
  );
  const distinct = withoutRepeats(named);
  const [first] = distinct;
  if (!first) throw new Error("A sweep has at least one setting.");
  const plan: SweepPlan = {
    settings: distinct,
    seeds: readSeeds(fields.seeds, checkConfiguration(run, at).seed),
    search: search.type === "asha" ? ashaOf(fields.search, first.configuration.epochs) : { type: "all" },
    measure: fields.measure.isAbsent
      ? defaultMeasure(
          distinct.map(({ configuration }) => configuration),
          node,
        )
      : fields.measure.text(),
    reference: fields.reference.isAbsent ? undefined : fields.reference.text(),
    threads: fields.threads.isAbsent ? undefined : fields.threads.whole(1),
    parallel: fields.parallel.isAbsent ? undefined : fields.parallel.whole(1),
  };
  if (plan.search.type === "asha") {
    if (plan.measure.startsWith("test_")) {
      fields.measure.fail((text) => text.notAfterEpochs);
    }
    if (distinct.some(({ configuration: { epochs } }) => epochs !== first.configuration.epochs)) {
      fields.space.fail((text) => text.variedEpochs);
    }
  }
  const { reference } = plan;
  const names = distinct.map(({ name }) => name);
  if (reference !== undefined && !names.includes(reference)) {
    fields.reference.fail(({ unknownReference }) => unknownReference(reference, names));
  }
  return plan;
}

function readRun(node: ConfigNode, folder: string, settings: readonly Setting[]) {
  if (typeof node.value !== "string") {
    return { run: withSettings(node.isAbsent ? node.with({}) : node, settings), at: folder };
  }
  const file = resolve(folder, node.text());
  return { run: withSettings(readDocument(file), settings), at: folderOf(file) };
}

interface ReadSearch {
  readonly type: SearchType;
  readonly runs: number;
  readonly seed: number;
}

/** The options of each kind of search besides its type. */
const searchOptions = {
  grid: [],
  random: ["runs", "seed"],
  asha: ["runs", "seed", "minEpochs", "factor"],
} as const;

type SearchType = keyof typeof searchOptions;

function readSearch(node: ConfigNode): ReadSearch {
  const type = searchType(node);
  const { runs, seed } = searchFields(node, type);
  if (runs.isAbsent && type === "random") return node.fail((text) => text.lacksRuns);
  return {
    type,
    runs: runs.isAbsent ? 0 : runs.whole(1),
    seed: seed.isAbsent ? 0 : seed.whole(0),
  };
}

/** By its name alone, or with its options. */
function searchType(node: ConfigNode): SearchType {
  if (node.isAbsent) return "grid";
  const named = typeof node.value === "object" && !Array.isArray(node.value) ? node.child("type") : node;
  const { value } = named;
  return typeof value === "string" && Object.hasOwn(searchOptions, value)
    ? (value as SearchType)
    : named.fail(({ unknownSearch }) => unknownSearch(value));
}

function searchFields(node: ConfigNode, type: SearchType) {
  const all = ["type", ...searchOptions.asha] as const;
  const mapping = typeof node.value === "object" && !node.isAbsent ? node : node.with({});
  mapping.fields(["type", ...searchOptions[type]]);
  return mapping.fields(all);
}

function ashaOf(node: ConfigNode, epochs: number): SweepSearch {
  const { minEpochs, factor } = searchFields(node, "asha");
  const least = minEpochs.isAbsent ? 1 : minEpochs.whole(1);
  if (least > epochs) minEpochs.fail(({ aboveEpochs }) => aboveEpochs(epochs, least));
  return { type: "asha", minEpochs: least, factor: factor.isAbsent ? 3 : factor.whole(2) };
}

/** Successive halving draws settings where it is told how many, and takes the whole grid otherwise. */
function combinationsOf(node: ConfigNode, { type, runs, seed }: ReadSearch): Point[][] {
  const dimensions = readSpace(node);
  if (type === "grid" || runs === 0) return gridOf(dimensions, node);
  return Array.from({ length: runs }, (_, i) => drawPoint(dimensions, seed, i));
}

interface Variant {
  readonly name: string;
  readonly settings: readonly Setting[];
}

function readVariants(node: ConfigNode): Variant[] {
  if (node.isAbsent) return [];
  return Object.keys(node.object()).map((name) => {
    const child = node.child(name);
    const options = child.isAbsent ? {} : child.object();
    return {
      name,
      settings: Object.entries(options).map(([option, value]) => ({
        path: parsePath(option),
        value,
        place: child.child(option).place,
      })),
    };
  });
}

function makeSetting(
  run: ConfigNode,
  folder: string,
  variant: Variant | undefined,
  points: readonly Point[],
  options: readonly string[],
): SweepSetting {
  const settings = [...(variant?.settings ?? []), ...points.map(settingOf)];
  const texts = points.map(
    ({ dimension, value }) => `${shortName(dimension.option, options)}=${valueText(value)}`,
  );
  const name = [...(variant ? [variant.name] : []), ...texts].join(", ");
  return {
    name: name === "" ? "as given" : name,
    values: {
      ...(variant && { variant: variant.name }),
      ...Object.fromEntries(points.map(({ dimension, value }) => [dimension.option, value])),
    },
    configuration: checkConfiguration(withSettings(run, settings), folder).configuration,
  };
}

/** The last part of an option's name, where that tells it from the others. */
function shortName(option: string, options: readonly string[]): string {
  const last = (name: string): string | undefined => name.split(".").at(-1);
  const isUnique = options.filter((other) => last(other) === last(option)).length === 1;
  return isUnique ? (last(option) as string) : option;
}

function valueText(value: unknown): string {
  if (typeof value === "string") return value;
  const named = value as { readonly type?: unknown } | null;
  return typeof named?.type === "string" ? named.type : JSON.stringify(value);
}

/** Drawn settings may be equal; objects of one type are told apart by a number. */
function withoutRepeats(settings: readonly SweepSetting[]): SweepSetting[] {
  const known = new Set<string>();
  const names = new Map<string, number>();
  return settings.flatMap((setting) => {
    const content = JSON.stringify(setting.configuration);
    if (known.has(content)) return [];
    known.add(content);
    const count = (names.get(setting.name) ?? 0) + 1;
    names.set(setting.name, count);
    return [count === 1 ? setting : { ...setting, name: `${setting.name} (${count})` }];
  });
}

function readSeeds(node: ConfigNode, first: number): number[] {
  if (node.isAbsent) return [first];
  if (typeof node.value === "number") return Array.from({ length: node.whole(1) }, (_, i) => first + i);
  const seeds = node.items().map((item) => item.whole(0));
  if (new Set(seeds).size < seeds.length) node.fail((text) => text.repeatedSeed);
  return seeds.length > 0 ? seeds : node.fail((text) => text.emptyList);
}
