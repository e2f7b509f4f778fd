import type { Language } from "@trazo/practice";
import { InvalidArgumentError, Option } from "commander";
import { type CliText, languages } from "./text/index.js";

/** Reads a value of the command line. */
type Parser<T> = (value: string) => T;

export const whole =
  ({ values }: CliText, least: number): Parser<number> =>
  (given) => {
    // A variable of a shell that is not set is an empty text, which must not be taken for 0.
    const value = given.trim() === "" ? Number.NaN : Number(given);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(values.integerFrom(least));
  };

export const upTo =
  (text: CliText, most: number, least = 1): Parser<number> =>
  (given) => {
    const value = whole(text, least)(given);
    if (value <= most) return value;
    throw new InvalidArgumentError(text.values.atMost(most));
  };

export const somePath =
  ({ values }: CliText): Parser<string> =>
  (given) => {
    if (given !== "") return given;
    throw new InvalidArgumentError(values.path);
  };

/** Whether something is there is found out later; another kind of address is a mistake in the command. */
export const queueAddress =
  ({ values }: CliText): Parser<string> =>
  (given) => {
    if (/^rediss?:\/\/./i.test(given)) return given;
    throw new InvalidArgumentError(values.queueAddress);
  };

export const queueOption = (text: CliText): Option =>
  new Option("--queue <address>", text.options.queue).argParser(queueAddress(text));
export const dataOption = (text: CliText): Option =>
  new Option("--data <dir>", text.options.data).argParser(somePath(text));
export const outOption = (text: CliText, what: string): Option =>
  new Option("--out <path>", what).argParser(somePath(text));
export const threadsOption = (text: CliText): Option =>
  new Option("--threads <n>", text.options.threads).argParser(upTo(text, 256));
export const batchOption = (text: CliText, size: number): Option =>
  new Option("--batch-size <n>", text.options.batchSize).argParser(whole(text, 1)).default(size);

export const freshOption = (text: CliText): Option => new Option("--fresh", text.options.fresh);
export const saveEveryOption = (text: CliText): Option =>
  new Option("--save-every <steps>", text.options.saveEvery).argParser(whole(text, 1));

/** What to train, from a file and from the command line. */
export const configurationOptions = (text: CliText): Option[] => [
  new Option("--config <file>", text.options.config).argParser(somePath(text)),
  setOption(text),
];

export const setOption = (text: CliText): Option =>
  new Option("--set <option=value>", text.options.set).argParser(
    (given: string, before: readonly string[] | undefined) => [...(before ?? []), given],
  );

export const languageOption = (text: CliText, spoken: Language): Option =>
  new Option("--lang <language>", text.options.lang).choices(languages).default(spoken);
export const outputOption = (text: CliText): Option =>
  new Option("--output <name>", text.options.output).argParser(somePath(text));
