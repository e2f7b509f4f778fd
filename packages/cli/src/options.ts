import { InvalidArgumentError, Option } from "commander";

export const whole =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It must be an integer of at least ${least}.`);
  };

export const upTo =
  (most: number, least = 1) =>
  (text: string): number => {
    const value = whole(least)(text);
    if (value <= most) return value;
    throw new InvalidArgumentError(`It must be at most ${most}.`);
  };

export const somePath = (text: string): string => {
  if (text !== "") return text;
  throw new InvalidArgumentError("It must be a path.");
};

export const dataOption = (): Option =>
  new Option(
    "--data <dir>",
    "folder with four IDX files (MNIST, Fashion-MNIST, ...); default: MNIST itself",
  ).argParser(somePath);
export const outOption = (what: string): Option => new Option("--out <path>", what).argParser(somePath);
export const threadsOption = (): Option =>
  new Option("--threads <n>", "processor threads; default: all").argParser(upTo(256));
export const batchOption = (size: number): Option =>
  new Option("--batch-size <n>", "batch size").argParser(whole(1)).default(size);

export const freshOption = (): Option =>
  new Option("--fresh", "start over instead of resuming an earlier run");
export const saveEveryOption = (): Option =>
  new Option(
    "--save-every <steps>",
    "also save the state every N steps (default: after each epoch only)",
  ).argParser(whole(1));

export const languageOption = (): Option =>
  new Option("--lang <language>", "language of the report").choices(["en", "es"]).default("en");
export const outputOption = (): Option =>
  new Option(
    "--output <name>",
    "ONNX: the output that tells the classes, where the file has several",
  ).argParser(somePath);
