import type { Mark, Scale } from "vega";
import { type Distortion, distortions, undistorted } from "../../robustness/robustness.js";
import type { Numbers } from "../numbers.js";
import { distortedDigits, measuredTechniques, type RobustnessPoint, robustnessCurve } from "../robustness.js";
import type { TechniqueSummary } from "../summary.js";
import type { ReportText } from "../text/text.js";
import { symbolOf } from "../theme.js";
import { labels } from "./axes.js";
import type { FigureContext } from "./figure.js";
import type { LegendItem } from "./legend.js";
import { at, caption, size } from "./marks.js";
import { type LinearAxis, shareAxis } from "./scales.js";
import type { Plot } from "./vega.js";

const topMargin = 30;
const bottomMargin = 24;
/** Room for the shares at the left, and what keeps the last amount from the next panel. */
const leftMargin = 48;
const rightMargin = 14;

/** Accuracy on shifted, rotated and zoomed digits: a panel for each, on one scale; a line for each technique. */
export function robustnessPlot(width: number, context: FigureContext): Plot {
  const { summaries, text } = context;
  const measured = measuredTechniques(summaries);
  const stacked = width < 450;
  const panelWidth = stacked ? width : width / distortions.length;
  const area = {
    width: panelWidth - leftMargin - rightMargin,
    height: stacked ? 170 : Math.round(110 + width / 8),
  };
  const panelHeight = topMargin + area.height + bottomMargin;
  const lowest = measured.flatMap((summary) =>
    distortions.flatMap((distortion) => robustnessCurve(summary, distortion).map(({ low }) => low)),
  );
  const axis = shareAxis(Math.min(1, ...lowest));
  return {
    name: `robustness${stacked ? "-narrow" : ""}`,
    title: text.robustness.title,
    note: text.robustness.note,
    legend: robustnessLegend(context),
    width,
    height: stacked ? distortions.length * (panelHeight + 8) - 8 : panelHeight,
    marks: distortions.flatMap((distortion, place) => {
      const [x, y] = stacked ? [0, place * (panelHeight + 8)] : [place * panelWidth, 0];
      return panel(distortion, measured, axis, { x, y, area }, context);
    }),
  };
}

/** The techniques' lines, and the range over seeds where there are several. */
export function robustnessLegend({
  summaries,
  text,
}: Pick<FigureContext, "summaries" | "text">): LegendItem[] {
  const measured = measuredTechniques(summaries);
  const items = measured.map(({ technique }): LegendItem => {
    return { key: { technique }, words: text.technique(technique).short };
  });
  const hasSeveral = measured.some(({ runs }) => runs.length > 1);
  return hasSeveral ? [...items, { key: "range", words: text.legend.range }] : items;
}

/** A change in words, or that there is none. */
export function changeWords(
  distortion: Distortion,
  amount: number,
  { text, numbers }: { readonly text: ReportText; readonly numbers: Pick<Numbers, "amount"> },
): string {
  const { change, unchanged } = text.robustness;
  const neutral = undistorted[distortion];
  return amount === neutral ? unchanged : change(distortion, numbers.amount(amount), amount > neutral);
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly area: { readonly width: number; readonly height: number };
}

function panel(
  distortion: Distortion,
  measured: readonly TechniqueSummary[],
  axis: LinearAxis,
  { x, y, area }: Place,
  context: FigureContext,
): Mark[] {
  const { text, numbers, theme } = context;
  const curves = measured.map((summary) => ({ summary, points: robustnessCurve(summary, distortion) }));
  const amounts = [...new Set(curves.flatMap(({ points }) => points.map(({ amount }) => amount)))].sort(
    (a, b) => a - b,
  );
  const [first, last] = [amounts[0] ?? 0, amounts.at(-1) ?? 1];
  // Of many amounts every third: 0, 15, 30 and 45 degrees.
  const ticks = amounts.length > 8 ? amounts.filter((_, i) => i % 3 === 0) : amounts;
  return [
    caption(x, y + 9, text.robustness.panels[distortion], theme, { fontSize: 12, weight: 600 }),
    {
      type: "group",
      encode: { enter: { ...at(x + leftMargin, y + topMargin), ...size(area) } },
      scales: [scale("x", [first, last], [0, area.width]), scale("y", [axis.bottom, 1], [area.height, 0])],
      axes: [
        {
          orient: "left",
          scale: "y",
          values: [...axis.ticks],
          grid: true,
          gridScale: "x",
          encode: labels(axis.ticks, (share) => numbers.percent(share, 0)),
        },
        {
          orient: "bottom",
          scale: "x",
          values: [...ticks],
          grid: false,
          encode: labels(ticks, numbers.amount),
        },
      ],
      marks: [
        ...curves.flatMap(({ summary, points }) =>
          summary.runs.length > 1 ? [band(summary, points, context)] : [],
        ),
        ...curves.map(({ summary, points }) => line(summary, points, context)),
        ...curves.map(({ summary, points }) => hits(summary, distortion, points, context)),
      ],
    },
  ];
}

const scale = (name: string, domain: [number, number], range: [number, number]): Scale => ({
  name,
  type: "linear",
  domain,
  range,
  zero: false,
  nice: false,
});

const onScale = { x: { scale: "x", field: "amount" }, y: { scale: "y", field: "mean" } };

function line(
  { technique }: TechniqueSummary,
  points: readonly RobustnessPoint[],
  { theme }: FigureContext,
): Mark {
  const color = theme.technique(technique);
  return {
    type: "group",
    name: `series series-${technique}`,
    data: [{ name: "points", values: [...points] }],
    marks: [
      {
        type: "line",
        from: { data: "points" },
        encode: {
          enter: {
            ...onScale,
            stroke: { value: color },
            strokeWidth: { value: 2 },
            strokeJoin: { value: "round" },
          },
        },
      },
      {
        type: "symbol",
        from: { data: "points" },
        encode: {
          enter: {
            ...onScale,
            size: { value: 40 },
            shape: { value: symbolOf(technique) },
            fill: { value: color },
            stroke: { value: theme.surface },
            strokeWidth: { value: 0.8 },
          },
        },
      },
    ],
  };
}

/** The range over seeds behind a line. */
function band(
  { technique }: TechniqueSummary,
  points: readonly RobustnessPoint[],
  { theme }: FigureContext,
): Mark {
  return {
    type: "group",
    name: `series series-${technique}`,
    data: [{ name: "points", values: [...points] }],
    marks: [
      {
        type: "area",
        from: { data: "points" },
        encode: {
          enter: {
            x: onScale.x,
            y: { scale: "y", field: "low" },
            y2: { scale: "y", field: "high" },
            fill: { value: theme.technique(technique) },
            fillOpacity: { value: 0.13 },
          },
        },
      },
    ],
  };
}

/** Invisible marks that carry the exact values. */
function hits(
  { technique, runs }: TechniqueSummary,
  distortion: Distortion,
  points: readonly RobustnessPoint[],
  context: FigureContext,
): Mark {
  const { text, numbers, summaries, theme } = context;
  const digits = distortedDigits(summaries) ?? 0;
  const values = points.map((point) => ({
    ...point,
    tip:
      text.robustness.tip({
        name: text.technique(technique).name,
        change: changeWords(distortion, point.amount, context),
        accuracy: numbers.percent(point.mean, 1),
        wrong: numbers.mean(point.meanWrong),
        of: numbers.count(digits),
      }) +
      (runs.length > 1 ? text.tip.range(numbers.percent(point.low, 1), numbers.percent(point.high, 1)) : ""),
  }));
  return {
    type: "group",
    name: `hits series-${technique}`,
    data: [{ name: "points", values }],
    marks: [
      {
        type: "symbol",
        from: { data: "points" },
        encode: {
          enter: {
            ...onScale,
            size: { value: 40 },
            fill: { value: theme.technique(technique) },
            fillOpacity: { value: 0 },
            description: { field: "tip" },
          } as never,
        },
      },
    ],
  };
}
