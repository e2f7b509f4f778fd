import { useMemo } from "preact/hooks";
import { isLagging } from "../../protocol/lagging.js";
import type { Published, PublishedPoint, RunRecord } from "../../protocol/messages.js";
import { techniqueOf } from "../../protocol/settings.js";
import { kerasCode } from "../code/keras.js";
import { typescriptCode } from "../code/typescript.js";
import type { StudioState } from "../state/studio.js";
import { decimal, percent, texts } from "../texts/index.js";
import { CardHead } from "./card-head.js";
import { Chart } from "./chart.js";
import type { ChartAxes, ChartSeries } from "./chart-lines.js";
import { colorOf, nameOf } from "./names.js";
import { epochTicks } from "./ticks.js";

type Shown = StudioState["curve"]["value"];

/** No network here errs less often than this: where the axis of accuracy ends. */
const leastError = 0.002;
/** Accuracy by errors: each tenth part of them takes the same room. */
const heightOf = (accuracy: number): number => -Math.log10(Math.max(leastError, 1 - accuracy));
const accuracyAt = (height: number): number => 1 - 10 ** -height;
const accuracyMarks = [0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998];

/** Curves of all runs: those that are over stay, dimmed. */
export function Curves({ studio }: { readonly studio: StudioState }) {
  const { curves } = texts.value;
  const shown = studio.curve.value;
  const runs = studio.runs.value;
  const hidden = studio.hidden.value;
  const current = studio.current.value;
  const moment = studio.moment.value;
  const published = studio.published.value;
  const visible = useMemo(
    () => [...runs.values()].filter(({ id, points }) => points.length > 0 && !hidden.has(id)),
    [runs, hidden],
  );
  const series = useMemo(
    () => visible.flatMap((run) => seriesOf(run, shown, run.id !== current?.id, published)),
    [visible, published, shown, current?.id, texts.value],
  );
  const epochs = Math.max(
    1,
    ...visible.map(
      (run) => beginningOf(run) / run.stepsPerEpoch + Math.max(run.settings.epochs, run.epochs.length),
    ),
  );
  const marked = moment && runs.get(moment.run);
  const axes: ChartAxes = {
    x: curves.epoch,
    y: curves[shown],
    xRange: [0, epochs],
    xSplits: epochTicks,
    mark: marked && (beginningOf(marked) + moment.step) / marked.stepsPerEpoch,
    ...(shown === "accuracy" ? accuracyAxis : lossAxis),
  };
  const hasPoints = visible.some((run) => publishedOf(run, published).length > 0);
  return (
    <section class="card curves" aria-labelledby="curves-heading">
      <CardHead
        id="curves-heading"
        title={curves.heading}
        figure={shown}
        programs={
          current && { typescript: typescriptCode(current.settings), keras: kerasCode(current.settings) }
        }
      >
        <fieldset class="segments">
          <legend class="hidden">{curves.heading}</legend>
          {(["accuracy", "loss"] as const).map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="curve"
                value={one}
                checked={shown === one}
                onChange={() => {
                  studio.curve.value = one;
                }}
              />
              <span>{curves[one]}</span>
            </label>
          ))}
        </fieldset>
      </CardHead>
      <Chart series={series} axes={axes} label={`${curves.heading}: ${curves[shown]}`} />
      {current && isLagging(current) && <p class="callout">{curves.lagging}</p>}
      <p class="legend">
        <span>
          <i class="line thin" /> {curves.training}
        </span>
        <span>
          <i class="line thick" /> {curves.validation}
        </span>
        {visible.some(({ checks }) => checks.some(({ own }) => own !== undefined)) && (
          <span>
            <i class="line dashed" /> {curves.ownAverages}
          </span>
        )}
        {shown === "accuracy" && hasPoints && (
          <span>
            <i class="diamond" /> {curves.notebook}
          </span>
        )}
        {shown === "accuracy" && <span class="note">{curves.scale}</span>}
      </p>
    </section>
  );
}

const accuracyAxis: Pick<ChartAxes, "yRange" | "ySplits" | "yText"> = {
  yRange: (least, most) => [
    Math.max(0, Math.min(least, 1) - 0.02),
    Math.max(1.3, Math.min(2.7, most + 0.15)),
  ],
  ySplits: (least, most) =>
    accuracyMarks.map(heightOf).filter((height) => height >= least - 1e-6 && height <= most),
  yText: (height) => {
    const accuracy = accuracyAt(height);
    return percent(accuracy, accuracy > 0.991 ? 1 : 0);
  },
};

const lossAxis: Pick<ChartAxes, "yRange" | "ySplits" | "yText"> = {
  yRange: (_least, most) => [0, Math.min(3, most * 1.05 || 1)],
  yText: (loss) => decimal(loss, 2),
};

function seriesOf(run: RunRecord, shown: Shown, isDimmed: boolean, published: Published): ChartSeries[] {
  const name = nameOf(run, texts.value);
  const color = colorOf(run);
  const { curves } = texts.value;
  const y = (score: { loss: number; accuracy: number }): number =>
    shown === "accuracy" ? heightOf(score.accuracy) : score.loss;
  const epochOf = ({ step }: { step: number }): number => (beginningOf(run) + step) / run.stepsPerEpoch;
  // The whole validation at an epoch's end counts more than a check between.
  const checks = [
    ...run.checks,
    ...run.epochs.map(({ step, valLoss, valAccuracy }) => ({
      step: step + 0.5,
      loss: valLoss,
      accuracy: valAccuracy,
    })),
  ].sort((a, b) => a.step - b.step);
  const byOwn = run.checks.flatMap(({ step, own }) => (own ? [{ step, ...own }] : []));
  const notebook = shown === "accuracy" && !isDimmed ? publishedOf(run, published) : [];
  return [
    {
      label: `${run.id} ${name} ${curves.training}`,
      color,
      kind: "thin",
      isDimmed,
      x: run.points.map(epochOf),
      y: run.points.map(y),
    },
    {
      label: `${run.id} ${name} ${curves.validation}`,
      color,
      kind: "thick",
      isDimmed,
      x: checks.map(epochOf),
      y: checks.map(y),
    },
    ...(byOwn.length === 0
      ? []
      : [
          {
            label: `${run.id} ${name} ${curves.ownAverages}`,
            color,
            kind: "dashed" as const,
            isDimmed,
            x: byOwn.map(epochOf),
            y: byOwn.map(y),
          },
        ]),
    {
      label: `${run.id} ${name} ${curves.validation} .`,
      color,
      kind: "points",
      isDimmed,
      x: run.epochs.map(epochOf),
      y: run.epochs.map(({ valLoss, valAccuracy }) => y({ loss: valLoss, accuracy: valAccuracy })),
    },
    ...(notebook.length === 0
      ? []
      : [
          {
            label: `${run.id} ${curves.notebook}`,
            color,
            kind: "diamonds" as const,
            x: notebook.map(({ epoch }) => epoch),
            y: notebook.map(({ valAccuracy }) => heightOf(valAccuracy)),
          },
        ]),
  ];
}

/** Steps that its weights had been trained for when it began. */
const beginningOf = ({ offset = 0 }: RunRecord): number => offset;

/** The notebook's figures for the epochs that a run is to have. */
function publishedOf(run: RunRecord, published: Published): readonly PublishedPoint[] {
  const { settings } = run;
  if (beginningOf(run) > 0) return [];
  const technique = techniqueOf(settings);
  const points = (technique && published[technique]) ?? [];
  return points.filter(({ epoch }) => epoch <= settings.epochs);
}
