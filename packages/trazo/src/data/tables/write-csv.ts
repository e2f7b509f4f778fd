import { platform } from "#platform";
import { inWords, TrazoError } from "../../errors.js";
import type { Tensor } from "../../tensor.js";

/** The cells of a column: text, numbers, or a tensor of one number per row. */
export type CsvColumn = ArrayLike<string | number | bigint | boolean> | Tensor;

/**
 * Writes a CSV file with a header (RFC 4180, with line feeds), all of it or nothing.
 *
 * @param columns cells by the columns' names, in the order that the file is to have
 * @throws TrazoError when the columns differ in length, and when the file cannot be written
 * @example
 * ```ts
 * const predictions = await model.predict(xTest);
 * const answers = argMax(predictions);
 * const ids = Array.from(answers.data, (_, i) => i + 1);
 * await writeCsv("submission.csv", { ImageId: ids, Label: answers });
 * ```
 */
export async function writeCsv(
  file: string | URL,
  columns: Readonly<Record<string, CsvColumn>>,
): Promise<void> {
  const names = Object.keys(columns);
  if (names.length === 0) throw new TrazoError("writeCsv needs at least one column, e.g. { id: [1, 2] }.");
  const lists = names.map((name) => cellsOf(columns[name], name));
  const length = lists[0]?.length ?? 0;
  for (const [i, list] of lists.entries()) {
    if (list.length === length) continue;
    throw new TrazoError(
      `writeCsv: column "${names[0]}" has ${length} cells, but "${names[i]}" has ${list.length}.`,
    );
  }
  const { default: papa } = await import("papaparse");
  const rows = Array.from({ length }, (_, row) => lists.map((list) => String(list[row])));
  const text = papa.unparse({ fields: names, data: rows }, { newline: "\n" });
  const path = platform.files.path(file, "writeCsv: the path");
  await platform.files.write(path, new TextEncoder().encode(`${text}\n`));
}

function cellsOf(column: CsvColumn | undefined, name: string): ArrayLike<string | number | bigint | boolean> {
  if (typeof column !== "object" || column === null) {
    throw new TrazoError(`writeCsv: column "${name}" must be a list of cells, but got ${inWords(column)}.`);
  }
  if (!("dtype" in column)) return column;
  const { shape, data, divisor = 1 } = column;
  if (shape.slice(1).some((dim) => dim !== 1)) {
    throw new TrazoError(
      `writeCsv: column "${name}" is a tensor of shape [${shape.join(", ")}]; a column has one number per row. For classes take argMax first.`,
    );
  }
  return divisor === 1 ? data : Array.from(data as ArrayLike<number>, (value) => Number(value) / divisor);
}
