import { clearScreenDown, moveCursor } from "node:readline";
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

/** Shows a sweep: on a terminal a table that changes, elsewhere a line for each run that has ended. */
export function sweepDisplay(
  plan: SweepPlan,
  runs: readonly PlannedRun[],
  { text: { sweep: text }, language }: Speech,
): SweepDisplay {
  const isLive = process.stdout.isTTY === true;
  const state = new SweepState(plan, runs, { text, language });
  let drawn = 0;
  let hasEnded = false;
  const erase = (): void => {
    if (drawn === 0) return;
    moveCursor(process.stdout, 0, -drawn);
    clearScreenDown(process.stdout);
    drawn = 0;
  };
  const draw = (): void => {
    if (!isLive || hasEnded) return;
    erase();
    // A terminal that does not know its size says 0.
    const columns = process.stdout.columns || 80;
    const lines = state
      .lines(Math.max(4, (process.stdout.rows || 24) - 3))
      .map((line) => line.slice(0, columns - 1));
    process.stdout.write(lines.map((line) => `${line}\n`).join(""));
    drawn = lines.length;
  };
  const print = (line: string): void => {
    erase();
    process.stdout.write(`${line}\n`);
  };
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
      erase();
      hasEnded = true;
    },
  };
}

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
  #best: { readonly name: string; readonly value: number } | undefined;

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
      this.#best = { name: `${run.setting.name}, ${run.seed}`, value };
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

  /** The table, in at most so many lines. */
  lines(most: number): string[] {
    const { measure } = this.#plan;
    const best = this.#best
      ? [this.#text.best(this.#best.name, `${measure} ${this.#best.value.toFixed(4)}`)]
      : [];
    const working = [...this.#working].map(([{ setting, seed, request }, { epochs, values }]) => {
      const { epochs: all, monitor } = request.configuration;
      const place = this.#text.training({ name: setting.name, seed, epoch: epochs, epochs: all });
      const last = values.at(-1);
      return `  ${place}  ${sparkline(values, monitor)} ${last === undefined ? "" : last.toFixed(4)}`;
    });
    const progress = { done: this.#ended.size, runs: this.#runs.length, left: this.#left() };
    return [this.#text.progress(progress), ...best, ...working].slice(0, most);
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
