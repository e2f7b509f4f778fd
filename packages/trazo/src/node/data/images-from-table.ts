import { join } from "node:path";
import {
  type ImageOptions,
  imageForm,
  imageOptionNames,
  requireSide,
} from "../../data/images/image-options.js";
import { labelEncoder } from "../../data/label-encoder.js";
import { type LabelMode, labelsIn, requireLabelMode } from "../../data/label-mode.js";
import { emptySubset, type SubsetOptions, subsetIndices, subsetOptionNames } from "../../data/subset.js";
import type { CsvTable } from "../../data/tables/csv-table.js";
import { TrazoError } from "../../errors.js";
import { requireKnownOptions } from "../../known-options.js";
import { type Tensor, tensor } from "../../tensor.js";
import { localPath } from "../files/local-path.js";
import type { DirectoryImages } from "./images-from-directory.js";
import { loadImages, type OnUnreadable } from "./load-images.js";

/** Options of `imagesFromTable`. */
export interface ImagesFromTableOptions extends ImageOptions, SubsetOptions {
  /** Where the files lie. */
  readonly directory: string | URL;
  /** The column of the files' names, below the directory. */
  readonly fileColumn: string;
  /** The column of the classes. */
  readonly labelColumn: string;
  /** Pixels. */
  readonly height: number;
  /** Pixels. */
  readonly width: number;
  /** What to add to the names, e.g. ".jpg". Default: nothing. */
  readonly fileEnding?: string | undefined;
  /** How labels are given. Default `"int"`. */
  readonly labelMode?: LabelMode | undefined;
  /**
   * What stands between the classes of a picture that may have several, e.g. `" "`; labels are then float32 [n, classes], 1 for each
   * class of the picture. Default: one class each.
   */
  readonly labelSeparator?: string | undefined;
  /** The classes in the order of their numbers. Default: those of the table, in Python's order of strings. */
  readonly classNames?: readonly string[] | undefined;
  /** What to do with files that cannot be read as pictures. Default `"throw"`. */
  readonly onUnreadable?: OnUnreadable | undefined;
}

const tableOptions: Readonly<Record<keyof ImagesFromTableOptions, true>> = {
  directory: true,
  fileColumn: true,
  labelColumn: true,
  height: true,
  width: true,
  fileEnding: true,
  labelMode: true,
  labelSeparator: true,
  classNames: true,
  onUnreadable: true,
  ...imageOptionNames,
  ...subsetOptionNames,
};

/**
 * Reads the pictures that a table lists, with their classes, into memory: what Keras's `flow_from_dataframe` is for. A file that is
 * missing counts as one that cannot be read.
 *
 * @throws TrazoError naming the column, file or option that is wrong
 * @example
 * ```ts
 * const train = await imagesFromTable(await readCsv("labels.csv"), {
 *   directory: "pictures",
 *   fileColumn: "id",
 *   fileEnding: ".jpg",
 *   labelColumn: "breed",
 *   height: 96,
 *   width: 96,
 * });
 * await model.fit(divide(train.images, 255), train.labels);
 * ```
 */
export async function imagesFromTable(
  table: CsvTable,
  options: ImagesFromTableOptions,
): Promise<DirectoryImages> {
  const what = "imagesFromTable";
  requireKnownOptions(options, tableOptions, what);
  const {
    height,
    width,
    fileEnding = "",
    labelMode = "int",
    labelSeparator,
    onUnreadable = "throw",
  } = options;
  requireSide(height, `${what}: height`);
  requireSide(width, `${what}: width`);
  const form = imageForm(options, what);
  const root = localPath(options.directory, "The path of a folder");
  const names = table.column(options.fileColumn);
  const classesOf = table.column(options.labelColumn).map((cell) => splitCell(cell, labelSeparator));
  const classNames = options.classNames ?? labelEncoder(classesOf.flat()).classes;
  const numbers = numberClasses(classesOf, classNames, options.labelColumn);
  if (labelSeparator === undefined) requireLabelMode(labelMode, classNames, what);
  const chosen = Array.from(
    subsetIndices(
      names.length,
      options,
      what,
      labelSeparator === undefined ? numbers.map(([number]) => number as number) : undefined,
    ),
  );
  if (names.length === 0) throw new TrazoError(`${what}: the table has no rows.`);
  if (chosen.length === 0) throw emptySubset(names.length, options, what);
  const unnamed = chosen.find((row) => names[row] === "");
  if (unnamed !== undefined && onUnreadable === "throw") {
    throw new TrazoError(
      `${what}: row ${unnamed + 1} of column "${options.fileColumn}" is empty; a file's name is expected.`,
    );
  }
  const files = chosen.map((row) => `${names[row]}${fileEnding}`);
  const { kept, ...loaded } = await loadImages(
    files.map((file) => ({ name: file, path: join(root, file) })),
    { height, width },
    form,
    onUnreadable,
  );
  const rows = kept.map((i) => numbers[chosen[i] as number] as readonly number[]);
  const labels =
    labelSeparator === undefined
      ? labelsIn(
          labelMode,
          rows.map(([number]) => number as number),
          classNames.length,
        )
      : severalHot(rows, classNames.length);
  return { ...loaded, labels, classNames };
}

const splitCell = (cell: string, separator: string | undefined): string[] =>
  separator === undefined ? [cell] : cell.split(separator).filter((name) => name !== "");

function numberClasses(
  cells: readonly (readonly string[])[],
  classNames: readonly string[],
  column: string,
): number[][] {
  const numbers = new Map(classNames.map((name, i) => [name, i]));
  return cells.map((names, row) =>
    names.map((name) => {
      const number = numbers.get(name);
      if (number !== undefined) return number;
      throw new TrazoError(
        `imagesFromTable: row ${row + 1} of column "${column}" names "${name}", which is none of classNames.`,
      );
    }),
  );
}

function severalHot(rows: readonly (readonly number[])[], classes: number): Tensor<"float32"> {
  const data = new Float32Array(rows.length * classes);
  for (const [row, numbers] of rows.entries()) for (const number of numbers) data[row * classes + number] = 1;
  return tensor("float32", [rows.length, classes], data);
}
