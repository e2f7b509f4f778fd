import { clearScreenDown, cursorTo, moveCursor } from "node:readline";
import type { Language } from "@trazo/practice";
import {
  isLargerBetter,
  measured,
  type PlannedRun,
  type RunEvent,
  type RunResult,
  reasonIn,
  type SweepListener,
  type SweepPlan,
  sparkline,
} from "@trazo/sweep";
import type { Speech } from "./speech.js";
import type { CliText } from "./text/index.js";

export interface SweepDisplay extends SweepListener {
  onEvent(run: PlannedRun, event: RunEvent): void;
  onResult(run: PlannedRun, result: RunResult): void;
  /** Prints a line above the table. */
  note(line: string): void;
  /** Leaves the terminal as it is; nothing is drawn any more. */
  end(): void;
}

/** What a display needs of the program's output. */
export type DisplayOutput = NodeJS.WritableStream &
  Partial<Pick<NodeJS.WriteStream, "isTTY" | "columns" | "rows">>;

export interface DisplayOptions {
  /** Ends the display before anything else is printed of what it interrupts. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the program's own. */
  readonly output?: DisplayOutput | undefined;
}

/** Shows a sweep: on a terminal a table that changes, elsewhere a line for each run that has ended. */
export function sweepDisplay(
  plan: SweepPlan,
  runs: readonly PlannedRun[],
  { text: { sweep: text }, language }: Speech,
  { signal, output = process.stdout }: DisplayOptions = {},
): SweepDisplay {
  const isLive = output.isTTY === true;
  const state = new SweepState(plan, runs, { text, language });
  let drawn: readonly string[] = [];
  let hasEnded = false;
  // A terminal that does not know its size says 0.
  const columns = (): number => output.columns || 80;
  const erase = (): void => {
    if (drawn.length === 0) return;
    // A terminal that has become narrower since has broken long lines into several.
    const heights = drawn.map(({ length }) => Math.max(1, Math.ceil(length / columns())));
    // A Ctrl-C that the terminal has shown has moved the cursor.
    cursorTo(output, 0);
    moveCursor(output, 0, -heights.reduce((sum, height) => sum + height, 0));
    clearScreenDown(output);
    drawn = [];
  };
  const draw = (): void => {
    if (!isLive || hasEnded) return;
    erase();
    drawn = state.lines(Math.max(4, (output.rows || 24) - 3), columns() - 1);
    output.write(drawn.map((line) => `${line}\n`).join(""));
  };
  const print = (line: string): void => {
    erase();
    output.write(`${line}\n`);
  };
  const end = (): void => {
    erase();
    hasEnded = true;
  };
  signal?.addEventListener("abort", end, { once: true });
  return {
    onEvent(run, event) {
      state.hear(run, event);
      if (event.type === "retry") print(text.again(run.setting.name, run.seed, reasonIn(event, language)));
      draw();
    },
    onResult(run, result) {
      state.end(run, result);
      if (result.status !== "interrupted") print(state.endedLine(run, result));
      draw();
    },
    note(line) {
      print(line);
      draw();
    },
    end() {
      signal?.removeEventListener("abort", end);
      end();
    },
  };
}

/** A line with a name in it, which is shortened where the line would be too long. */
function fitted(name: string, lineOf: (name: string) => string, width: number): string {
  const line = lineOf(name);
  const kept = Math.max(leastName, name.length - (line.length - width));
  return line.length <= width || kept >= name.length
    ? line.slice(0, width)
    : lineOf(`${name.slice(0, kept - 1)}…`).slice(0, width);
}

const leastName = 8;
/** Epochs in a sparkline, and the width of a terminal from which there is room for all of them. */
const [mostEpochs, fewEpochs, wide] = [16, 6, 70];

interface SweepSpeech extends Pick<Speech, "language"> {
  readonly text: CliText["sweep"];
}

/** What is known of a sweep's runs while they are made. */
class SweepState {
  readonly #plan: SweepPlan;
  readonly #runs: readonly PlannedRun[];
  readonly #text: CliText["sweep"];
  readonly #language: Language;
  readonly #begun = performance.now();
  /** Of each run at work: what its epochs have measured. */
  readonly #working = new Map<PlannedRun, { epochs: number; values: number[] }>();
  readonly #ended = new Set<number>();
  #epochsHere = 0;
  #epochsDone = 0;
  #best: { readonly name: string; readonly seed: number; readonly value: number } | undefined;

  constructor(plan: SweepPlan, runs: readonly PlannedRun[], { text, language }: SweepSpeech) {
    this.#plan = plan;
    this.#runs = runs;
    this.#text = text;
    this.#language = language;
  }

  hear(run: PlannedRun, event: RunEvent): void {
    if (event.type === "began") this.#working.set(run, { epochs: event.epochsDone, values: [] });
    const at = this.#working.get(run);
    if (event.type !== "epoch" || !at) return;
    at.epochs = event.epoch.epoch;
    this.#epochsHere++;
    const value = event.epoch.metrics[run.request.configuration.monitor];
    if (value !== undefined) at.values.push(value);
  }

  end(run: PlannedRun, result: RunResult): void {
    this.#working.delete(run);
    if (result.status === "interrupted") return;
    if (!this.#ended.has(run.index)) this.#epochsDone += run.request.configuration.epochs;
    this.#ended.add(run.index);
    const value = measured(result, this.#plan.measure);
    if (value === undefined) return;
    const sign = isLargerBetter(this.#plan.measure) ? 1 : -1;
    if (this.#best === undefined || sign * value > sign * this.#best.value) {
      this.#best = { name: run.setting.name, seed: run.seed, value };
    }
  }

  endedLine(run: PlannedRun, result: RunResult): string {
    const value = measured(result, this.#plan.measure);
    const { seed, setting } = run;
    const status = this.#text.status[result.status];
    const detail =
      result.status === "failed"
        ? ` (${reasonIn(result, this.#language)})`
        : value === undefined
          ? ""
          : `, ${this.#plan.measure} ${value.toFixed(4)}`;
    return this.#text.ended({
      done: this.#ended.size,
      runs: this.#runs.length,
      name: setting.name,
      seed,
      outcome: `${status}${detail}`,
    });
  }

  /** The table, in at most so many lines, each of at most so many characters. */
  lines(most: number, width: number): string[] {
    const working = [...this.#working].map(([{ setting, seed, request }, { epochs, values }]) => {
      const { epochs: all, monitor } = request.configuration;
      const curve = sparkline(values, monitor, width < wide ? fewEpochs : mostEpochs);
      const last = values.at(-1)?.toFixed(4) ?? "";
      const lineOf = (name: string): string =>
        `  ${this.#text.training({ name, seed, epoch: epochs, epochs: all })}  ${curve} ${last}`;
      return fitted(setting.name, lineOf, width).trimEnd();
    });
    const progress = { done: this.#ended.size, runs: this.#runs.length, left: this.#left() };
    return [this.#text.progress(progress).slice(0, width), ...this.#bestLines(width), ...working].slice(
      0,
      most,
    );
  }

  #bestLines(width: number): string[] {
    if (!this.#best) return [];
    const { name, seed, value } = this.#best;
    const measured = `${this.#plan.measure} ${value.toFixed(4)}`;
    return [fitted(name, (shown) => this.#text.best(shown, seed, measured), width)];
  }

  /** What the epochs so far suggest for those to come. */
  #left(): string {
    if (this.#epochsHere === 0 || this.#plan.search.type === "asha") return "";
    const all = this.#runs.reduce((sum, { request }) => sum + request.configuration.epochs, 0);
    const working = [...this.#working.values()].reduce((sum, { epochs }) => sum + epochs, 0);
    const perEpoch = (performance.now() - this.#begun) / 1000 / this.#epochsHere;
    const seconds = perEpoch * Math.max(0, all - this.#epochsDone - working);
    return seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;
  }
}
