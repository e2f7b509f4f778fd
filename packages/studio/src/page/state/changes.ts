import { batch, computed, effect, signal } from "@preact/signals";
import type { RunMeasures, RunRecord } from "../../protocol/messages.js";
import { type TechniqueName, techniqueOf } from "../../protocol/settings.js";
import type { Runs } from "./runs.js";
import type { StudioState } from "./studio.js";

/** The share of the training digits that a network must read to count as having learned the most. */
export const mostly = 0.95;

/** Milliseconds after a training, or the page's opening, before its network is measured. */
const laterMs = 1000;

/** A technique's effect in one figure, next to the base network's. */
export interface Change {
  readonly run: number;
  readonly technique: Exclude<TechniqueName, "base">;
  readonly base: number;
  readonly own: number;
}

/** Measures every network once it is trained, and says what its technique has changed. */
export class ChangesState {
  readonly changes = computed(() => changesOf(this.#studio.runs.value, this.#measured.value));

  /** Runs whose figures are still to come. */
  readonly measuring = signal<ReadonlySet<number>>(new Set());

  readonly #studio: StudioState;
  readonly #measured = signal<ReadonlyMap<number, RunMeasures>>(new Map());
  /** Runs that are being measured, or could not be. */
  #asked = new Set<number>();
  #opening = 0;

  constructor(studio: StudioState) {
    this.#studio = studio;
    effect(() => {
      this.#forgetAt(studio.opening.value);
      const missing = [...lastOf(studio.runs.value).values()]
        .map(({ id }) => id)
        .filter((id) => !this.#asked.has(id));
      if (missing.length === 0) return;
      for (const id of missing) this.#asked.add(id);
      this.measuring.value = new Set([...this.measuring.peek(), ...missing]);
      // What the page shows first is read first.
      setTimeout(() => void this.#measure(missing, this.#opening), laterMs);
    });
  }

  /** An engine that was started again numbers its runs anew. */
  #forgetAt(opening: number): void {
    if (opening === this.#opening) return;
    this.#opening = opening;
    this.#asked = new Set();
    this.measuring.value = new Set();
    this.#measured.value = new Map();
  }

  async #measure(runs: readonly number[], opening: number): Promise<void> {
    if (opening !== this.#opening) return;
    const found = await this.#studio.ask("measures", { runs });
    if (opening !== this.#opening) return;
    batch(() => {
      this.measuring.value = new Set([...this.measuring.value].filter((id) => !runs.includes(id)));
      const known = found?.runs.map((measures) => [measures.run, measures] as const) ?? [];
      this.#measured.value = new Map([...this.#measured.value, ...known]);
    });
  }
}

/** The last finished run of each technique. */
function lastOf(runs: Runs): ReadonlyMap<TechniqueName, RunRecord> {
  const last = new Map<TechniqueName, RunRecord>();
  for (const run of runs.values()) {
    const technique = techniqueOf(run.settings);
    if (run.status === "done" && !run.offset && technique) last.set(technique, run);
  }
  return last;
}

function changesOf(runs: Runs, measured: ReadonlyMap<number, RunMeasures>): readonly Change[] {
  const { base, ...others } = Object.fromEntries(lastOf(runs)) as Partial<Record<TechniqueName, RunRecord>>;
  if (!base) return [];
  return Object.entries(others).flatMap(([name, run]): Change[] => {
    const technique = name as Change["technique"];
    const figure = (of: RunRecord): number | undefined => figures[technique](of, measured.get(of.id));
    const [own, before] = [figure(run), figure(base)];
    return own === undefined || before === undefined ? [] : [{ run: run.id, technique, base: before, own }];
  });
}

/** What shows best what each technique does. */
const figures: Readonly<
  Record<Change["technique"], (run: RunRecord, measures: RunMeasures | undefined) => number | undefined>
> = {
  l2: (_run, measures) => measures?.nearZero,
  l1: (_run, measures) => measures?.nearZero,
  dropout: (_run, measures) => measures?.silent,
  batchnorm: stepsToLearn,
  augmentation: (_run, measures) => measures?.moved,
};

/** Steps until a network read most of its training digits. */
function stepsToLearn({ points }: RunRecord): number | undefined {
  return points.find(({ accuracy }) => accuracy >= mostly)?.step;
}
