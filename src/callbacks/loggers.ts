import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { TrazoError } from "../errors.js";
import type { Callback, Logs } from "./callback.js";
import { pythonFloat } from "./python-number.js";

export interface CsvLoggerOptions {
  readonly filename: string;
  /** Default `,`. */
  readonly separator?: string | undefined;
  /** Go on in an existing file, whose header is kept. Default false: start afresh. */
  readonly append?: boolean | undefined;
}

/**
 * Writes a row an epoch (counted from 0), as Keras's `CSVLogger`: `epoch`, then the logs' keys in
 * alphabetical order; `NA` for what an epoch lacks; lines end in CR LF.
 */
export function csvLogger({ filename, separator = ",", append = false }: CsvLoggerOptions): Callback {
  const file = new LogFile(filename, append);
  let keys: string[] | undefined;
  const row = (cells: readonly string[]): string =>
    `${cells.map((cell) => quoted(cell, separator)).join(separator)}\r\n`;
  return {
    onTrainBegin: () => file.open(),
    onEpochEnd(epoch, logs) {
      if (!keys) {
        keys = columnsOf(logs);
        if (!file.hasContent) file.write(row(["epoch", ...keys]));
      }
      file.write(row([String(epoch), ...keys.map((key) => cellOf(logs[key]))]));
    },
    onTrainEnd() {
      file.close();
      keys = undefined;
    },
  };
}

/** Writes one JSON object an epoch: `{"epoch":0,"loss":…}`, epochs counted from 0. */
export function jsonLinesLogger({
  filename,
  append = false,
}: {
  filename: string;
  append?: boolean;
}): Callback {
  const file = new LogFile(filename, append);
  return {
    onTrainBegin: () => file.open(),
    onEpochEnd: (epoch, logs) => file.write(`${JSON.stringify({ epoch, ...logs })}\n`),
    onTrainEnd: () => file.close(),
  };
}

/** Where the first epoch has no validation, its columns are added for later ones. */
function columnsOf(logs: Logs): string[] {
  const keys = Object.keys(logs).sort();
  if (keys.some((key) => key.startsWith("val_"))) return keys;
  return [...keys, ...keys.map((key) => `val_${key}`)];
}

function cellOf(value: number | undefined): string {
  return value === undefined ? "NA" : pythonFloat(value);
}

function quoted(cell: string, separator: string): string {
  return cell.includes(separator) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** A text file that grows by whole lines, each on disk before training goes on. */
class LogFile {
  readonly #path: string;
  readonly #append: boolean;
  #descriptor: number | undefined;
  hasContent = false;

  constructor(path: string, append: boolean) {
    this.#path = path;
    this.#append = append;
  }

  open(): void {
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      this.hasContent =
        this.#append && existsSync(this.#path) && /^[^\r\n]/.test(readFileSync(this.#path, "utf8"));
      this.#descriptor = openSync(this.#path, this.#append ? "a" : "w");
    } catch (cause) {
      throw new TrazoError(`The log file ${this.#path} cannot be written: ${(cause as Error).message}.`);
    }
  }

  write(text: string): void {
    if (this.#descriptor === undefined) return;
    writeSync(this.#descriptor, text);
    fsyncSync(this.#descriptor);
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}
