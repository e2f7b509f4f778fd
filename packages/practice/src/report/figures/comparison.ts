import type { Mark } from "vega";
import { exerciseTarget } from "../../published.js";
import type { FigureContext } from "./figure.js";
import { at, caption, label, labelRoom } from "./marks.js";
import type { Plot } from "./vega.js";

const rowHeight = 38;
const bar = 18;
/** The width of a bold digit in the widest of the usual typefaces, and what a count keeps from the target's line. */
const digit = 9.5;
const clearance = 7;

/** Wrong test digits of each technique as bars from zero, fewest first, with a mark for each seed. */
export function comparisonPlot(width: number, context: FigureContext): Plot {
  const { summaries, text, numbers, theme, testImages } = context;
  const narrow = width < 450;
  const names = summaries.map(({ technique }) => text.technique(technique).short);
  const margin = { left: 12 + labelRoom(names), right: narrow ? 56 : 76, top: 24, bottom: 6 };
  const ordered = [...summaries].sort((a, b) => a.meanWrong - b.meanWrong);
  const target = (1 - exerciseTarget) * testImages;
  const most = Math.max(target, ...summaries.flatMap(({ wrong }) => wrong));
  const room = width - margin.left - margin.right;
  const x = (wrong: number) => margin.left + (wrong / most) * room;
  const height = margin.top + ordered.length * rowHeight + margin.bottom;
  const rows = ordered.flatMap((summary, row): Mark[] => {
    const middle = margin.top + (row + 0.5) * rowHeight;
    const { technique } = summary;
    const color = theme.technique(technique);
    const { name, short } = text.technique(technique);
    return [
      label(margin.left - 12, middle, short, { color: theme.ink, weight: 600, align: "right" }),
      {
        type: "rect",
        name: `series series-${technique}`,
        encode: {
          enter: {
            ...at(margin.left, middle - bar / 2),
            width: { value: Math.max(1, x(summary.meanWrong) - margin.left) },
            height: { value: bar },
            fill: { value: color },
            cornerRadiusTopRight: { value: 3 },
            cornerRadiusBottomRight: { value: 3 },
            description: {
              value: text.tip.wrong({
                name,
                wrong: numbers.mean(summary.meanWrong),
                accuracy: numbers.percentOf(summary.testAccuracy),
              }),
            },
          },
        },
      },
      ...(summary.runs.length > 1
        ? summary.runs.map(
            ({ seed }, run): Mark => ({
              type: "symbol",
              encode: {
                enter: {
                  ...at(x(summary.wrong[run] as number), middle),
                  size: { value: 34 },
                  fill: { value: theme.ink },
                  stroke: { value: theme.surface },
                  strokeWidth: { value: 1.5 },
                  description: {
                    value: text.tip.seed({
                      seed: String(seed),
                      wrong: numbers.count(summary.wrong[run] as number),
                    }),
                  },
                },
              },
            }),
          )
        : []),
      wrongLabel(
        x(Math.max(summary.meanWrong, ...summary.wrong)) + 10,
        middle,
        summary.meanWrong,
        x(target),
        context,
      ),
    ];
  });
  return {
    name: `comparison${narrow ? "-narrow" : ""}`,
    title: text.figures.comparison.title(numbers.count(testImages)),
    note: text.figures.comparison.description(context.summaries.some(({ runs }) => runs.length > 1)),
    width,
    height,
    marks: [
      {
        type: "rule",
        encode: {
          enter: {
            ...at(x(target), margin.top - 6),
            y2: { value: height - margin.bottom },
            stroke: { value: theme.ink },
            strokeWidth: { value: 1 },
            strokeDash: { value: [2, 3] },
          },
        },
      },
      caption(x(target), margin.top - 15, text.figures.comparison.target, theme, { align: "center" }),
      ...rows,
    ],
  };
}

/** The count next to its bar, and beyond the target's line where that would cross it. */
function wrongLabel(
  x: number,
  y: number,
  wrong: number,
  line: number,
  { numbers, theme }: FigureContext,
): Mark {
  const text = numbers.mean(wrong);
  const crossed = x - clearance < line && line < x + text.length * digit + clearance;
  return label(crossed ? line + clearance : x, y, text, { color: theme.ink, fontSize: 13, weight: 600 });
}
