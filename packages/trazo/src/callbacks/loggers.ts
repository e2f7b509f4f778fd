import { TrazoError } from "../errors.js";
import { requireKnownOptions } from "../known-options.js";
import type { Callback, Logs } from "./callback.js";
import { LogFile, type LogFileState } from "./log-file.js";
import { numpyFloat32, pythonFloat } from "./python-number.js";

export interface CsvLoggerOptions {
  readonly filename: string | URL;
  /** Default `,`. */
  readonly separator?: string | undefined;
  /** Go on in an existing file, whose header is kept. Default false: start afresh. */
  readonly append?: boolean | undefined;
}

const csvLoggerOptions = { filename: true, separator: true, append: true } as const;

/**
 * Writes a row an epoch (counted from 0), as Keras's `CSVLogger`: `epoch`, then the logs' keys in
 * alphabetical order; `NA` for what an epoch lacks; lines end in CR LF. Numbers are written as Python writes them, with
 * `nan` and `inf`; `lr` in float32's shortest form, `0.001`.
 *
 * @throws TrazoError when the separator is not one character, or the file cannot be written
 */
export function csvLogger(options: CsvLoggerOptions): Callback {
  requireKnownOptions(options, csvLoggerOptions, "CSVLogger");
  const { filename, separator = ",", append = false } = options;
  if (separator.length !== 1) {
    throw new TrazoError(
      `CSVLogger: the separator must be one character, but got ${JSON.stringify(separator)}.`,
    );
  }
  const file = new LogFile(filename, append);
  let keys: string[] | undefined;
  const row = (cells: readonly string[]): string =>
    `${cells.map((cell) => quoted(cell, separator)).join(separator)}\r\n`;
  return {
    getState: () => ({ file: file.state, keys: keys ?? null }),
    setState(state) {
      const before = state as { file: LogFileState; keys: string[] | null };
      file.restore(before.file);
      keys = before.keys ?? undefined;
    },
    onTrainBegin() {
      file.open();
      keys = undefined;
    },
    onEpochEnd(epoch, logs) {
      if (!keys) {
        keys = columnsOf(logs);
        if (!file.hasContent) file.write(row(["epoch", ...keys]));
      }
      file.write(row([String(epoch), ...keys.map((key) => cellOf(key, logs[key]))]));
    },
  };
}

/**
 * Writes one JSON object an epoch: `{"epoch":0,"loss":…}`, epochs counted from 0. What JSON has no number for is a string,
 * `"NaN"`, `"Infinity"` or `"-Infinity"`, which `Number(…)` in JavaScript and `float(…)` in Python turn back.
 *
 * @param options.append go on in an existing file; default false: start afresh
 * @throws TrazoError when the file cannot be written
 */
export function jsonLinesLogger(options: { filename: string; append?: boolean }): Callback {
  requireKnownOptions(options, { filename: true, append: true }, "jsonLinesLogger");
  const { filename, append = false } = options;
  const file = new LogFile(filename, append);
  return {
    getState: () => file.state,
    setState: (state) => file.restore(state as LogFileState),
    onTrainBegin: () => file.open(),
    onEpochEnd: (epoch, logs) => file.write(`${JSON.stringify({ epoch, ...logs }, numberOrName)}\n`),
  };
}

const numberOrName = (_key: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;

/** Where the first epoch has no validation, its columns are added for later ones. */
function columnsOf(logs: Logs): string[] {
  const keys = Object.keys(logs).sort();
  if (keys.some((key) => key.startsWith("val_"))) return keys;
  return [...keys, ...keys.map((key) => `val_${key}`)];
}

/** Keras 2 logs the learning rate as float32, everything else as Python's float. */
function cellOf(key: string, value: number | undefined): string {
  if (value === undefined) return "NA";
  return key === "lr" && Math.fround(value) === value ? numpyFloat32(value) : pythonFloat(value);
}

function quoted(cell: string, separator: string): string {
  return cell.includes(separator) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
