import type { Callback, CallbackParams, Logs } from "../../callbacks/callback.js";
import { defineCallback } from "../../callbacks/define-callback.js";
import { path } from "../../callbacks/options.js";
import { numpyFloat32, pythonFloat } from "../../callbacks/python-number.js";
import { TrazoError } from "../../errors.js";
import type { OptionsOf } from "../../schema/define.js";
import { option, withDefault } from "../../schema/option.js";
import { boolean } from "../../schema/options.js";
import { StateFields } from "../../state/state-fields.js";
import { LogFile, logFileState } from "./log-file.js";

export type CsvLoggerOptions = OptionsOf<typeof csvLogger>;

/**
 * Writes a row per epoch (counted from 0), as Keras's `CSVLogger`: `epoch`, then the logs' keys in
 * alphabetical order; `NA` for what an epoch lacks; lines end in CR LF. Numbers are written as Python writes them, with
 * `nan` and `inf`; `lr` in float32's shortest form, `0.001`.
 *
 * @throws TrazoError when the separator is not one character, the file cannot be written, or `append` finds a file without
 *   an `epoch` column
 * @example
 * ```ts
 * const logger = callbacks.csvLogger({ filename: "history.csv" });
 * await model.fit(xTrain, yTrain, { epochs: 3, callbacks: [logger] });
 * ```
 */
export const csvLogger = defineCallback({
  className: "CSVLogger",
  options: {
    /** The file to write. */
    filename: path(),
    /** One character. Default `,`. */
    separator: withDefault(oneCharacter(), ","),
    /**
     * Add to an existing file, in the columns that its header names: `NA` for those that the logs lack; logs without a column
     * are left out, which is printed once. Default false: start a new file.
     */
    append: withDefault(boolean(), false),
  },
  create({ filename, separator, append }): Callback {
    const file = new LogFile(filename, append);
    let keys: string[] | undefined;
    let print: CallbackParams["print"] = () => {};
    const row = (cells: readonly string[]): string =>
      `${cells.map((cell) => quoted(cell, separator)).join(separator)}\r\n`;
    /** The header that the file had before, as the columns of the rows to come. */
    function columnsInFile(): string[] | undefined {
      if (file.firstLine === undefined) return undefined;
      const columns = cellsOf(file.firstLine, separator);
      if (columns.includes("epoch")) return columns;
      throw new TrazoError(
        `CSVLogger: cannot append to ${filename}: its first line has no column "epoch" ` +
          `when split at ${JSON.stringify(separator)}. Give another file, or the separator that it was written with.`,
      );
    }

    function warnOfLeftOut(logs: Logs, columns: readonly string[]): void {
      const leftOut = Object.keys(logs).filter((key) => !columns.includes(key));
      if (leftOut.length === 0) return;
      const what = leftOut.sort().join(", ");
      print(
        `\nCSVLogger: ${filename} has no column for ${what}: left out. Give a new file to log everything.\n`,
      );
    }

    return {
      setParams: (params) => {
        print = params.print;
      },
      getState: () => ({ file: file.state, keys: keys ?? null }),
      setState(state) {
        const before = new StateFields(state, "csvLogger");
        file.restore(logFileState(before.object("file")));
        const columns = before.optional("keys", () => before.texts("keys"));
        // States of earlier versions leave the first column out.
        keys = columns?.includes("epoch") ? columns : columns && ["epoch", ...columns];
      },
      onTrainBegin() {
        file.open();
        keys = undefined;
        columnsInFile();
      },
      onEpochEnd(epoch, logs) {
        if (!keys) {
          const inFile = columnsInFile();
          keys = inFile ?? ["epoch", ...columnsOf(logs)];
          if (inFile) warnOfLeftOut(logs, inFile);
          else file.write(row(keys));
        }
        file.write(row(keys.map((key) => (key === "epoch" ? String(epoch) : cellOf(key, logs[key])))));
      },
    };
  },
});

/**
 * Writes one JSON object per epoch: `{"epoch":0,"loss":…}`, epochs counted from 0. What JSON has no number for is a string,
 * `"NaN"`, `"Infinity"` or `"-Infinity"`, which `Number(…)` in JavaScript and `float(…)` in Python turn back.
 *
 * @param options.append append to an existing file; default false: start afresh
 * @throws TrazoError when the file cannot be written
 * @example
 * ```ts
 * const logger = callbacks.jsonLinesLogger({ filename: "history.jsonl", append: true });
 * ```
 */
export const jsonLinesLogger = defineCallback({
  className: "jsonLinesLogger",
  options: {
    /** The file to write. */
    filename: path(),
    /** Add to an existing file. Default false: start a new file. */
    append: withDefault(boolean(), false),
  },
  create({ filename, append }): Callback {
    const file = new LogFile(filename, append);
    return {
      getState: () => file.state,
      setState: (state) => file.restore(logFileState(new StateFields(state, "jsonLinesLogger"))),
      onTrainBegin: () => file.open(),
      onEpochEnd: (epoch, logs) => file.write(`${JSON.stringify({ epoch, ...logs }, numberOrName)}\n`),
    };
  },
});

const numberOrName = (_key: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;

function oneCharacter() {
  return option<string>({
    expected: "one character",
    accept: (value) => (typeof value === "string" && value.length === 1 ? value : undefined),
  });
}

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

/** The cells of a line, as `quoted` writes them. */
function cellsOf(line: string, separator: string): string[] {
  const cells: string[] = [];
  let [cell, isQuoted] = ["", false];
  for (let at = 0; at < line.length; at++) {
    const letter = line[at] as string;
    if (isQuoted && letter === '"' && line[at + 1] === '"') cell += line[at++];
    else if (letter === '"' && (isQuoted || cell === "")) isQuoted = !isQuoted;
    else if (letter === separator && !isQuoted) {
      cells.push(cell);
      cell = "";
    } else cell += letter;
  }
  return [...cells, cell];
}

function quoted(cell: string, separator: string): string {
  return cell.includes(separator) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
