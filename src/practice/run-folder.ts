import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { type JsonObject, TrazoError } from "../errors.js";
import { writeFileAtomically } from "../formats/atomic-file.js";
import { differences, differenceText } from "../state/difference.js";

/** What a run was asked to do, and with what. Written when it begins. */
export interface RunConfig {
  readonly technique: string;
  readonly seed: number;
  readonly epochs: number;
  readonly batchSize: number;
  /** Where the images came from. */
  readonly data: string;
  readonly images: { readonly train: number; readonly validation: number; readonly test: number };
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
  readonly bestValAccuracy: number;
  /** Of the best model, read back from its file. */
  readonly test: { readonly loss: number; readonly accuracy: number };
  /** Wall-clock seconds of each epoch, validation included. */
  readonly epochSeconds: readonly number[];
}

/** One epoch, as the run's JSON Lines have it: Keras's names, counted from 0. */
export interface LoggedEpoch {
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly val_loss: number;
  readonly val_accuracy: number;
  readonly lr: number;
}

export interface Run {
  readonly folder: string;
  readonly config: RunConfig;
  readonly history: readonly LoggedEpoch[];
  /** Undefined while the run goes on, or when it was stopped. */
  readonly result: RunResult | undefined;
}

/** The names of the files in a run's folder. */
export const runFiles = {
  config: "config.json",
  result: "result.json",
  history: "history.jsonl",
  historyCsv: "history.csv",
  events: "events",
  bestModel: "best_model.h5",
  lastModel: "last_model.h5",
  state: "state",
} as const;

export const writeRunConfig = (folder: string, config: RunConfig): Promise<void> =>
  writeJson(join(folder, runFiles.config), config);

export const writeRunResult = (folder: string, result: RunResult): Promise<void> =>
  writeJson(join(folder, runFiles.result), result);

/** @throws TrazoError when the folder holds no run, or a file in it cannot be read */
export function readRun(folder: string): Run {
  const config = readJson<RunConfig>(join(folder, runFiles.config));
  if (!config || typeof config.technique !== "string" || !Number.isInteger(config.seed)) {
    throw new TrazoError(
      `${folder} is not the folder of a run: it has no ${runFiles.config} that names a technique and a seed. ` +
        "Give folders that trazo practice made.",
    );
  }
  return {
    folder,
    config,
    history: readHistory(join(folder, runFiles.history)),
    result: readJson<RunResult>(join(folder, runFiles.result)),
  };
}

/** Whether a folder holds a run, finished or not. */
export const holdsRun = (folder: string): boolean => existsSync(join(folder, runFiles.config));

/** @throws TrazoError when the run in a folder was asked for something else than `config` says; there may be none */
export function requireSameRun(folder: string, config: RunConfig): void {
  if (!holdsRun(folder)) return;
  const different = differences(settingsOf(readRun(folder).config), settingsOf(config));
  if (different.length === 0) return;
  throw new TrazoError(
    `${folder} holds a run with other settings:\n${differenceText(different)}\n` +
      "Give the same settings to go on with it, --fresh to start over, or another folder with --out.",
  );
}

/** Where and when a run was begun does not matter to whether it can go on. */
function settingsOf({ software: _, machine: __, started: ___, ...settings }: RunConfig): JsonObject {
  return settings as unknown as JsonObject;
}

/** Removes a run's files, and leaves whatever else lies in its folder. */
export async function removeRun(folder: string): Promise<void> {
  for (const name of Object.values(runFiles)) await rm(join(folder, name), { recursive: true, force: true });
}

/** Every run directly under a folder, by name. */
export function listRuns(root: string): Run[] {
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .map((name) => join(root, name))
    .filter((folder) => statSync(folder).isDirectory() && holdsRun(folder))
    .sort((a, b) => basename(a).localeCompare(basename(b), "en"))
    .map(readRun);
}

const writeJson = (path: string, value: object): Promise<void> =>
  writeFileAtomically(path, `${JSON.stringify(value, null, 2)}\n`);

function readJson<T>(path: string): T | undefined {
  if (!existsSync(path)) return undefined;
  return parse<T>(readFileSync(path, "utf8"), path);
}

function readHistory(path: string): LoggedEpoch[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n");
  return lines
    .filter((line) => line !== "")
    .map((line, i) => parse<LoggedEpoch>(line, `${path}, line ${i + 1}`, numberFromName));
}

/** `jsonLinesLogger` writes NaN and the infinities as strings. */
const numberFromName = (_key: string, value: unknown): unknown =>
  typeof value === "string" ? Number(value) : value;

function parse<T>(text: string, where: string, revive?: (key: string, value: unknown) => unknown): T {
  try {
    return JSON.parse(text, revive) as T;
  } catch (cause) {
    throw new TrazoError(`${where} is not JSON: ${(cause as Error).message}.`);
  }
}
