import { escaped } from "../markup.js";
import { ticks, tickText } from "./ticks.js";

/** A place in a panel's own units: across in epochs, up in values. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** One kind of value over the epochs. */
export interface Series {
  readonly name: string;
  /** Of epochs that have ended. */
  readonly points: readonly Point[];
  /** Within the epochs, a line for each: drawn thin. */
  readonly within: readonly (readonly Point[])[];
}

/** One pair of axes with a few series, of which the first is training's and the second validation's. */
export interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
  /** Across. */
  readonly from: number;
  readonly to: number;
}

export const panelSize = { width: 380, height: 240 } as const;
const frame = { left: 52, right: 14, top: 34, bottom: 34 } as const;

/** Okabe and Ito's blue and vermilion, which color-blind readers tell apart; the marks differ too. */
const styles = [
  { color: "#0072b2", mark: "circle" },
  { color: "#d55e00", mark: "square" },
] as const;

/** A panel as a group of SVG, its left upper corner at `left`, `top`. */
export function drawPanel(panel: Panel, left: number, top: number, id: string): string {
  const axes = axesOf(panel);
  const { series } = panel;
  const inner = `<clipPath id="${id}"><rect x="${frame.left - 4}" y="${frame.top - 6}" width="${axes.width + 8}" height="${axes.height + 10}"/></clipPath>`;
  const lines = series.map((one, i) => drawSeries(one, styleOf(i), axes)).join("");
  return (
    `<g transform="translate(${left} ${top})"><text class="title" x="${frame.left}" y="20">${escaped(panel.title)}</text>` +
    `${legend(series)}${drawAxes(axes)}${inner}<g clip-path="url(#${id})">${lines}</g></g>`
  );
}

interface Axes {
  readonly width: number;
  readonly height: number;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
  x(value: number): number;
  y(value: number): number;
}

function axesOf({ series, from, to }: Panel): Axes {
  const [low, high] = valueRange(series, from, to);
  const width = panelSize.width - frame.left - frame.right;
  const height = panelSize.height - frame.top - frame.bottom;
  return {
    width,
    height,
    xTicks: ticks(from, to, Math.min(8, Math.max(1, to - from))).filter(Number.isInteger),
    yTicks: ticks(low, high, 5),
    x: (value) => round(frame.left + (width * (value - from)) / (to - from)),
    y: (value) => round(frame.top + height - (height * (value - low)) / (high - low)),
  };
}

/**
 * From the least to the greatest value, with a little room. The first epoch, in which a loss falls from far above, counts by its end
 * alone; before that, all but its first tenth.
 */
function valueRange(series: readonly Series[], from: number, to: number): [number, number] {
  const ends = series.flatMap(({ points }) => points);
  const within = series.flatMap((one) => one.within.flat());
  const skipped = ends.length > 0 && to - from > 1 ? 1 : 0.1;
  const settled = within.filter(({ x }) => x > from + skipped);
  const counted = [...ends, ...(settled.length + ends.length > 0 ? settled : within)];
  const values = counted.map(({ y }) => y).filter(Number.isFinite);
  if (values.length === 0) return [0, 1];
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const room = 0.06 * (high - low) || 0.05 * Math.abs(high) || 0.5;
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}

function drawAxes({ width, height, xTicks, yTicks, x, y }: Axes): string {
  const step = (yTicks[1] ?? 1) - (yTicks[0] ?? 0);
  const bottom = frame.top + height;
  const rows = yTicks.map(
    (value) =>
      `<path class="grid" d="M${frame.left} ${y(value)}h${width}"/>` +
      `<text class="tick end" x="${frame.left - 6}" y="${y(value) + 4}">${tickText(value, step)}</text>`,
  );
  const columns = xTicks.map(
    (value) => `<text class="tick middle" x="${x(value)}" y="${bottom + 16}">${value}</text>`,
  );
  const label = `<text class="tick end" x="${frame.left + width}" y="${bottom + 30}">epoch</text>`;
  return `${rows.join("")}<path class="axis" d="M${frame.left} ${bottom}h${width}"/>${columns.join("")}${label}`;
}

type Style = (typeof styles)[number];

const styleOf = (position: number): Style => styles[position % styles.length] as Style;

function drawSeries({ points, within }: Series, { color, mark }: Style, { x, y }: Axes): string {
  const path = (places: readonly Point[]): string =>
    `M${places.map((place) => `${x(place.x)} ${y(place.y)}`).join("L")}`;
  const finite = (places: readonly Point[]): Point[] => places.filter((place) => Number.isFinite(place.y));
  const thin = within
    .map(finite)
    .filter(({ length }) => length > 1)
    .map((places) => `<path class="within" stroke="${color}" d="${path(places)}"/>`);
  const ended = finite(points);
  const line = ended.length > 1 ? `<path class="line" stroke="${color}" d="${path(ended)}"/>` : "";
  const marks = ended.map((place) => drawMark(mark, x(place.x), y(place.y), color));
  return `${thin.join("")}${line}${marks.join("")}`;
}

const drawMark = (mark: Style["mark"], x: number, y: number, color: string): string =>
  mark === "circle"
    ? `<circle cx="${x}" cy="${y}" r="2.8" fill="${color}"/>`
    : `<rect x="${round(x - 2.6)}" y="${round(y - 2.6)}" width="5.2" height="5.2" fill="${color}"/>`;

/** From the right, so that long names push each other to the left. */
function legend(series: readonly Series[]): string {
  let right = panelSize.width - frame.right;
  const parts = series.map(({ name }, i) => ({ name, style: styleOf(i) })).reverse();
  return parts
    .map(({ name, style }) => {
      const text = `<text class="name end" x="${right}" y="20">${escaped(name)}</text>`;
      right = right - 6.6 * name.length - 8;
      const mark = drawMark(style.mark, right, 16, style.color);
      right -= 14;
      return text + mark;
    })
    .join("");
}

const round = (value: number): number => Math.round(value * 10) / 10;
