import type { Mark } from "vega";
import { numClasses } from "../data.js";
import type { TechniqueSummary } from "../summary.js";
import type { FigureContext } from "./figure.js";
import { at, caption, label } from "./marks.js";
import type { Plot } from "./vega.js";

const cellSize = 27;
const margin = { left: 36, top: 40, right: 44, bottom: 4 };

/** Mistakes of the run shown: true digits down, what they were read as across. Hits stay pale, so mistakes stand out. */
export function confusionPlot({ technique, shown }: TechniqueSummary, context: FigureContext): Plot {
  const { text, numbers, theme } = context;
  const { confusion } = shown;
  const digits = Array.from({ length: numClasses }, (_, digit) => digit);
  const count = (actual: number, predicted: number) => confusion[actual * numClasses + predicted] ?? 0;
  const total = (actual: number) => digits.reduce((sum, predicted) => sum + count(actual, predicted), 0);
  const worst = Math.max(1, ...confusion.filter((_, cell) => cell % (numClasses + 1) !== 0));
  const center = (digit: number) => (digit + 0.5) * cellSize;
  const side = numClasses * cellSize;
  const cells = digits.flatMap((actual) =>
    digits.flatMap((predicted): Mark[] => {
      const times = count(actual, predicted);
      const right = actual === predicted;
      const strength = right ? 1 : times === 0 ? 0 : 0.2 + 0.8 * Math.sqrt(times / worst);
      const [x, y] = [margin.left + predicted * cellSize, margin.top + actual * cellSize];
      return [
        {
          type: "rect",
          name: `cell cell-${actual}-${predicted}`,
          encode: {
            enter: {
              ...at(x + 1, y + 1),
              width: { value: cellSize - 2 },
              height: { value: cellSize - 2 },
              cornerRadius: { value: 3 },
              fill: { value: right || times === 0 ? theme.grid : theme.wrong },
              fillOpacity: { value: times === 0 ? 0.35 : right ? 0.9 : strength },
              description: {
                value: text.tip.cell({
                  actual: String(actual),
                  predicted: String(predicted),
                  times: numbers.count(times),
                  share: total(actual) === 0 ? "–" : numbers.percent(times / total(actual)),
                }),
              },
            },
          },
        },
        ...(times === 0
          ? []
          : [
              label(x + cellSize / 2, y + cellSize / 2 + 0.5, String(times), {
                color: right ? theme.muted : strength > 0.62 ? theme.surface : theme.ink,
                fontSize: times > 999 ? 9 : right ? 10 : 12,
                weight: right ? 400 : 600,
                align: "center",
              }),
            ]),
      ];
    }),
  );
  return {
    name: `confusion-${technique}`,
    title: text.figures.confusion.of(text.technique(technique).name),
    width: margin.left + side + margin.right,
    height: margin.top + side + margin.bottom,
    marks: [
      ...cells,
      ...digits.flatMap((digit) => [
        label(margin.left + center(digit), margin.top - 10, String(digit), {
          color: theme.ink,
          weight: 600,
          align: "center",
        }),
        label(margin.left - 8, margin.top + center(digit), String(digit), {
          color: theme.ink,
          weight: 600,
          align: "right",
        }),
        label(
          margin.left + side + 6,
          margin.top + center(digit),
          total(digit) === 0 ? "–" : numbers.percent(count(digit, digit) / total(digit), 1),
          { color: theme.muted, fontSize: 10 },
        ),
      ]),
      caption(margin.left + side / 2, margin.top - 29, text.axes.readAs, theme, { align: "center" }),
      caption(margin.left - 29, margin.top + side / 2, text.axes.trueDigit, theme, {
        align: "center",
        angle: -90,
      }),
      caption(margin.left + side + 6, margin.top - 10, text.axes.found, theme, { fontSize: 10 }),
    ],
  };
}
