import { escaped } from "../markup.js";
import type { DisplayBundle } from "./displayed.js";
import { drawPanel, type Panel, type Point, panelSize, type Series } from "./panel.js";

/** What `fit` returns. */
interface History {
  readonly epoch: readonly number[];
  readonly history: Readonly<Record<string, readonly number[]>>;
}

/** What a training has shown so far. */
export interface Curves {
  readonly history: History;
  /** Values of a key within epochs that are not over or were watched: a line for each epoch, `x` counted in epochs. */
  readonly within: ReadonlyMap<string, readonly (readonly Point[])[]>;
  /** Epochs from the first one's beginning to the last one's end. */
  readonly from: number;
  readonly to: number;
}

const validation = "val_";

/** Logged beside losses and metrics. */
const notCurves = new Set(["lr", "learning_rate"]);

/** A pair of axes for every loss and metric, side by side, with validation's values in the same one. Undefined without values. */
export function curvesSvg({ history, within, from, to }: Curves, caption?: string): string | undefined {
  const names = [...new Set([...within.keys(), ...Object.keys(history.history)])]
    .map((key) => (key.startsWith(validation) ? key.slice(validation.length) : key))
    .filter((key) => !notCurves.has(key));
  const seriesOf = (name: string): Series => ({
    name,
    points: (history.history[name] ?? []).map((y, i) => ({ x: (history.epoch[i] ?? i) + 1, y })),
    within: within.get(name) ?? [],
  });
  const hasValues = ({ points, within: lines }: Series): boolean => points.length + lines.length > 0;
  const panels = [...new Set(names)].map(
    (title): Panel => ({
      title,
      series: [title, `${validation}${title}`].map(seriesOf).filter(hasValues),
      from,
      to,
    }),
  );
  const drawn = panels.filter(({ series }) => series.length > 0);
  return drawn.length > 0 ? sheetOf(drawn, caption) : undefined;
}

const captionHeight = 26;

function sheetOf(panels: readonly Panel[], caption: string | undefined): string {
  const columns = Math.min(2, panels.length);
  const rows = Math.ceil(panels.length / columns);
  const above = caption === undefined ? 0 : captionHeight;
  const width = Math.max(columns * panelSize.width, 2 * panelSize.width);
  const height = rows * panelSize.height + above;
  const head = caption === undefined ? "" : `<text class="caption" x="12" y="18">${escaped(caption)}</text>`;
  const drawn = panels.map((panel, i) =>
    drawPanel(
      panel,
      (i % columns) * panelSize.width,
      above + Math.floor(i / columns) * panelSize.height,
      `trazo-panel-${i}`,
    ),
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="trazo-curves" viewBox="0 0 ${width} ${height}" width="${width}" ` +
    `height="${height}" role="img" aria-label="${escaped(panels.map(({ title }) => title).join(", "))} by epoch">` +
    `${styleSheet}<rect class="paper" width="${width}" height="${height}"/>${head}${drawn.join("")}</svg>`
  );
}

/** On white paper whatever the notebook's theme, which a picture cannot know. */
const styleSheet =
  "<style>.trazo-curves{font:12px system-ui,sans-serif}.trazo-curves .paper{fill:#fff}.trazo-curves text{fill:#1b1f24}" +
  ".trazo-curves .title{font-weight:600;font-size:13px}.trazo-curves .tick{fill:#5b6470;font-size:11px}" +
  ".trazo-curves .end{text-anchor:end}.trazo-curves .middle{text-anchor:middle}.trazo-curves .grid{stroke:#e6e9ed;fill:none}" +
  ".trazo-curves .caption{font:12px ui-monospace,monospace;white-space:pre}.trazo-curves .axis{stroke:#8a939e;fill:none}" +
  ".trazo-curves .line{fill:none;stroke-width:1.8}.trazo-curves .within{fill:none;stroke-width:1;opacity:.45}</style>";

/** A finished training: its curves, and its figures as a table where there are no pictures. */
export function historyBundle(history: History): DisplayBundle {
  const from = Math.min(...history.epoch, 0);
  const to = Math.max(...history.epoch, 0) + 1;
  const svg = curvesSvg({ history, within: new Map(), from, to });
  return { "text/plain": historyTable(history), ...(svg === undefined ? {} : { "image/svg+xml": svg }) };
}

function historyTable({ epoch, history }: History): string {
  const keys = Object.keys(history);
  const figure = (value: number | undefined): string =>
    value === undefined
      ? ""
      : Math.abs(value) >= 1e-3 || value === 0
        ? value.toFixed(4)
        : value.toExponential(2);
  const rows = [
    ["epoch", ...keys],
    ...epoch.map((number, i) => [String(number + 1), ...keys.map((key) => figure(history[key]?.[i]))]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  "))
    .join("\n");
}
