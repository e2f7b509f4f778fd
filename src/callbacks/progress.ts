import type { Callback, CallbackParams, Logs } from "./callback.js";
import { pythonExponent, pythonFixed } from "./python-number.js";

export interface ProgressOptions {
  /** Milliseconds since some fixed moment. */
  readonly now?: (() => number) | undefined;
  /** Redraw one line in place; false for files and pipes, which get a line an epoch. Default: whether it is a terminal. */
  readonly terminal?: boolean | undefined;
  /** Width that a line may take. Default: the terminal's. */
  readonly columns?: (() => number) | undefined;
}

const barWidth = 30;
const narrowestBar = 8;
const redrawMs = 50;

/** What the progress line of an epoch shows. */
export interface ProgressState {
  readonly step: number;
  readonly steps: number;
  /** Milliseconds since the epoch began, and since its first batch ended. */
  readonly elapsed: number;
  readonly sinceFirst: number;
  readonly samplesPerStep: number;
  readonly logs: Logs;
}

/**
 * Keras 2's line: `375/375 [====] - 9s 24ms/step - loss: 0.2093 …`, with images a second. Where `columns` are too few the
 * bar gives way, so that the numbers stay.
 */
export function progressLine(state: ProgressState, columns = Number.POSITIVE_INFINITY): string {
  const { step, steps, logs } = state;
  const counter = `${String(step).padStart(String(steps).length)}/${steps}`;
  const done = step >= steps;
  const time = done ? ` - ${Math.round(state.elapsed / 1000)}s ${perStep(state)}` : ` - ETA: ${eta(state)}`;
  const rest = `${time}${speed(state)}${logsText(logs)}`;
  const room = columns - counter.length - rest.length - " []".length;
  const width = Math.max(narrowestBar, Math.min(barWidth, room));
  return `${counter} [${bar(step, steps, width)}]${rest}`;
}

/** Keras 2's `verbose=2` line, an epoch in one. */
export function epochLine(state: ProgressState): string {
  const { step, steps } = state;
  const seconds = Math.round(state.elapsed / 1000);
  return `${step}/${steps} - ${seconds}s${speed(state)}${logsText(state.logs)} - ${perStep(state)}`;
}

function bar(step: number, steps: number, width: number): string {
  const filled = Math.floor((width * step) / steps);
  if (filled === 0) return ".".repeat(width);
  const head = step < steps ? ">" : "=";
  return "=".repeat(filled - 1) + head + ".".repeat(width - filled);
}

/** The first step compiles and warms up, so it does not count once there is a second. */
function msPerStep({ step, elapsed, sinceFirst }: ProgressState): number {
  return step > 1 ? sinceFirst / (step - 1) : elapsed / Math.max(step, 1);
}

function perStep(state: ProgressState): string {
  const ms = msPerStep(state);
  if (ms >= 1000 || ms === 0) return `${(ms / 1000).toFixed(0)}s/step`;
  return ms >= 1 ? `${ms.toFixed(0)}ms/step` : `${(ms * 1000).toFixed(0)}us/step`;
}

function eta(state: ProgressState): string {
  const seconds = Math.floor((msPerStep(state) * (state.steps - state.step)) / 1000);
  const two = (n: number): string => String(n).padStart(2, "0");
  if (seconds > 3600) {
    return `${Math.floor(seconds / 3600)}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  }
  return seconds > 60 ? `${Math.floor(seconds / 60)}:${two(seconds % 60)}` : `${seconds}s`;
}

function speed(state: ProgressState): string {
  const ms = msPerStep(state);
  if (!(ms > 0) || state.step === 0) return "";
  return ` - ${Math.round((state.samplesPerStep * 1000) / ms).toLocaleString("en-US")} images/s`;
}

function logsText(logs: Logs): string {
  return Object.entries(logs)
    .map(([key, value]) => ` - ${key}: ${scoreText(value)}`)
    .join("");
}

const scoreText = (value: number): string =>
  Math.abs(value) > 1e-3 ? pythonFixed(value, 4) : pythonExponent(value, 4);

/** Shows how training goes: a bar that is redrawn on a terminal, a line an epoch elsewhere. `fit` adds it by itself. */
export function progress(options: ProgressOptions = {}): Callback {
  const now = options.now ?? (() => performance.now());
  const terminal = options.terminal ?? process.stdout.isTTY === true;
  const columns = options.columns ?? (() => process.stdout.columns ?? 80);
  let params: CallbackParams | undefined;
  let begun = 0;
  let first = 0;
  let last = 0;
  let step = 0;
  let drawnAt = Number.NEGATIVE_INFINITY;

  const state = (logs: Logs): ProgressState => ({
    step,
    steps: params?.steps ?? step,
    elapsed: last - begun,
    sinceFirst: last - first,
    samplesPerStep: params?.batchSize ?? 1,
    logs,
  });
  const isBar = (): boolean => params?.verbose === 1 && terminal;

  /** A line that is drawn over must not wrap; the last one of an epoch may. */
  function draw(logs: Logs, isLast = false): void {
    const width = columns() - 1;
    const line = progressLine(state(logs), width);
    params?.print(`\r${isLast ? line : line.slice(0, width)}\u001b[K`);
    drawnAt = last;
  }

  return {
    setParams: (given) => {
      params = given;
    },
    onEpochBegin(epoch) {
      begun = now();
      last = begun;
      step = 0;
      drawnAt = Number.NEGATIVE_INFINITY;
      if (!params?.verbose || params.epochs <= 1) return;
      if (isBar()) params.print(`Epoch ${epoch + 1}/${params.epochs}\n`);
    },
    onTrainBatchEnd(batch, logs) {
      last = now();
      step = batch + 1;
      if (step === 1) first = last;
      if (isBar() && last - drawnAt >= redrawMs) draw(logs);
    },
    onEpochEnd(epoch, logs) {
      if (!params?.verbose) return;
      last = now();
      if (isBar()) {
        draw(logs, true);
        return params.print("\n");
      }
      const prefix = params.epochs > 1 ? `Epoch ${epoch + 1}/${params.epochs} - ` : "";
      params.print(`${prefix}${epochLine(state(logs))}\n`);
    },
  };
}
