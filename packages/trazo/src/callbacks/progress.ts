import { platform } from "#platform";
import type { OptionsOf } from "../schema/define.js";
import { defaultFrom, withDefault } from "../schema/option.js";
import { boolean } from "../schema/options.js";
import type { Callback, CallbackParams, Logs } from "./callback.js";
import { defineCallback } from "./define-callback.js";
import { EpochClock, type ProgressState } from "./epoch-clock.js";
import { callable } from "./options.js";
import { pythonExponent, pythonFixed } from "./python-number.js";

const barWidth = 30;
const narrowestBar = 8;
const redrawMs = 50;

/**
 * Keras 2's line: `375/375 [====] - 9s 24ms/step - loss: 0.2093 …`, with images per second. At an epoch's end Keras's times
 * include the validation; images per second are those of the training steps alone. In a narrow terminal the bar shrinks, then
 * images per second, the time and the bar are left out, so that loss and metrics stay. The last line of an epoch has them all
 * where it has to wrap anyway.
 */
export function progressLine(state: ProgressState, columns = Number.POSITIVE_INFINITY): string {
  const { step, steps } = state;
  const counter = `${String(step).padStart(String(steps).length)}/${steps}`;
  const time = state.finished ? ` - ${wholeSeconds(state)}s ${perStep(state)}` : ` - ETA: ${eta(state)}`;
  const scores = logsText(state.logs);
  const room = (rest: string): number => columns - counter.length - rest.length;
  // What tells least about the training goes first.
  const rests = [`${time}${speed(state)}${scores}`, `${time}${scores}`, scores];
  for (const rest of state.finished ? rests.slice(0, 2) : rests) {
    const width = Math.min(barWidth, room(rest) - " []".length);
    if (width >= narrowestBar) return `${counter} [${bar(step, steps, width)}]${rest}`;
  }
  if (state.finished) return `${counter} [${bar(step, steps, narrowestBar)}]${rests[0]}`;
  return room(`${time}${scores}`) >= 0 ? `${counter}${time}${scores}` : `${counter}${scores}`;
}

/** Keras 2's `verbose=2` line, with images per second in place of the epoch's seconds, which it has twice. */
export function epochLine(state: ProgressState): string {
  const { step, steps } = state;
  return `${step}/${steps} - ${wholeSeconds(state)}s${speed(state)}${logsText(state.logs)} - ${perStep(state)}`;
}

function bar(step: number, steps: number, width: number): string {
  const filled = Math.floor((width * step) / steps);
  if (filled === 0) return ".".repeat(width);
  const head = step < steps ? ">" : "=";
  return "=".repeat(filled - 1) + head + ".".repeat(width - filled);
}

const wholeSeconds = ({ elapsed }: ProgressState): string => pythonFixed(elapsed / 1000, 0);

const msPerStep = ({ pace }: ProgressState): number => (pace.steps > 0 ? pace.ms / pace.steps : 0);

function perStep(state: ProgressState): string {
  const ms = msPerStep(state);
  if (ms >= 1000 || ms === 0) return `${pythonFixed(ms / 1000, 0)}s/step`;
  return ms >= 1 ? `${pythonFixed(ms, 0)}ms/step` : `${pythonFixed(ms * 1000, 0)}us/step`;
}

/** Keras compares before it cuts off the fraction: 60.5 seconds are 1:00. */
function eta(state: ProgressState): string {
  const exact = (msPerStep(state) * (state.steps - state.step)) / 1000;
  const seconds = Math.floor(exact);
  const two = (n: number): string => String(n).padStart(2, "0");
  if (exact > 3600) {
    return `${Math.floor(seconds / 3600)}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  }
  return exact > 60 ? `${Math.floor(seconds / 60)}:${two(seconds % 60)}` : `${seconds}s`;
}

function speed({ pace: { samples, trainingMs } }: ProgressState): string {
  if (samples === 0 || !(trainingMs > 0)) return "";
  return ` - ${Math.round((samples * 1000) / trainingMs).toLocaleString("en-US")} images/s`;
}

function logsText(logs: Logs): string {
  return Object.entries(logs)
    .map(([key, value]) => ` - ${key}: ${scoreText(value)}`)
    .join("");
}

const scoreText = (value: number): string =>
  Math.abs(value) > 1e-3 ? pythonFixed(value, 4) : pythonExponent(value, 4);

/** The callback that shows progress. */
export interface Progress extends Callback {
  /** Ends a line that is being drawn: training was interrupted, or has failed, and other text is to follow. */
  endLine(): void;
}

export type ProgressOptions = OptionsOf<typeof progress>;

/**
 * Shows how training goes: a bar that is redrawn on a terminal, a line per epoch elsewhere. `fit` adds it by itself, with
 * its `verbose` and `print`.
 *
 * @example
 * ```ts
 * await model.fit(xTrain, yTrain, { verbose: 0, callbacks: [callbacks.progress({ columns: () => 60 })] });
 * ```
 */
export const progress = defineCallback({
  className: "progress",
  options: {
    /** Milliseconds since some fixed moment. Default: `performance.now`. */
    now: withDefault(callable<() => number>(), () => performance.now()),
    /** Redraw one line in place; false for files and pipes, which get a line per epoch. Default: whether it is a terminal. */
    terminal: defaultFrom(boolean(), () => platform.terminal.isInteractive),
    /** Width that a line may take. Default: the terminal's. */
    columns: withDefault(callable<() => number>(), () => platform.terminal.columns),
  },
  create({ now, terminal, columns }): Progress {
    let params: CallbackParams | undefined;
    let clock: EpochClock | undefined;
    let drawnAt = Number.NEGATIVE_INFINITY;
    let isLineOpen = false;

    const isBar = (): boolean => params?.verbose === 1 && terminal;

    /** A line that is drawn over must not wrap; the last one of an epoch may. */
    function draw(logs: Logs, at: number, finished: boolean): void {
      if (!clock) return;
      const width = columns() - 1;
      const line = progressLine(clock.state(logs, at, finished), width);
      params?.print(`\r${finished ? line : line.slice(0, width)}\u001b[K`);
      drawnAt = at;
      isLineOpen = !finished;
    }

    return {
      logsOnly: true,
      endLine() {
        if (isLineOpen) params?.print("\n");
        isLineOpen = false;
      },
      setParams: (given) => {
        params = given;
        clock = new EpochClock(now, given);
      },
      onEpochBegin(epoch) {
        clock?.begin();
        drawnAt = Number.NEGATIVE_INFINITY;
        if (!params?.verbose || params.epochs <= 1) return;
        if (isBar()) params.print(`Epoch ${epoch + 1}/${params.epochs}\n`);
      },
      onTrainBatchEnd(batch, logs) {
        clock?.batchEnd(batch);
        const at = clock?.steppedAt ?? 0;
        if (isBar() && at - drawnAt >= redrawMs) draw(logs, at, false);
      },
      onEpochEnd(epoch, logs) {
        if (!params?.verbose || !clock) return;
        const at = now();
        if (isBar()) {
          draw(logs, at, true);
          return params.print("\n");
        }
        const prefix = params.epochs > 1 ? `Epoch ${epoch + 1}/${params.epochs} - ` : "";
        params.print(`${prefix}${epochLine(clock.state(logs, at, true))}\n`);
      },
    };
  },
});
