import { curvesSvg } from "../display/curves.js";
import type { DisplayBundle } from "../display/displayed.js";
import { WithinEpochs } from "../display/within-epochs.js";
import { escaped } from "../markup.js";
import type { LiveOutput, Notebook } from "../ports/notebook.js";
import type { Callback, CallbackParams, Logs } from "./callback.js";
import { EpochClock } from "./epoch-clock.js";
import type { History } from "./history.js";
import { progressLine } from "./progress.js";

/** Milliseconds between two pictures: often enough to see it move, seldom enough to take no time from the training. */
const redrawMs = 250;

/**
 * Shows training in a notebook: one line and the curves, drawn anew in their place while it goes. When it has ended the curves stay
 * as a picture.
 *
 * @param history what `fit` returns, filled by a callback before this one
 * @param now milliseconds since some fixed moment
 */
export function liveTraining(notebook: Notebook, history: History, now: () => number): Callback {
  let params: CallbackParams | undefined;
  let clock: EpochClock | undefined;
  let output: LiveOutput | undefined;
  let within = new WithinEpochs(1);
  let firstEpoch: number | undefined;
  let epochNow = 0;
  let line = "";
  let drawnAt = Number.NEGATIVE_INFINITY;

  function svg(): string | undefined {
    const from = history.epoch[0] ?? firstEpoch ?? 0;
    const to = Math.max(from + 1, params?.epochs ?? 1);
    return curvesSvg({ history, within: within.lines, from, to });
  }

  async function draw(): Promise<void> {
    await output?.update(runningBundle(line, svg()));
    drawnAt = now();
  }

  return {
    setParams(given) {
      params = given;
      clock = new EpochClock(now, given);
      within = new WithinEpochs(given.epochs);
    },
    async onTrainBegin() {
      output = await notebook.show(runningBundle("Getting ready", undefined));
    },
    onEpochBegin(epoch) {
      firstEpoch ??= epoch;
      epochNow = epoch;
      clock?.begin();
      if (params && params.epochs > 1) params.print(`Epoch ${epoch + 1}/${params.epochs}\n`);
    },
    onTrainBatchEnd(batch, logs) {
      if (!clock || !params) return;
      clock.batchEnd(batch);
      within.add(epochNow, batch + 1, params.steps, logs);
      if (now() - drawnAt < redrawMs) return;
      line = lineOf(clock, logs, clock.steppedAt, false);
      return draw();
    },
    async onEpochEnd(_epoch, logs) {
      if (!clock) return;
      line = lineOf(clock, logs, now(), true);
      await draw();
    },
    async onTrainEnd() {
      const picture = svg();
      await output?.update(endedBundle(line, picture));
    },
  };

  function lineOf(times: EpochClock, logs: Logs, at: number, finished: boolean): string {
    const epochs = params?.epochs ?? 1;
    const head = epochs > 1 ? `Epoch ${epochNow + 1}/${epochs} ` : "";
    return head + progressLine(times.state(logs, at, finished));
  }
}

/** Pieces of the page, which are exchanged without flicker. */
const runningBundle = (line: string, svg: string | undefined): DisplayBundle => ({
  "text/plain": line,
  "text/html": `<pre>${escaped(line)}</pre>${svg ?? ""}`,
});

/** A picture, which is shown wherever the notebook is read. */
const endedBundle = (line: string, svg: string | undefined): DisplayBundle => ({
  "text/plain": line,
  ...(svg === undefined ? {} : { "image/svg+xml": svg }),
});
