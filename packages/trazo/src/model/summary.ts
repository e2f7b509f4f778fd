import { formatDim, isStatic } from "../graph/shape.js";
import type { Shape } from "../graph/value.js";
import { connectionsOf, type Source, sourceText } from "../network/connections.js";
import type { ModelDefinition, PlacedLayer } from "../network/definition.js";
import type { Variable } from "../network/variable.js";
import { printable } from "../printable.js";

/** Every row is padded to the longest one. */
const longestName = 100;

const rule = (width: number, mark: string): string => mark.repeat(width);
const size = (variables: readonly Variable[]): number =>
  variables.reduce((sum, variable) => sum + variable.size, 0);
const shapeText = (shape: Shape): string =>
  `(${shape.map((dim) => (isStatic(dim) ? formatDim(dim) : "None")).join(", ")})`;

/**
 * The table that Keras prints: every layer with its output shape and its number of weights.
 *
 * @param lineLength where the table would be wider, a layer's type stands on a line of its own, below its name
 */
export function summarize(model: ModelDefinition, lineLength = Number.POSITIVE_INFINITY): string {
  const wide = tableOf(model, (name, type) => [`${name} (${type})`]);
  return widthOf(wide) <= lineLength ? wide : tableOf(model, (name, type) => [name, `  (${type})`]);
}

const widthOf = (table: string): number =>
  table.split("\n").reduce((most, { length }) => Math.max(most, length), 0);

/** @param firstCell the lines of a layer's first cell */
function tableOf(
  model: ModelDefinition,
  firstCell: (name: string, type: string) => readonly string[],
): string {
  const isGraph = model.kind === "Functional";
  const connections = connectionsOf(model);
  const header = ["Layer (type)", "Output Shape", "Param #", ...(isGraph ? ["Connected to"] : [])];
  const rows = model.layers
    .filter(({ layer }) => isGraph || layer.className !== "InputLayer")
    .flatMap((placed: PlacedLayer) => {
      const names = firstCell(printable(placed.name, longestName), placed.layer.className);
      const weights = size(placed.variables).toLocaleString("en-US");
      const columns = [names, placed.outputShapes.map(shapeText), [weights]];
      return rowsOf(isGraph ? [...columns, connectedTo(connections.get(placed))] : columns);
    });
  const widths = header.map(
    (title, i) => Math.max(title.length, ...rows.map((row) => (row[i] as string).length)) + 2,
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] as number))
      .join(" ")
      .trimEnd();
  const width = widths.reduce((a, b) => a + b + 1, -1);
  const total = size(model.variables);
  const trainable = size(model.trainableVariables);
  return [
    `Model: "${printable(model.name, longestName)}"`,
    rule(width, "_"),
    line(header),
    rule(width, "="),
    ...rows.map(line),
    rule(width, "="),
    `Total params: ${countText(total)}`,
    `Trainable params: ${countText(trainable)}`,
    `Non-trainable params: ${countText(total - trainable)}`,
    rule(width, "_"),
  ].join("\n");
}

/** Cells of several lines as rows. */
function rowsOf(columns: readonly (readonly string[])[]): string[][] {
  const lines = Math.max(...columns.map(({ length }) => length));
  return Array.from({ length: lines }, (_, line) => columns.map((cell) => cell[line] ?? ""));
}

/** From where a layer takes its tensors, call after call. */
function connectedTo(calls: readonly (readonly Source[])[] = []): string[] {
  const taken = calls.flat().map(sourceText);
  return taken.length > 0 ? taken.map((text) => printable(text, longestName)) : ["-"];
}

function countText(count: number): string {
  const kilobytes = (count * 4) / 1024;
  const bytes = kilobytes >= 1024 ? `${(kilobytes / 1024).toFixed(2)} MB` : `${kilobytes.toFixed(2)} KB`;
  return `${count.toLocaleString("en-US")} (${bytes})`;
}
