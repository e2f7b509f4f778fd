import { formatDim, isStatic } from "../graph/shape.js";
import type { Shape } from "../graph/value.js";
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

/** The table that Keras prints: every layer with its output shape and its number of weights. */
export function summarize(model: ModelDefinition): string {
  const header = ["Layer (type)", "Output Shape", "Param #"];
  const rows = model.layers
    .filter(({ layer }) => layer.className !== "InputLayer")
    .map((placed: PlacedLayer) => [
      `${printable(placed.name, longestName)} (${placed.layer.className})`,
      shapeText(placed.outputShape),
      size(placed.variables).toLocaleString("en-US"),
    ]);
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

function countText(count: number): string {
  const kilobytes = (count * 4) / 1024;
  const bytes = kilobytes >= 1024 ? `${(kilobytes / 1024).toFixed(2)} MB` : `${kilobytes.toFixed(2)} KB`;
  return `${count.toLocaleString("en-US")} (${bytes})`;
}
