import type { Callback, CallbackParams, Logs } from "../callbacks/callback.js";
import type { ProgressState } from "../callbacks/epoch-clock.js";
import { epochLine, progressLine } from "../callbacks/progress.js";

const redrawMs = 50;

/**
 * Shows how `evaluate` or `predict` goes, as Keras does: with `verbose` 1 a bar that is redrawn on a terminal, and with 2, or
 * elsewhere, one line at the end.
 */
export function passProgress(terminal: boolean, now: () => number = () => performance.now()): Callback {
  let params: CallbackParams | undefined;
  let begunAt = 0;
  let drawnAt = Number.NEGATIVE_INFINITY;
  let done = 0;

  const stateAfter = (steps: number, logs: Logs, finished: boolean): ProgressState => {
    const elapsed = now() - begunAt;
    const pace = { steps, samples: 0, trainingMs: elapsed, ms: elapsed };
    return { step: steps, steps: params?.steps || steps, finished, elapsed, pace, logs };
  };
  const isBar = (): boolean => params?.verbose === 1 && terminal;

  function begin(): void {
    begunAt = now();
    drawnAt = Number.NEGATIVE_INFINITY;
    done = 0;
  }

  function batchEnd(batch: number, logs: Logs): void {
    done = batch + 1;
    if (!isBar() || now() - drawnAt < redrawMs) return;
    drawnAt = now();
    params?.print(`\r${progressLine(stateAfter(batch + 1, logs, false))}\u001b[K`);
  }

  function end(logs: Logs): void {
    const state = stateAfter(params?.steps || done, logs, true);
    params?.print(isBar() ? `\r${progressLine(state)}\u001b[K\n` : `${epochLine(state)}\n`);
  }

  return {
    setParams: (given) => {
      params = given;
    },
    onTestBegin: begin,
    onTestBatchEnd: batchEnd,
    onTestEnd: end,
    onPredictBegin: begin,
    onPredictBatchEnd: batchEnd,
    onPredictEnd: end,
  };
}
