import { type PictureRun, type PictureSettings, pictureSides } from "../../../protocol/pictures.js";
import { picturesCode } from "../../code/pictures.js";
import type { PicturesState } from "../../state/pictures.js";
import type { StudioState } from "../../state/studio.js";
import { counted, filled, percent, texts } from "../../texts/index.js";
import { Announced } from "../announced.js";
import { CardHead } from "../card-head.js";
import { Chart } from "../chart.js";
import type { ChartSeries } from "../chart-lines.js";
import { Icon } from "../icon.js";
import { epochsText } from "../names.js";
import { failureText } from "../problem-text.js";
import { epochTicks } from "../ticks.js";
import { adviceOn } from "./advice.js";

/** How the network is trained, and how it goes. */
export function PictureTraining({
  studio,
  state,
}: {
  readonly studio: StudioState;
  readonly state: PicturesState;
}) {
  const { pictures: words } = texts.value;
  const run = studio.pictureRun.value;
  const isRunning = run?.status === "running";
  const { problem, hints } = adviceOn(state.classes.value, state.most.value, words);
  return (
    <section class="card picture-training" aria-labelledby="picture-training-heading">
      <CardHead
        id="picture-training-heading"
        title={words.train}
        figure="training"
        programs={picturesCode({
          ...state.settings.value,
          classes: state.classes.value.map(({ name }) => name),
        })}
      />
      <Settings state={state} />
      <div class="tools">
        {isRunning ? (
          <button type="button" class="primary" onClick={() => void studio.ask("stopPictures", {})}>
            {words.stop}
          </button>
        ) : (
          <button
            type="button"
            class="primary"
            disabled={problem !== undefined || state.isReading.value || state.isSending.value}
            onClick={() => void state.train()}
          >
            <Icon name="play" /> {run ? words.again : words.start}
          </button>
        )}
      </div>
      {problem !== undefined && <p class="callout">{problem}</p>}
      {problem === undefined &&
        hints.map((hint) => (
          <p class="note" key={hint}>
            {hint}
          </p>
        ))}
      {run && (
        <>
          <p class="picture-status">{sentenceOf(run)}</p>
          <Announced text={sentenceOf(run)} about={run.status} />
          {run.points.length > 0 && <PictureCurve run={run} />}
        </>
      )}
    </section>
  );
}

function Settings({ state }: { readonly state: PicturesState }) {
  const { pictures: words, controls } = texts.value;
  const settings = state.settings.value;
  return (
    <div class="picture-settings">
      <label>
        <span>{words.size}</span>
        <select
          value={settings.side}
          onChange={({ currentTarget }) =>
            state.change({ side: Number(currentTarget.value) as PictureSettings["side"] })
          }
        >
          {pictureSides.map((side) => (
            <option key={side} value={side}>{`${side}×${side}`}</option>
          ))}
        </select>
      </label>
      <label>
        <span>{words.colors}</span>
        <select
          value={settings.channels}
          onChange={({ currentTarget }) => state.change({ channels: currentTarget.value === "1" ? 1 : 3 })}
        >
          <option value={3}>{words.color}</option>
          <option value={1}>{words.gray}</option>
        </select>
      </label>
      <label>
        <span>{controls.epochs}</span>
        <input
          type="number"
          min={1}
          max={200}
          value={settings.epochs}
          onChange={({ currentTarget }) => {
            const epochs = Number(currentTarget.value);
            if (Number.isInteger(epochs) && epochs >= 1 && epochs <= 200) state.change({ epochs });
            else currentTarget.value = String(settings.epochs);
          }}
        />
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={settings.varied}
          onChange={({ currentTarget }) => state.change({ varied: currentTarget.checked })}
        />
        <span>{words.varied}</span>
      </label>
    </div>
  );
}

function sentenceOf(run: PictureRun): string {
  const { pictures: words } = texts.value;
  const { training, validation, epochs, settings, answers, status } = run;
  const facts = { training: counted(training), validation: counted(validation), epochs: settings.epochs };
  if (status === "failed") return filled(words.failed, { failure: failureText(run.failure) });
  if (status === "running") {
    const accuracy = percent(run.points.at(-1)?.accuracy ?? 0, 0);
    const epoch = Math.min(settings.epochs, epochs.length + 1);
    const rate = counted(run.rate);
    return filled(words.running, { ...facts, epoch, accuracy, rate });
  }
  const right = answers.filter(({ label, probabilities }) => bestOf(probabilities) === label).length;
  const end = filled(status === "done" ? words.done : words.stopped, {
    epochs: epochsText(epochs.length, texts.value),
  });
  return `${end} ${filled(validation > 0 ? words.result : words.noValidation, { ...facts, right })}`;
}

export const bestOf = (probabilities: readonly number[]): number =>
  probabilities.indexOf(Math.max(...probabilities));

function PictureCurve({ run }: { readonly run: PictureRun }) {
  const { curves } = texts.value;
  const epochOf = ({ step }: { readonly step: number }): number => step / run.stepsPerEpoch;
  const series: ChartSeries[] = [
    {
      label: curves.training,
      color: "var(--t-base)",
      kind: "thin",
      x: run.points.map(epochOf),
      y: run.points.map(({ accuracy }) => accuracy),
    },
  ];
  if (run.validation > 0) {
    series.push({
      label: curves.validation,
      color: "var(--accent)",
      kind: "thick",
      x: run.epochs.map(({ epoch }) => epoch),
      y: run.epochs.map(({ valAccuracy }) => valAccuracy),
    });
  }
  return (
    <>
      <Chart
        series={series}
        label={`${curves.heading}: ${curves.accuracy}`}
        axes={{
          x: curves.epoch,
          y: curves.accuracy,
          xRange: [0, run.settings.epochs],
          xSplits: epochTicks,
          yRange: () => [0, 1.02],
          yText: (share) => percent(share, 0),
        }}
      />
      <p class="legend">
        <span>
          <i class="line thin" /> {curves.training}
        </span>
        {run.validation > 0 && (
          <span>
            <i class="line thick" /> {curves.validation}
          </span>
        )}
      </p>
    </>
  );
}
