import { isLagging } from "../../protocol/lagging.js";
import type { RunRecord } from "../../protocol/messages.js";
import { counted, filled, percent, texts } from "../texts/index.js";
import { nameOf } from "./names.js";
import { failureText } from "./problem-text.js";

/** What else the page knows when it says what a run does. */
interface Told {
  readonly isPlaying: boolean;
  /** How many test digits there are. */
  readonly test: number;
}

/** What happens now, in a sentence. */
export function statusText(run: RunRecord | undefined, { isPlaying, test }: Told): string {
  const { status, intro } = texts.value;
  if (!run) return intro;
  const name = nameOf(run, texts.value);
  switch (run.status) {
    case "running":
      return isPlaying || isTrained(run)
        ? runningText(run, name)
        : filled(status.paused, { run: name, step: counted(run.step) });
    case "done": {
      const accuracy = run.test?.accuracy ?? 0;
      const errors = counted(Math.round((1 - accuracy) * test));
      return filled(status.done, { run: name, errors, test: counted(test), accuracy: percent(accuracy) });
    }
    case "stopped":
      return filled(status.stopped, { run: name, step: counted(run.step) });
    case "failed":
      return filled(status.failed, { run: name, failure: failureText(run.failure) });
    case "waiting":
      return status.nothing;
  }
}

const isTrained = ({ epochs, settings }: RunRecord): boolean => epochs.length >= settings.epochs;

function runningText(run: RunRecord, name: string): string {
  const { status, intro } = texts.value;
  const { step, stepsPerEpoch, settings } = run;
  if (isTrained(run)) return filled(status.checking, { run: name });
  const check = run.checks.at(-1);
  if (!check || step === 0) return `${intro} ${filled(status.starting, { run: name })}`;
  const epoch = Math.min(settings.epochs, Math.floor(Math.max(0, step - 1) / stepsPerEpoch) + 1);
  const right = Math.round(100 * check.accuracy);
  const own = Math.round(100 * (check.own?.accuracy ?? 0));
  const text = isLagging(run) ? status.lagging : status.running;
  return filled(text, { run: name, epoch, epochs: settings.epochs, right, own });
}
