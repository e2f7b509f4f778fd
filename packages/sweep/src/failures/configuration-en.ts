import type { JsonObject } from "trazo";
import { shownOr } from "./shown.js";

const shown = shownOr("empty");
const list = (names: readonly string[]): string => names.join(", ");

/** What an option of the library takes. */
export interface ExpectedValue {
  /** In English words, e.g. `a positive integer`. */
  readonly expected: string;
  /** As JSON Schema. */
  readonly json?: JsonObject | undefined;
}

/** What is said of a configuration file or an option of a run, in English; most follow the place and the name of the option. */
export const configurationEn = {
  line: (file: string, line: number) => `${file}, line ${line}`,
  unreadable: (file: string, why: string) => `${file} cannot be read: ${why}.`,
  invalidYaml: (place: string, why: string) => `${place}: this is not valid YAML: ${why}`,
  unknownOption: (known: readonly string[]) => `is not a known option. Known here: ${list(known)}.`,
  noMapping: (value: unknown) => `must be a mapping of options, but is ${shown(value)}.`,
  noList: (value: unknown) => `must be a list, but is ${shown(value)}.`,
  noText: (value: unknown) => `must be a text, but is ${shown(value)}.`,
  noInteger: (least: number, value: unknown) =>
    `must be an integer of at least ${least}, but is ${shown(value)}.`,
  noShare: (value: unknown) => `must be a number above 0 and below 1, but is ${shown(value)}.`,
  noNumber: (value: unknown) => `must be a finite number, but is ${shown(value)}.`,
  emptyList: "is an empty list.",
  tooLarge: (most: number, value: number) => `must be at most ${most}, but is ${value}.`,

  decidedByTechnique: "cannot be given with a technique, which decides it.",
  decidedByPictures: "cannot be given with a folder of pictures, where it is always the same.",
  unknownAugmentation: (value: unknown, known: readonly string[]) =>
    `is ${shown(value)}. Give ${list(known)}, or options of imageDataGenerator.`,
  unknownTechnique: (value: unknown, known: readonly string[]) =>
    `is ${shown(value)}, which is not a technique of the practice. Known: ${list(known)}.`,
  noLayers: "has no layers.",
  unknownNetwork: (value: unknown, known: readonly string[]) =>
    `is ${shown(value)}. Give ${list(known)}, the path of a .keras or .h5 file, or a list of layers.`,
  unreadableNetwork: (file: string, why: string) => `names ${file}, which cannot be read: ${why}.`,
  cannotBeUsed: (why: string) => `cannot be used: ${why}`,

  kinds: {
    layer: "a layer",
    optimizer: "an optimizer",
    loss: "a loss",
    metric: "a metric",
    schedule: "a schedule",
    regularizer: "a regularizer",
    initializer: "an initializer",
    constraint: "a constraint",
  },
  noOptionOf: (type: string, known: readonly string[]) =>
    `is not an option of ${type}. ${known.length > 0 ? `Known: ${list(known)}.` : "It has none."}`,
  wrongValue: ({ expected }: ExpectedValue, value: unknown) =>
    `must be ${expected}, but got ${shown(value)}.`,
  lacksOption: (name: string, type: string, { expected }: ExpectedValue) =>
    `lacks ${name}, which ${type} needs: ${expected}.`,
  noTyped: (kind: string, value: unknown) =>
    `must be the name of ${kind} or a mapping with its type, but is ${shown(value)}.`,
  lacksType: (known: readonly string[]) => `lacks its type. Known: ${list(known)}.`,
  unknownType: (value: unknown, kind: string, known: readonly string[]) =>
    `is ${shown(value)}, which is not the name of ${kind}. Known: ${list(known)}.`,

  setForm: (text: string) =>
    `--set takes an option and its value, such as optimizer.learningRate=3e-4, but got ${JSON.stringify(text)}.`,
  setValue: (text: string) => `--set ${text}: the value is not valid YAML.`,
  noPlaceInList: (place: string, list: string, length: number, key: unknown) =>
    `${place}: ${list} is a list of ${length}, so ${JSON.stringify(key)} must be a place in it, from 0 to ${length - 1}.`,
  noListHere: (place: string, what: string | undefined, key: number) =>
    `${place}: ${what ?? "a configuration"} is not a list here, so it has no place ${key}.`,
  noOptions: (place: string, what: string, value: unknown) =>
    `${place}: ${what} is ${JSON.stringify(value)}, which has no options.`,

  tooManySettings: (count: number, most: number) => `describes ${count} settings; ${most} is the most.`,
  notAfterEpochs: "must be measured after each epoch for successive halving, such as val_accuracy.",
  variedEpochs: "cannot vary epochs with successive halving, which decides how long a setting is trained.",
  unknownReference: (value: string, known: readonly string[]) =>
    `is ${shown(value)}, which is not a setting. Known: ${known.join("; ")}.`,
  unknownSearch: (value: unknown) => `must be grid, random or asha, but is ${shown(value)}.`,
  lacksRuns: "lacks runs, the number of settings to draw.",
  aboveEpochs: (epochs: number, value: number) =>
    `must be at most the run's epochs, ${epochs}, but is ${value}.`,
  repeatedSeed: "names a seed twice: a repeat is not another seed.",
  lossesDiffer:
    "needs measure, since its settings have different losses, whose values cannot be compared, and no metric in common: give measure: val_accuracy or another metric of all of them.",
  noValues: "is an empty list: give its values.",
  noChoices: (value: unknown) => `must be a list of values or a range, { min, max }, but is ${shown(value)}.`,
  notAboveMin: (min: number, value: number) => `must be above min, ${min}, but is ${value}.`,
  notAboveZero: (value: number) => `must be above 0 where the scale is log, but is ${value}.`,
  unknownScale: (value: unknown) => `must be linear or log, but is ${shown(value)}.`,
  lacksSteps: "is a range, of which a grid needs the number of steps: { min, max, steps }.",
};

/** A language of what is said of configurations: the same keys as in English. */
export type ConfigurationText = typeof configurationEn;
