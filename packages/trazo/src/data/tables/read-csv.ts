import { platform } from "#platform";
import { inWords, TrazoError } from "../../errors.js";
import { requireKnownOptions } from "../../known-options.js";
import { CsvTable } from "./csv-table.js";

/** Options of `readCsv`. */
export interface ReadCsvOptions {
  /** Whether the first row names the columns; otherwise they are "0", "1" and so on. Default true. */
  readonly header?: boolean | undefined;
  /** The columns to keep, which saves memory. Default: all. */
  readonly columns?: readonly string[] | undefined;
  /** What stands between the cells: one character. Default `","`. */
  readonly delimiter?: string | undefined;
}

const readCsvOptions: Readonly<Record<keyof ReadCsvOptions, true>> = {
  header: true,
  columns: true,
  delimiter: true,
};

/**
 * Reads a CSV file (RFC 4180): UTF-8, quoted where need be, with the same number of cells in every row. Empty lines are skipped.
 *
 * @param source a path, a `file:` URL, or the file's bytes
 * @throws TrazoError naming file and row when it cannot be read, is not UTF-8 text, or its rows differ in length
 * @example
 * ```ts
 * const table = await readCsv("labels.csv");
 * const files = table.column("file");
 * const ages = table.numbers("age");
 * ```
 */
export async function readCsv(
  source: string | URL | Uint8Array,
  options: ReadCsvOptions = {},
): Promise<CsvTable> {
  requireKnownOptions(options, readCsvOptions, "readCsv");
  const { header = true, delimiter = ",", columns } = options;
  if (typeof delimiter !== "string" || delimiter.length !== 1 || '"\r\n\ufeff'.includes(delimiter)) {
    throw new TrazoError(
      `readCsv: delimiter must be one character, e.g. ";", but got ${inWords(delimiter)}.`,
    );
  }
  const isBytes = source instanceof Uint8Array;
  const file = isBytes ? "The table" : String(source);
  const text = textOf(isBytes ? source : await platform.files.read(source), file);
  const { default: papa } = await import("papaparse");
  const table = new TableBuilder(file, header, columns);
  papa.parse<string[]>(text, {
    delimiter,
    skipEmptyLines: true,
    step: ({ data, errors: [error] }) => {
      if (error)
        throw new TrazoError(`${file}: row ${table.rows + 1} is damaged: ${plainly(error.message)}.`);
      table.add(data);
    },
  });
  return table.finish();
}

function textOf(bytes: Uint8Array, file: string): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new TrazoError(
      `${file} is not a UTF-8 text, as CSV files are expected to be. Save it as "CSV UTF-8".`,
      { cause },
    );
  }
  if (text.includes("\0")) throw new TrazoError(`${file} is not a table: it holds zero bytes.`);
  return text;
}

const plainly = (message: string): string => message.replace(/\.$/, "").toLowerCase();

/** Cells of few characters occur again and again: pixels, class numbers. */
const longestShared = 4;

class TableBuilder {
  rows = 0;
  readonly #file: string;
  readonly #hasHeader: boolean;
  readonly #wanted: readonly string[] | undefined;
  readonly #shared = new Map<string, string>();
  #names: readonly string[] | undefined;
  /** By the cells' places in a row; undefined where a column is not kept. */
  #columns: (string[] | undefined)[] = [];

  constructor(file: string, hasHeader: boolean, wanted: readonly string[] | undefined) {
    this.#file = file;
    this.#hasHeader = hasHeader;
    this.#wanted = wanted;
  }

  add(cells: readonly string[]): void {
    this.rows += 1;
    if (!this.#names) {
      this.#begin(this.#hasHeader ? cells : cells.map((_, i) => String(i)));
      if (this.#hasHeader) return;
    }
    const expected = this.#columns.length;
    if (cells.length !== expected) {
      throw new TrazoError(
        `${this.#file}: row ${this.rows} has ${cells.length} cells, but the first has ${expected}. If other characters than commas ` +
          'stand between the cells, give the delimiter, e.g. { delimiter: ";" }.',
      );
    }
    for (let i = 0; i < expected; i++) this.#columns[i]?.push(this.#kept(cells[i] as string));
  }

  finish(): CsvTable {
    if (!this.#names) throw new TrazoError(`${this.#file} is empty: it has no rows.`);
    const columns = new Map<string, readonly string[]>();
    for (const [i, name] of this.#names.entries()) {
      const column = this.#columns[i];
      if (column) columns.set(name, column);
    }
    return new CsvTable(this.#file, columns);
  }

  #begin(names: readonly string[]): void {
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) throw new TrazoError(`${this.#file} has two columns named ${inWords(twice)}.`);
    const missing = this.#wanted?.find((name) => !names.includes(name));
    if (missing !== undefined) {
      throw new TrazoError(
        `${this.#file} has no column ${inWords(missing)}. Its columns: ${names.slice(0, 20).join(", ")}.`,
      );
    }
    this.#names = names;
    this.#columns = names.map((name) => (!this.#wanted || this.#wanted.includes(name) ? [] : undefined));
  }

  /** One string for all cells that say the same, which the text of the whole file need not be kept for. */
  #kept(cell: string): string {
    if (cell.length > longestShared) return cell;
    const known = this.#shared.get(cell);
    if (known !== undefined) return known;
    this.#shared.set(cell, cell);
    return cell;
  }
}
