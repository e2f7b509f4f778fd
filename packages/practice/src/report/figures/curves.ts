import type { Mark } from "vega";
import { type CurvePoint, curve, type Measure, type TechniqueSummary } from "../summary.js";
import { symbolOf } from "../theme.js";
import { epochAxes, epochScales } from "./axes.js";
import type { FigureContext } from "./figure.js";
import type { LegendItem } from "./legend.js";
import { at, caption, label, labelRoom, size } from "./marks.js";
import { epochTicks, errorAxis, heightOf, type LogAxis, lossAxis, spread, within } from "./scales.js";
import type { Plot } from "./vega.js";

/** What the two kinds of curves do differently: accuracies are drawn by their errors, losses as they are. */
interface Kind {
  readonly name: "accuracy" | "loss";
  readonly training: Measure;
  readonly validation: Measure;
  readonly place: (value: number) => number;
  readonly label: (place: number, context: FigureContext) => string;
  readonly value: (value: number, context: FigureContext) => string;
  readonly axis: (places: readonly number[], floor: number) => LogAxis;
}

const accuracy: Kind = {
  name: "accuracy",
  training: "accuracy",
  validation: "valAccuracy",
  place: (value) => 1 - value,
  label: (place, { numbers }) => numbers.percent(1 - place, place < 0.001 ? 2 : place < 0.01 ? 1 : 0),
  value: (value, { numbers }) => numbers.percent(value),
  axis: errorAxis,
};

const loss: Kind = {
  name: "loss",
  training: "loss",
  validation: "valLoss",
  place: (value) => value,
  label: (place, { numbers }) => numbers.figure(place).replace(/[.,]0+$|(?<=[.,]\d*[1-9])0+$/, ""),
  value: (value, { numbers }) => numbers.figure(value),
  axis: lossAxis,
};

const kinds = { accuracy, loss };
/** Training values are drawn down to this part of the best validation value; beyond, lines run along the edge. */
const trainingReach = 5;
/** Few epochs get a mark each: lines alone would hide how few there are. */
const markedEpochs = 8;

/** Validation curves of all techniques in one plot, each named at its end. */
export function overviewPlot(which: "accuracy" | "loss", width: number, context: FigureContext): Plot {
  const kind = kinds[which];
  const { summaries, text } = context;
  const epochs = Math.max(...summaries.map((summary) => summary.epochs));
  const height = Math.round(width < 450 ? 300 : width * 0.62);
  const names = summaries.map(({ technique }) => text.technique(technique).short);
  const margin = { left: 50, right: 20 + labelRoom(names), top: 8, bottom: 30 };
  const area = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  const axis = kind.axis(
    summaries.flatMap((summary) => [...validationPlaces(summary, kind), ...publishedPlaces(summary, kind)]),
    1e-5,
  );
  return {
    name: `${kind.name}${width < 450 ? "-narrow" : ""}`,
    title: text.figures[which].title,
    note: text.figures[which].note,
    legend: overviewLegend(which, context),
    width,
    height,
    marks: [
      {
        type: "group",
        encode: { enter: { ...at(margin.left, margin.top), ...size(area) } },
        scales: epochScales(epochs, axis, area),
        axes: epochAxes(epochTicks(epochs), axis, (place) => kind.label(place, context)),
        marks: [
          ...summaries.flatMap((summary) => [
            ...band(summary, kind.validation, kind, axis, context),
            line(summary, kind.validation, kind, axis, context, { epochs }),
          ]),
          ...summaries.flatMap((summary) => [
            ...notebookMarks(summary, kind, axis, context, epochs),
            bestMark(summary, kind, axis, context),
            hits(summary, kind.validation, kind, axis, context),
          ]),
          ...endLabels(kind, axis, area, epochs, context),
        ],
      },
      epochTitle(margin.left - 8, height - margin.bottom + 17, context),
    ],
  };
}

/** What the marks of `overviewPlot` stand for; its lines are named at their ends. */
export function overviewLegend(
  which: "accuracy" | "loss",
  { summaries, text }: Pick<FigureContext, "summaries" | "text">,
): LegendItem[] {
  const { legend } = text;
  const showsNotebook =
    which === "accuracy" && summaries.some((own) => notebookPoints(own, own.epochs).length > 0);
  return [
    ...(showsNotebook ? [{ key: "hollow", words: legend.notebook } as const] : []),
    { key: "filled", words: legend.best },
    ...(summaries.some(({ runs }) => runs.length > 1)
      ? [{ key: "range", words: legend.range } as const]
      : []),
  ];
}

/** What the lines and marks stand for in the `trainingPlot` of each of some techniques. */
export function trainingLegend(
  drawn: readonly TechniqueSummary[],
  { summaries, text }: Pick<FigureContext, "summaries" | "text">,
): LegendItem[] {
  const { legend } = text;
  const showsNotebook = drawn.some((own) => notebookPoints(own, own.epochs).length > 0);
  return [
    { key: "solid", words: legend.validation },
    { key: "dashed", words: legend.training },
    ...(summaries.length > 1 ? [{ key: "faint", words: legend.otherTechniques } as const] : []),
    ...(showsNotebook ? [{ key: "hollow", words: legend.notebook } as const] : []),
    { key: "filled", words: legend.best },
  ];
}

/**
 * Training and validation curves of one technique, accuracy and loss, on scales shared by all techniques: one above the
 * other where it is narrow, side by side elsewhere.
 */
export function trainingPlot(own: TechniqueSummary, width: number, context: FigureContext): Plot {
  const { summaries, text } = context;
  const epochs = Math.max(...summaries.map((summary) => summary.epochs));
  const stacked = width < 450;
  const margin = { left: 50, right: 12, top: 24, bottom: 28, between: stacked ? 42 : 24 };
  const panelWidth = stacked ? width : (width - margin.between) / 2;
  const area = { width: panelWidth - margin.left - margin.right, height: stacked ? 132 : 170 };
  const panel = (kind: Kind, left: number, top: number): Mark[] => {
    const best = Math.min(...summaries.flatMap((summary) => validationPlaces(summary, kind)));
    const all = summaries.flatMap((summary) => [
      ...validationPlaces(summary, kind),
      ...trainingPlaces(summary, kind),
    ]);
    const axis = kind.axis(all, best / trainingReach);
    const others = summaries.filter((summary) => summary !== own);
    return [
      caption(left, top - 12, text.axes[kind.name], context.theme, { fontSize: 12, weight: 600 }),
      {
        type: "group",
        encode: { enter: { ...at(left + margin.left, top), ...size(area) } },
        scales: epochScales(epochs, axis, area),
        axes: epochAxes(epochTicks(epochs), axis, (place) => kind.label(place, context)),
        marks: [
          ...others.map((summary) =>
            line(summary, kind.validation, kind, axis, context, { epochs, faint: true }),
          ),
          between(own, kind, axis, context),
          line(own, kind.training, kind, axis, context, { epochs, dashed: true }),
          line(own, kind.validation, kind, axis, context, { epochs }),
          ...notebookMarks(own, kind, axis, context, epochs),
          bestMark(own, kind, axis, context),
          hits(own, kind.training, kind, axis, context),
          hits(own, kind.validation, kind, axis, context),
        ],
      },
    ];
  };
  const second = stacked
    ? { left: 0, top: margin.top + area.height + margin.between }
    : { left: panelWidth + margin.between, top: margin.top };
  const height = second.top + area.height + margin.bottom;
  const titles = stacked ? [0] : [0, second.left];
  return {
    name: `training-${own.technique}`,
    title: text.figures.againstTraining.of(text.technique(own.technique).name),
    note: text.figures.againstTraining.note,
    legend: trainingLegend([own], context),
    width,
    height,
    marks: [
      ...panel(accuracy, 0, margin.top),
      ...panel(loss, second.left, second.top),
      ...titles.map((left) => epochTitle(left + margin.left - 8, height - margin.bottom + 17, context)),
    ],
  };
}

function validationPlaces({ runs }: TechniqueSummary, kind: Kind): number[] {
  return curve(runs, kind.validation).map(({ mean }) => kind.place(mean));
}

function trainingPlaces({ runs }: TechniqueSummary, kind: Kind): number[] {
  return curve(runs, kind.training).map(({ mean }) => kind.place(mean));
}

function publishedPlaces(own: TechniqueSummary, kind: Kind): number[] {
  if (kind.name !== "accuracy") return [];
  return notebookPoints(own, own.epochs).map(({ valAccuracy }) => kind.place(valAccuracy));
}

function notebookPoints({ notebook }: TechniqueSummary, epochs: number) {
  return notebook.filter(({ epoch }) => epoch <= epochs);
}

interface LineLook {
  readonly epochs: number;
  readonly dashed?: boolean;
  readonly faint?: boolean;
}

function line(
  { technique, runs }: TechniqueSummary,
  measure: Measure,
  kind: Kind,
  axis: LogAxis,
  { theme }: FigureContext,
  { epochs, dashed = false, faint = false }: LineLook,
): Mark {
  const values = placed(curve(runs, measure), kind, axis);
  const color = faint ? theme.muted : theme.technique(technique);
  const marked = epochs <= markedEpochs && !faint;
  return {
    type: "group",
    name: faint ? "context" : `series series-${technique}`,
    data: [{ name: "points", values }],
    marks: [lineMark(color, dashed, faint), ...(marked ? [dots(color)] : [])],
  };
}

function dots(color: string): Mark {
  return {
    type: "symbol",
    from: { data: "points" },
    encode: { enter: { ...onScale(), size: { value: 14 }, fill: { value: color } } },
  };
}

function lineMark(color: string, dashed: boolean, faint: boolean): Mark {
  return {
    type: "line",
    from: { data: "points" },
    encode: {
      enter: {
        ...onScale(),
        stroke: { value: color },
        strokeWidth: { value: faint ? 1 : dashed ? 1.5 : 2 },
        strokeOpacity: { value: faint ? 0.22 : 1 },
        strokeJoin: { value: "round" },
        strokeCap: { value: dashed ? "butt" : "round" },
        strokeDash: { value: dashed ? [5, 3] : [] },
      },
    },
  };
}

/** The range over seeds behind a line. */
function band(
  { technique, runs }: TechniqueSummary,
  measure: Measure,
  kind: Kind,
  axis: LogAxis,
  { theme }: FigureContext,
): Mark[] {
  if (runs.length < 2) return [];
  const values = curve(runs, measure).map(({ epoch, low, high }) => ({
    epoch,
    low: within(axis, kind.place(low)),
    high: within(axis, kind.place(high)),
  }));
  return [areaMark(technique, values, theme.technique(technique), 0.13)];
}

/** The gap between training and validation. */
function between(
  { technique, runs }: TechniqueSummary,
  kind: Kind,
  axis: LogAxis,
  { theme }: FigureContext,
): Mark {
  const training = curve(runs, kind.training);
  const values = curve(runs, kind.validation).map(({ epoch, mean }, i) => ({
    epoch,
    low: within(axis, kind.place(mean)),
    high: within(axis, kind.place(training[i]?.mean ?? mean)),
  }));
  return areaMark(technique, values, theme.technique(technique), 0.14);
}

function areaMark(technique: string, values: object[], color: string, opacity: number): Mark {
  return {
    type: "group",
    name: `series series-${technique}`,
    data: [{ name: "points", values }],
    marks: [
      {
        type: "area",
        from: { data: "points" },
        encode: {
          enter: {
            x: { scale: "x", field: "epoch" },
            y: { scale: "y", field: "low" },
            y2: { scale: "y", field: "high" },
            fill: { value: color },
            fillOpacity: { value: opacity },
          },
        },
      },
    ],
  };
}

/** Hollow marks where the notebook published a figure. */
function notebookMarks(
  own: TechniqueSummary,
  kind: Kind,
  axis: LogAxis,
  context: FigureContext,
  epochs: number,
): Mark[] {
  if (kind.name !== "accuracy") return [];
  const { text, numbers, theme } = context;
  const { technique } = own;
  const values = notebookPoints(own, epochs).map(({ epoch, valAccuracy }) => ({
    epoch,
    place: within(axis, kind.place(valAccuracy)),
    tip: text.tip.notebook({
      name: text.technique(technique).name,
      epoch: numbers.count(epoch),
      value: numbers.percent(valAccuracy, 3),
    }),
  }));
  if (values.length === 0) return [];
  return [
    symbols(`notebook series series-${technique}`, values, {
      size: { value: 46 },
      shape: { value: symbolOf(technique) },
      fill: { value: theme.surface },
      stroke: { value: theme.technique(technique) },
      strokeWidth: { value: 1.4 },
    }),
  ];
}

function bestMark(
  { technique, runs, shown }: TechniqueSummary,
  kind: Kind,
  axis: LogAxis,
  { theme }: FigureContext,
): Mark {
  const values = placed(
    curve(runs, kind.validation).filter(({ epoch }) => epoch === shown.bestEpoch),
    kind,
    axis,
  );
  return symbols(`series series-${technique}`, values, {
    size: { value: 64 },
    shape: { value: symbolOf(technique) },
    fill: { value: theme.technique(technique) },
    stroke: { value: theme.surface },
    strokeWidth: { value: 1 },
  });
}

/** Invisible marks that carry the exact values. */
function hits(
  { technique, runs }: TechniqueSummary,
  measure: Measure,
  kind: Kind,
  axis: LogAxis,
  context: FigureContext,
): Mark {
  const { text, numbers } = context;
  const values = curve(runs, measure).map(({ epoch, mean, low, high }) => ({
    epoch,
    place: within(axis, kind.place(mean)),
    tip:
      text.tip.point({
        name: text.technique(technique).name,
        epoch: numbers.count(epoch),
        measure: text.measures[measure as keyof typeof text.measures],
        value: kind.value(mean, context),
      }) + (runs.length > 1 ? text.tip.range(kind.value(low, context), kind.value(high, context)) : ""),
  }));
  return symbols(`hits series-${technique}`, values, {
    size: { value: 40 },
    fill: { value: context.theme.technique(technique) },
    fillOpacity: { value: 0 },
  });
}

type Encoding = Record<string, { value: string | number }>;

function symbols(name: string, values: object[], look: Encoding): Mark {
  return {
    type: "group",
    name,
    data: [{ name: "points", values }],
    marks: [
      {
        type: "symbol",
        from: { data: "points" },
        encode: { enter: { ...onScale(), ...look, description: { field: "tip" } } as never },
      },
    ],
  };
}

function endLabels(
  kind: Kind,
  axis: LogAxis,
  area: { width: number; height: number },
  epochs: number,
  { summaries, text, theme }: FigureContext,
): Mark[] {
  const ends = summaries.map(({ technique, runs }) => {
    const last = curve(runs, kind.validation).at(-1) as CurvePoint;
    return {
      technique,
      x: epochs > 1 ? ((last.epoch - 1) / (epochs - 1)) * area.width : area.width / 2,
      y: area.height - heightOf(axis, within(axis, kind.place(last.mean)), area.height),
    };
  });
  const labels = spread(
    ends.map(({ y }) => y),
    15,
    area.height,
  );
  return ends.flatMap(({ technique, x, y }, i): Mark[] => [
    {
      type: "path",
      name: `series series-${technique}`,
      encode: {
        enter: {
          path: { value: `M${x + 3},${y}L${area.width + 7},${y}L${area.width + 15},${labels[i]}` },
          stroke: { value: theme.technique(technique) },
          strokeWidth: { value: 1 },
          strokeOpacity: { value: 0.55 },
        },
      },
    },
    label(area.width + 19, labels[i] as number, text.technique(technique).short, {
      name: `series series-${technique}`,
      color: theme.technique(technique),
      weight: 600,
    }),
  ]);
}

function epochTitle(x: number, y: number, { text, theme }: FigureContext): Mark {
  return caption(x, y, text.axes.epoch, theme, { align: "right", baseline: "alphabetic" });
}

function placed(points: readonly CurvePoint[], kind: Kind, axis: LogAxis) {
  return points.map(({ epoch, mean }) => ({ epoch, place: within(axis, kind.place(mean)) }));
}

function onScale() {
  return { x: { scale: "x", field: "epoch" }, y: { scale: "y", field: "place" } };
}
