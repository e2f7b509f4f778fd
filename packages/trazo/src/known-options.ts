import { inWords, TrazoError } from "./errors.js";
import { plain, similarName } from "./names.js";

/**
 * Refuses options that do not exist: left alone, a misspelled one would silently keep its default. An option of Keras that is
 * not there, but is given the value at which it does nothing, is accepted.
 *
 * @param known every option's name; the type keeps the list complete
 * @throws TrazoError naming the option, and the one that was probably meant
 */
export function requireKnownOptions<T extends object>(
  options: T,
  known: Readonly<Record<keyof T & string, true>>,
  what: string,
): void {
  const names = Object.keys(known);
  requireOptionsObject(options, names, what);
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(known, name)) refuseUnknownOption(name, value, names, what);
  }
}

/** @throws TrazoError unless the options are an object */
export function requireOptionsObject(
  options: unknown,
  known: readonly string[],
  what: string,
): asserts options is object {
  if (typeof options === "object" && options !== null) return;
  throw new TrazoError(
    `${what} takes its options as an object, but got ${inWords(options)}. Known options: ${known.join(", ")}.`,
  );
}

/** @throws TrazoError for an option that does not exist, unless its value is the one at which it does nothing in Keras */
export function refuseUnknownOption(
  name: string,
  value: unknown,
  known: readonly string[],
  what: string,
): void {
  if (isOff(name, value)) return;
  throw new TrazoError(`${what} has no option "${name}". ${adviceFor(name, known)}`);
}

function adviceFor(name: string, known: readonly string[]): string {
  const meant =
    known.find((option) =>
      [name, otherNames[plain(name)] ?? name].some((said) => plain(said) === plain(option)),
    ) ?? similarName(name, known);
  if (meant) return `Did you mean ${meant}?`;
  if (plain(name) === "decay" && known.includes("learningRate")) {
    return (
      "Its rate, learningRate / (1 + decay * step), is what a schedule gives: { learningRate: " +
      "schedules.inverseTimeDecay({ initialLearningRate, decaySteps: 1, decayRate: decay }) }."
    );
  }
  return `Known options: ${known.join(", ")}.`;
}

/** What Keras or tfjs called an option once, or call it elsewhere: by `plain`. */
const otherNames: Readonly<Record<string, string>> = {
  batchinputshape: "inputShape",
  lr: "learningRate",
  nbepoch: "epochs",
  period: "saveFreq",
};

/**
 * Options of Keras that do not exist here, by `plain`, and the values that leave them off: these are taken as if the option
 * had been left out.
 */
const off: Readonly<Record<string, readonly unknown[]>> = {
  adaptiveepsilon: [false],
  channelshiftrange: [0],
  decay: [0],
  dtype: ["float32"],
  featurewisecenter: [false],
  featurewisestdnormalization: [false],
  horizontalflip: [false],
  jitcompile: [false],
  lossweights: [],
  maxqueuesize: [10],
  runeagerly: [false],
  samplewisecenter: [false],
  samplewisestdnormalization: [false],
  stepsperexecution: [1],
  usemultiprocessing: [false],
  verticalflip: [false],
  workers: [1],
  zcawhitening: [false],
};

/** Whether an option is given its neutral value; null and undefined always are. */
function isOff(name: string, value: unknown): boolean {
  const values = Object.hasOwn(off, plain(name)) ? off[plain(name)] : undefined;
  return values !== undefined && [null, undefined, ...values].includes(value as never);
}

/**
 * An option that is a list; empty where it was left out.
 *
 * @throws TrazoError for anything else, such as a single entry without brackets
 */
export function listOption<T>(list: readonly T[] | undefined, what: string): readonly T[] {
  if (list === undefined) return [];
  if (Array.isArray(list)) return list;
  throw new TrazoError(`${what} must be a list, in brackets, but got ${inWords(list)}.`);
}

/** Whether a value has a method of that name: what tells the library's own objects from other values. */
export function hasMethod(value: unknown, name: string): boolean {
  return typeof (value as Record<string, unknown> | null | undefined)?.[name] === "function";
}
