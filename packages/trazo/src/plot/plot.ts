import { escaped } from "../markup.js";
import type { DescribedModel } from "../network/layer-graph.js";
import { type PlotBlock, type PlotRow, plotBlocks } from "./blocks.js";
import { kindOf, styleSheet } from "./colors.js";
import { expandNested } from "./expand-nested.js";
import { layoutBlocks, type Place, type Point, type RankDirection } from "./layout.js";

/** Options of `plot`. */
export interface PlotOptions {
  /** Which way the layers follow each other: `"TB"` (default) from top to bottom, `"LR"` from left to right. */
  readonly rankdir?: RankDirection | undefined;
  /** Whether to say the shape of what each layer gives for one sample. Default true; Keras's is false. */
  readonly showShapes?: boolean | undefined;
  /** Whether to say the layers' names. Default true; Keras's is false. */
  readonly showLayerNames?: boolean | undefined;
  /** Whether to draw the layers of nested models, named `backbone/conv2d`, instead of the models. Default false. */
  readonly expandNested?: boolean | undefined;
}

/** The names of `PlotOptions`, for `requireKnownOptions`. */
export const plotOptionNames = {
  rankdir: true,
  showShapes: true,
  showLayerNames: true,
  expandNested: true,
} as const;

const rowHeight = 22;
const padding = 10;
const chip = 4;
const gap = 16;

/** What a row says, from left to right, and how wide its columns are. */
interface Columns {
  readonly className: number;
  readonly detail: number;
  readonly name: number;
  readonly shape: number;
}

/** A picture of a model as SVG: layers, shapes, connections. */
export function plotModel(model: DescribedModel, options: PlotOptions): string {
  const { rankdir = "TB", showShapes = true, showLayerNames = true } = options;
  const graph = plotBlocks(options.expandNested ? expandNested(model) : model);
  const shown = { showShapes, showLayerNames };
  const columns = graph.blocks.map(({ rows }) => columnsOf(rows, shown));
  const sizes = graph.blocks.map((block, i) => ({
    width: widthOf(columns[i] as Columns),
    height: rowHeight * (block.rows.length + (block.outputs.length > 0 ? 1 : 0)),
  }));
  const { width, height, places, lines } = layoutBlocks(graph, sizes, rankdir);
  const drawn = [
    ...lines.map(line),
    ...graph.blocks.map((block, i) => drawBlock(block, places[i] as Place, columns[i] as Columns)),
  ];
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="trazo-plot" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img" ` +
    `aria-label="${escaped(`The network ${model.name}`)}">${styleSheet}` +
    '<defs><marker id="trazo-plot-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">' +
    `<path class="arrow" d="M0 0.5 8 4 0 7.5z"/></marker></defs>${drawn.join("")}</svg>`
  );
}

function columnsOf(
  rows: readonly PlotRow[],
  { showShapes, showLayerNames }: Required<Pick<PlotOptions, "showShapes" | "showLayerNames">>,
): Columns {
  const widest = (of: (row: PlotRow) => number): number => Math.max(0, ...rows.map(of));
  return {
    className: widest(({ className }) => textWidth(className, 7.4)),
    detail: widest(({ detail }) => textWidth(detail, 6.6)),
    name: showLayerNames ? widest(({ name }) => textWidth(`${name} ❄`, 6.3)) : 0,
    shape: showShapes ? widest(({ shape }) => textWidth(shape, 6.9)) : 0,
  };
}

/** Fonts differ: a little more than most of them take. */
const textWidth = (text: string, perCharacter: number): number => Math.ceil(text.length * perCharacter);

const widthOf = ({ className, detail, name, shape }: Columns): number =>
  [className, detail, name, shape]
    .filter((width) => width > 0)
    .reduce((sum, width) => sum + width + gap, -gap) +
  2 * padding +
  chip;

function drawBlock({ rows, outputs }: PlotBlock, place: Place, columns: Columns): string {
  const left = place.x - place.width / 2;
  const top = place.y - place.height / 2;
  const parts = rows.map((row, i) => drawRow(row, left, top + i * rowHeight, place.width, columns));
  const bottom = top + rows.length * rowHeight;
  if (outputs.length > 0) {
    parts.push(text("output", left + padding + chip, bottom + rowHeight / 2, `output ${outputs.join(", ")}`));
  }
  return (
    `<g><rect class="block" x="${round(left)}" y="${round(top)}" width="${place.width}" height="${place.height}" rx="5"/>` +
    `${parts.join("")}<rect class="frame" x="${round(left)}" y="${round(top)}" width="${place.width}" height="${place.height}" rx="5"/></g>`
  );
}

function drawRow(row: PlotRow, left: number, top: number, width: number, columns: Columns): string {
  const middle = top + rowHeight / 2;
  const start = left + padding + chip;
  const detailAt = start + columns.className + gap;
  const nameAt = detailAt + (columns.detail > 0 ? columns.detail + gap : 0);
  const name = row.isTrained ? row.name : `${row.name} ❄`;
  return [
    `<rect class="${kindOf(row.className)}" x="${round(left + 3)}" y="${round(top + 3)}" width="${chip}" height="${rowHeight - 6}" rx="2"/>`,
    text("class", start, middle, row.className),
    row.detail && text("detail", detailAt, middle, row.detail),
    columns.name > 0 && text("name", nameAt, middle, name),
    columns.shape > 0 && text("shape", left + width - padding, middle, row.shape),
  ]
    .filter((part) => part)
    .join("");
}

const text = (kind: string, x: number, y: number, content: string): string =>
  `<text class="${kind}" x="${round(x)}" y="${round(y)}">${escaped(content)}</text>`;

/** A smooth line through its points. */
function line(points: readonly Point[]): string {
  const [first, ...rest] = points as [Point, ...Point[]];
  const last = rest.at(-1) as Point;
  const middle = rest
    .slice(0, -1)
    .map((point, i) => {
      const next = rest[i + 1] as Point;
      const end = i === rest.length - 2 ? next : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
      return `Q${at(point)} ${at(end)}`;
    })
    .join("");
  return `<path class="edge" d="M${at(first)}${middle || `L${at(last)}`}" marker-end="url(#trazo-plot-arrow)"/>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
const at = ({ x, y }: Point): string => `${round(x)} ${round(y)}`;
