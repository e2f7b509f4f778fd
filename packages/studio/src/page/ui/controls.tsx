import type { RunRecord } from "../../protocol/messages.js";
import { settingsOf, techniqueOf } from "../../protocol/settings.js";
import { type ChangesState, isWithoutBase } from "../state/changes.js";
import type { StudioState } from "../state/studio.js";
import { counted, filled, percent, texts } from "../texts/index.js";
import { Announced } from "./announced.js";
import { changesSentence } from "./change-text.js";
import { Icon } from "./icon.js";
import { colorOf, epochsText } from "./names.js";
import { statusText } from "./status-text.js";

/** What happens now, in a sentence, and what can be done about it. */
export function Controls({
  studio,
  changes,
}: {
  readonly studio: StudioState;
  readonly changes: ChangesState;
}) {
  const { controls } = texts.value;
  const run = studio.current.value;
  const isRunning = run?.status === "running";
  const isPlaying = studio.playing.value;
  const isResumable = isRunning && !isPlaying;
  const told = { isPlaying, test: studio.data.value?.test ?? 0 };
  return (
    <section class="card controls" aria-label={controls.label}>
      <div class="buttons">
        {/* Each button stays in its place when a run begins or ends: a click just then is not to do something else. */}
        <button
          type="button"
          class={isRunning ? "primary" : undefined}
          disabled={!isRunning}
          onClick={() => void studio.ask(isPlaying ? "pause" : "play", {})}
        >
          <Icon name={isResumable ? "play" : "pause"} /> {isResumable ? controls.play : controls.pause}
        </button>
        <button type="button" disabled={!isRunning} onClick={() => void studio.ask("step", { count: 1 })}>
          {controls.step}
        </button>
        <button type="button" class={isRunning ? undefined : "primary"} onClick={() => void studio.start()}>
          <Icon name={isRunning ? "again" : "play"} /> {controls.restart}
        </button>
      </div>
      <p class="status">
        {run && <i class="dot" style={{ background: colorOf(run) }} />}
        <span>{statusText(run, told)}</span>
        {run?.status === "running" && <EpochNews studio={studio} run={run} />}
        {run?.status === "done" && <EndNews studio={studio} run={run} changes={changes} />}
      </p>
      {run && (
        <Announced
          text={statusText(run, told)}
          about={[run.id, run.status, isPlaying, run.epochs.length].join()}
        />
      )}
      <Rewind studio={studio} run={run} />
      {run && isRunning && run.rate > 0 && (
        <p class="rate">{filled(controls.rate, { rate: counted(run.rate) })}</p>
      )}
    </section>
  );
}

/** The last epoch's result, next to the notebook's. */
function EpochNews({ studio, run }: { readonly studio: StudioState; readonly run: RunRecord }) {
  const { status } = texts.value;
  const last = run.epochs.at(-1);
  if (!last) return null;
  const technique = techniqueOf(run.settings);
  const points = technique && studio.published.value[technique];
  const notebook = points?.find(({ epoch }) => epoch === last.epoch);
  return (
    <span class="news">
      {filled(status.epoch, { epoch: last.epoch, accuracy: percent(last.valAccuracy) })}
      {notebook && ` ${filled(status.notebook, { accuracy: percent(notebook.valAccuracy) })}`}
    </span>
  );
}

/** What the technique of a finished run has changed; after a first one, what comes next. */
function EndNews({
  studio,
  run,
  changes,
}: {
  readonly studio: StudioState;
  readonly run: RunRecord;
  readonly changes: ChangesState;
}) {
  const { status } = texts.value;
  const runs = studio.runs.value;
  if (isWithoutBase(run, runs)) return <BaseWanted studio={studio} run={run} />;
  const isBase = techniqueOf(run.settings) === "base";
  const isMeasured = !isBase && changes.measuring.value.has(run.id);
  const isFirst = isBase && runs.size === 1;
  const said = changesSentence(changes.changes.value, run.id);
  const news = said !== "" ? said : isFirst ? status.next : isMeasured && status.measuring;
  return news ? <span class="news">{news}</span> : null;
}

/** What a run has changed can only be said next to a base network. */
function BaseWanted({ studio, run }: { readonly studio: StudioState; readonly run: RunRecord }) {
  const { status } = texts.value;
  const { settings } = run;
  return (
    <span class="news">
      {filled(status.noBase, { epochs: epochsText(settings.epochs, texts.value) })}{" "}
      <button type="button" class="link" onClick={() => void studio.queue([settingsOf("base", settings)])}>
        {status.trainBase}
      </button>
    </span>
  );
}

/** Goes back through the moments that were kept. */
export function Rewind({
  studio,
  run: current,
}: {
  readonly studio: StudioState;
  /** The run to go back in, unless the page looks at a moment of another one. */
  readonly run: RunRecord | undefined;
}) {
  const { controls } = texts.value;
  const moment = studio.moment.value;
  const run = (moment && studio.runs.value.get(moment.run)) ?? current;
  const moments = run?.moments ?? [];
  // The last place of the slider is now.
  const place = moment ? Math.max(0, moments.indexOf(moment.step)) : moments.length;
  const text = moment ? filled(controls.moment, { step: counted(moment.step) }) : controls.now;
  return (
    <div class="rewind">
      <label>
        <span>{controls.rewind}</span>
        <input
          type="range"
          min={0}
          max={moments.length}
          value={place}
          disabled={moments.length === 0}
          aria-valuetext={text}
          onInput={({ currentTarget }) => {
            const step = moments[Number(currentTarget.value)];
            studio.lookAt(run && step !== undefined ? { run: run.id, step } : undefined);
          }}
        />
      </label>
      <output>{text}</output>
      {moment && (
        <span class="tools">
          <button type="button" class="link" onClick={() => studio.lookAt(undefined)}>
            {controls.backToNow}
          </button>
          <button
            type="button"
            title={controls.fromHereHint}
            onClick={() => run && void studio.startFrom(moment, run.settings.batchNorm)}
          >
            {controls.fromHere}
          </button>
        </span>
      )}
    </div>
  );
}
