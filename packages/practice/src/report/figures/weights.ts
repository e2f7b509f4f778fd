import type { Mark } from "vega";
import type { WeightHistogram } from "../data.js";
import { counterpart, kernelSize, type TechniqueSummary } from "../summary.js";
import type { FigureContext } from "./figure.js";
import { at, caption, label, size } from "./marks.js";
import type { Plot } from "./vega.js";

const gap = 20;
const area = 84;
const head = 40;
const foot = 22;
/** Nothing is visible beyond this many standard deviations. */
const visibleDeviations = 6;

/** One panel for each layer with a kernel: how its weights are spread, on a logarithmic scale, over the base network's. */
export function weightsPlot(own: TechniqueSummary, width: number, context: FigureContext): Plot {
  const { summaries, text } = context;
  const layers = own.shown.weights ?? [];
  const base = summaries.find(({ technique }) => technique === "base");
  const columns = width < 450 ? 2 : width < 900 ? 3 : Math.max(4, Math.min(layers.length, 5));
  const panel = (width - (columns - 1) * gap) / columns;
  const rows = Math.ceil(layers.length / columns);
  return {
    name: `weights-${own.technique}${width < 450 ? "-narrow" : ""}`,
    title: text.figures.weights.of(text.technique(own.technique).name),
    note: text.figures.weights.note(isCompared(own, base)),
    width,
    height: rows * (head + area + foot),
    marks: layers.flatMap((layer, place) => {
      const other =
        base === undefined || base === own ? undefined : counterpart(own.shown, place, base.shown);
      const x = (place % columns) * (panel + gap);
      const y = Math.floor(place / columns) * (head + area + foot);
      return layerPanel(own.technique, layer, other, { x, y, width: panel }, context);
    }),
  };
}

/** Whether any layer stands over the base network's. */
export function isCompared(own: TechniqueSummary, base: TechniqueSummary | undefined): boolean {
  if (base === undefined || base === own) return false;
  return (own.shown.weights ?? []).some(
    (_, place) => counterpart(own.shown, place, base.shown) !== undefined,
  );
}

function layerPanel(
  technique: string,
  layer: WeightHistogram,
  base: WeightHistogram | undefined,
  { x, y, width }: { x: number; y: number; width: number },
  { text, numbers, theme }: FigureContext,
): Mark[] {
  const shown = base === undefined ? [layer] : [layer, base];
  const reach = Math.max(
    ...shown.map(({ end, deviation }) => Math.min(end, visibleDeviations * deviation || end)),
  );
  const curves = shown.map((histogram) => density(histogram, reach));
  const heights = curves.flat().map(({ density: height }) => height);
  const top = Math.max(...heights);
  const bottom = Math.max(Math.min(...heights.filter((height) => height > 0)), top / 1e5);
  const color = theme.technique(technique);
  const [own, other] = curves;
  const bins = (own ?? []).map((bin) => ({
    ...bin,
    tip: text.tip.bin({
      from: numbers.figure(bin.from),
      to: numbers.figure(bin.to),
      share: numbers.percent(bin.share, bin.share < 0.001 ? 4 : 2),
    }),
  }));
  const onAxis = {
    x: { scale: "x", field: "from" },
    y: { scale: "y", field: "density" },
  };
  return [
    label(x, y + 8, layer.layer, { color: theme.ink, weight: 600 }),
    caption(x, y + 25, `σ ${numbers.figure(layer.deviation)}`, theme),
    ...(base === undefined
      ? []
      : [
          caption(
            x + width,
            y + 25,
            `${text.technique("base").short} ${numbers.figure(base.deviation)}`,
            theme,
            {
              align: "right",
            },
          ),
        ]),
    {
      type: "group",
      encode: { enter: { ...at(x, y + head), ...size({ width, height: area }) } },
      data: [
        { name: "own", values: steps(own ?? [], bottom) },
        { name: "base", values: steps(other ?? [], bottom) },
        { name: "bins", values: bins },
      ],
      scales: [
        { name: "x", type: "linear", domain: [-reach, reach], range: [0, width], zero: false, nice: false },
        { name: "y", type: "log", domain: [bottom, top * 1.2], range: [area, 0], zero: false, nice: false },
      ],
      marks: [
        {
          type: "area",
          from: { data: "own" },
          encode: {
            enter: {
              ...onAxis,
              y2: { value: area },
              fill: { value: color },
              fillOpacity: { value: 0.55 },
            },
          },
        },
        {
          type: "line",
          from: { data: "base" },
          encode: {
            enter: {
              ...onAxis,
              stroke: { value: theme.ink },
              strokeWidth: { value: 1.2 },
              strokeDash: { value: [3, 2] },
            },
          },
        },
        {
          type: "rect",
          from: { data: "bins" },
          encode: {
            enter: {
              x: { scale: "x", field: "from" },
              x2: { scale: "x", field: "to" },
              y: { value: 0 },
              y2: { value: area },
              fill: { value: color },
              fillOpacity: { value: 0 },
              description: { field: "tip" },
            },
          },
        },
        {
          type: "rule",
          encode: { enter: { ...at(0, area), x2: { value: width }, stroke: { value: theme.muted } } },
        },
      ],
    },
    caption(x, y + head + area + 11, numbers.figure(-reach), theme, { fontSize: 10 }),
    caption(x + width / 2, y + head + area + 11, "0", theme, { fontSize: 10, align: "center" }),
    caption(x + width, y + head + area + 11, numbers.figure(reach), theme, { fontSize: 10, align: "right" }),
  ];
}

interface Bin {
  readonly from: number;
  readonly to: number;
  readonly share: number;
  /** Share of the weights per unit of value, so that histograms of different bin widths compare. */
  readonly density: number;
}

function density(histogram: WeightHistogram, reach: number): Bin[] {
  const width = (histogram.end - histogram.start) / histogram.counts.length;
  const total = kernelSize(histogram);
  return histogram.counts
    .map((count, bin) => {
      const from = histogram.start + bin * width;
      return { from, to: from + width, share: count / total, density: count / total / width };
    })
    .filter(({ from, to }) => to > -reach && from < reach)
    .map((bin) => ({ ...bin, from: Math.max(bin.from, -reach), to: Math.min(bin.to, reach) }));
}

/** The corners of a histogram's outline, from the floor up and back down to it. */
function steps(bins: readonly Bin[], floor: number): { from: number; density: number }[] {
  const [first, last] = [bins[0], bins.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [
    { from: first.from, density: floor },
    ...bins.flatMap(({ from, to, density: height }) => {
      const drawn = Math.max(height, floor);
      return [
        { from, density: drawn },
        { from: to, density: drawn },
      ];
    }),
    { from: last.to, density: floor },
  ];
}
