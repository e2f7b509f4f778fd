import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { directionOf, improves, type JsonObject, TrazoError } from "trazo";
import { checkPreparation, explainReadError, type Preparation, writeFileAtomically } from "trazo/node";
import { PracticeError } from "../failures/index.js";
import type { Robustness } from "../robustness/robustness.js";
import { holdsState } from "./own-files.js";
import { robustnessIn } from "./robustness-fields.js";
import { Fields } from "./run-fields.js";
import { runFiles } from "./run-files.js";

export { runFiles };

/** What a run was asked to do, and with what. Written when it begins. */
export interface RunConfig {
  /** The technique's name, or the name of the model file that was trained. */
  readonly technique: string;
  readonly seed: number;
  readonly epochs: number;
  readonly batchSize: number;
  /** Where the images came from. */
  readonly data: string;
  /** What the images are, wherever they lie. Runs of earlier versions do not say. */
  readonly dataDigest?: string | undefined;
  readonly images: { readonly train: number; readonly validation: number; readonly test: number };
  /** What the best epoch is chosen by. Default `val_accuracy`. */
  readonly monitor?: string | undefined;
  /** Of a model file: which weights and optimizer state the run began with. */
  readonly modelDigest?: string | undefined;
  /** How pictures are prepared for the run's models. Runs of earlier versions do not say. */
  readonly preparation?: Partial<Preparation> | undefined;
  /** How it was trained, where not by a technique. */
  readonly settings?: JsonObject | undefined;
  /** Names and versions of what runs. */
  readonly software: readonly string[];
  readonly machine: string;
  /** ISO 8601. */
  readonly started: string;
}

/** What came of it. Written when it ends. */
export interface RunResult {
  /** From 1. */
  readonly bestEpoch: number;
  /** Loss and metrics of the best model, read back from its file, on the test images. */
  readonly test: Readonly<Record<string, number>>;
  /** Wall-clock seconds of each epoch, validation included. */
  readonly epochSeconds: readonly number[];
  /** How the best model reads distorted test digits. Runs of earlier versions and of model files do not say. */
  readonly robustness?: Robustness | undefined;
}

/** One epoch, as the run's JSON Lines have it: its number from 0, and the logs under Keras's names. */
export type LoggedEpoch = Readonly<Record<string, number>> & { readonly epoch: number };

export interface Run {
  readonly folder: string;
  readonly config: RunConfig;
  readonly history: readonly LoggedEpoch[];
  /** Undefined while the run is in progress, or when it was stopped. */
  readonly result: RunResult | undefined;
}

export const writeRunConfig = (folder: string, config: RunConfig): Promise<void> =>
  writeJson(join(folder, runFiles.config), config);

export const writeRunResult = (folder: string, result: RunResult): Promise<void> =>
  writeJson(join(folder, runFiles.result), result);

/** @throws TrazoError when the folder holds no run, or a file in it is not what a run writes, naming the field */
export function readRun(folder: string): Run {
  const config = readText(join(folder, runFiles.config));
  if (config === undefined) {
    throw new PracticeError(({ notARun }) => notARun(folder, runFiles.config));
  }
  const history = readHistory(join(folder, runFiles.history));
  const result = readText(join(folder, runFiles.result));
  return {
    folder,
    config: withTodaysName(configIn(fieldsOf(config, join(folder, runFiles.config))), history),
    history,
    result:
      result === undefined
        ? undefined
        : resultIn(
            fieldsOf(result, join(folder, runFiles.result)),
            history.length,
            join(folder, runFiles.result),
          ),
  };
}

/**
 * What is now `augmentation-tuned` was once called `augmentation`. Its learning rate falls within the first epoch, which that of
 * the notebook's cell never does.
 */
function withTodaysName(config: RunConfig, [first]: readonly LoggedEpoch[]): RunConfig {
  const isTuned =
    config.technique === "augmentation" && first?.lr !== undefined && first.lr < Math.fround(0.001);
  return isTuned ? { ...config, technique: "augmentation-tuned" } : config;
}

function configIn(fields: Fields): RunConfig {
  const images = fields.object("images");
  return {
    technique: fields.text("technique"),
    seed: fields.whole("seed", 0),
    epochs: fields.whole("epochs", 1),
    batchSize: fields.whole("batchSize", 1),
    data: fields.text("data"),
    dataDigest: fields.optionalText("dataDigest"),
    images: {
      train: images.whole("train", 1),
      validation: images.whole("validation", 1),
      test: images.whole("test", 1),
    },
    monitor: fields.optionalText("monitor"),
    modelDigest: fields.optionalText("modelDigest"),
    preparation: fields.checked("preparation", checkPreparation),
    settings: fields.checked("settings", asObject),
    software: fields.texts("software"),
    machine: fields.text("machine"),
    started: fields.text("started"),
  };
}

const asObject = (value: unknown, refuse: (reason: string) => never): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : refuse("it is not an object");

function resultIn(fields: Fields, epochs: number, where: string): RunResult {
  const test = fields.object("test");
  test.number("loss");
  return {
    bestEpoch: fields.whole("bestEpoch", 1, epochs),
    test: test.allNumbers(),
    epochSeconds: fields.numbers("epochSeconds"),
    robustness: fields.has("robustness") ? robustnessIn(fields.object("robustness"), where) : undefined,
  };
}

/** Empty lines count for nothing, and so does a last line that was cut off: a whole one ends with a line break. */
function readHistory(path: string): LoggedEpoch[] {
  const lines = (readText(path) ?? "").split("\n").slice(0, -1);
  return lines
    .filter((line) => line !== "")
    .map((line, i) => {
      const fields = fieldsOf(line, `${path}, line ${i + 1}`, numberFromName);
      return { ...fields.allNumbers(), epoch: fields.whole("epoch", i, i) };
    });
}

/** What a run's best epoch is chosen by. */
export const monitorOf = ({ monitor = "val_accuracy" }: RunConfig): string => monitor;

/** The epoch (from 1) whose model was kept, and the value it was chosen by; undefined before the first one. */
export function bestEpochOf({
  config,
  history,
}: Pick<Run, "config" | "history">): { epoch: number; monitor: string; value: number } | undefined {
  const monitor = monitorOf(config);
  const direction = directionOf(monitor, "auto");
  let best: { epoch: number; monitor: string; value: number } | undefined;
  for (const logs of history) {
    const value = logs[monitor];
    if (value === undefined || (best && !improves(value, best.value, direction))) continue;
    best = { epoch: logs.epoch + 1, monitor, value };
  }
  return best;
}

/** Whether a folder holds a run, finished or not. */
export const holdsRun = (folder: string): boolean => existsSync(join(folder, runFiles.config));

/**
 * Reads a run that is to be resumed. Its saved state is what counts: logs that are damaged are written again from it, so they
 * count as none, and the run as unfinished.
 *
 * @throws TrazoError as `readRun`, where there is no state
 */
export function readRunToResume(folder: string): Run {
  try {
    return readRun(folder);
  } catch (error) {
    if (!(error instanceof TrazoError) || !holdsState(folder)) throw error;
    const path = join(folder, runFiles.config);
    const config = configIn(fieldsOf(readText(path) ?? "", path));
    return { folder, config, history: [], result: undefined };
  }
}

/** The runs under a folder, and what cannot be read of them. */
export interface FoundRuns {
  readonly runs: readonly Run[];
  /** Why each of the others cannot be read. */
  readonly unreadable: readonly string[];
}

/**
 * Every run in a folder, in those directly under it, and in those under these, by name.
 *
 * @throws TrazoError when it is not a folder
 */
export function listRuns(root: string): FoundRuns {
  const runs: Run[] = [];
  const unreadable: string[] = [];
  for (const folder of runFolders(root, 2)) {
    try {
      runs.push(readRun(folder));
    } catch (error) {
      if (!(error instanceof TrazoError)) throw error;
      unreadable.push(error.message);
    }
  }
  return { runs, unreadable };
}

function runFolders(folder: string, depth: number): string[] {
  if (holdsRun(folder)) return [folder];
  if (depth < 0 || !existsSync(folder)) return [];
  return namesIn(folder)
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory())
    .sort((a, b) => basename(a).localeCompare(basename(b), "en"))
    .flatMap((path) => runFolders(path, depth - 1));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new PracticeError(
      ({ cannotBeListed, isAFile }) => cannotBeListed(folder, code === "ENOTDIR" ? isAFile : message),
      { cause },
    );
  }
}

const writeJson = (path: string, value: object): Promise<void> =>
  writeFileAtomically(path, `${JSON.stringify(value, null, 2)}\n`);

function readText(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new TrazoError(`${path} cannot be read: ${explainReadError(cause as NodeJS.ErrnoException)}.`, {
      cause,
    });
  }
}

/** `jsonLinesLogger` writes NaN and the infinities as strings. */
const numberFromName = (_key: string, value: unknown): unknown =>
  ["NaN", "Infinity", "-Infinity"].includes(value as string) ? Number(value) : value;

function fieldsOf(text: string, where: string, revive?: (key: string, value: unknown) => unknown): Fields {
  try {
    return new Fields(JSON.parse(text, revive), where);
  } catch (cause) {
    if (cause instanceof TrazoError) throw cause;
    throw new TrazoError(`${where} is not JSON: ${(cause as Error).message}.`);
  }
}
