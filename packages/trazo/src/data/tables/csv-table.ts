import { inWords, TrazoError } from "../../errors.js";
import { requireKnownOptions } from "../../known-options.js";
import { type DType, newArray, sizeOf, type Tensor, tensor } from "../../tensor.js";

/** Options of `CsvTable.tensor`. */
export interface TableTensorOptions {
  /** The columns to take, in this order. Default: all. */
  readonly columns?: readonly string[] | undefined;
  /** Columns to leave out. Default: none. */
  readonly drop?: readonly string[] | undefined;
  /** The shape of one row, e.g. `[28, 28, 1]` for 784 columns. Default: the number of columns. */
  readonly shape?: readonly number[] | undefined;
}

const tensorOptions = { columns: true, drop: true, shape: true } as const;

/** A table of text, column by column, as `readCsv` gives it. */
export class CsvTable {
  /** The names of the columns, in the order of the file. */
  readonly columnNames: readonly string[];
  /** The number of rows, without the header. */
  readonly length: number;
  readonly #file: string;
  readonly #columns: ReadonlyMap<string, readonly string[]>;

  /** @internal */
  constructor(file: string, columns: ReadonlyMap<string, readonly string[]>) {
    this.#file = file;
    this.#columns = columns;
    this.columnNames = [...columns.keys()];
    this.length = columns.get(this.columnNames[0] ?? "")?.length ?? 0;
  }

  /**
   * The cells of a column as they stand in the file.
   *
   * @throws TrazoError when there is no such column
   * @example
   * ```ts
   * const files = (await readCsv("labels.csv")).column("file");
   * ```
   */
  column(name: string): readonly string[] {
    const column = this.#columns.get(name);
    if (column) return column;
    const known = this.columnNames.slice(0, 20).join(", ");
    throw new TrazoError(
      `${this.#file} has no column "${name}". Its columns: ${known}${this.columnNames.length > 20 ? ", …" : ""}.`,
    );
  }

  /**
   * The numbers of a column.
   *
   * @throws TrazoError naming the cell that holds none
   * @example
   * ```ts
   * const ages = (await readCsv("people.csv")).numbers("age");
   * ```
   */
  numbers(name: string): Float64Array {
    return Float64Array.from(this.column(name), (cell, row) => this.#number(cell, row, name));
  }

  /**
   * The numbers of columns, one sample per row.
   *
   * @returns shape [rows, ...shape]
   * @throws TrazoError naming the cell that holds no number, or one that the type cannot hold
   * @example
   * ```ts
   * const table = await readCsv("train.csv"); // Kaggle's Digit Recognizer: label,pixel0,…,pixel783
   * const digits = table.tensor("uint8", { drop: ["label"], shape: [28, 28, 1] });
   * const classes = table.tensor("int32", { columns: ["label"], shape: [] });
   * ```
   */
  tensor<D extends Exclude<DType, "bool">>(dtype: D, options: TableTensorOptions = {}): Tensor<D> {
    requireKnownOptions(options, tensorOptions, "tensor");
    const { columns = this.columnNames, drop = [] } = options;
    for (const name of drop) this.column(name);
    const names = columns.filter((name) => !drop.includes(name));
    const { shape = [names.length] } = options;
    if (!Array.isArray(shape) || sizeOf(shape) !== names.length) {
      throw new TrazoError(
        `tensor: ${names.length} columns do not fit the shape ${Array.isArray(shape) ? `[${shape.join(", ")}]` : inWords(shape)}.`,
      );
    }
    const data = newArray(dtype, this.length * names.length);
    for (const [i, name] of names.entries()) {
      for (const [row, cell] of this.column(name).entries()) {
        const number = this.#number(cell, row, name);
        const at = row * names.length + i;
        data[at] = (dtype === "int64" && Number.isInteger(number) ? BigInt(number) : number) as never;
        if (Number(data[at]) === number || dtype.startsWith("float")) continue;
        throw this.#wrongCell(cell, row, name, `which ${dtype} cannot hold`);
      }
    }
    return tensor(dtype, [this.length, ...shape], data);
  }

  #number(cell: string, row: number, column: string): number {
    const number = Number(cell);
    if (Number.isFinite(number) && cell.trim() !== "") return number;
    throw this.#wrongCell(cell, row, column, "which is not a number");
  }

  #wrongCell(cell: string, row: number, column: string, why: string): TrazoError {
    return new TrazoError(
      `${this.#file}: row ${row + 1} of column "${column}" holds ${inWords(cell)}, ${why}.`,
    );
  }
}
