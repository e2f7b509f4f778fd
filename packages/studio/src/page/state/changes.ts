import { batch, computed, effect, signal } from "@preact/signals";
import { lagOf } from "../../protocol/lagging.js";
import type { Misread, RunMeasures, RunRecord } from "../../protocol/messages.js";
import { type TechniqueName, techniqueOf, techniquesIn, trainingKey } from "../../protocol/settings.js";
import type { Runs } from "./runs.js";
import type { StudioState } from "./studio.js";

/** The share of the training digits that a network must read to count as having learned the most. */
export const mostly = 0.95;

/** Milliseconds after a training, or the page's opening, before its network is measured. */
const laterMs = 1000;

/** A technique's effect in one figure, next to that of a base network with as many epochs. */
export interface Change {
  readonly run: number;
  readonly technique: Exclude<TechniqueName, "base">;
  readonly baseRun: number;
  readonly base: number;
  readonly own: number;
  /**
   * While the moving averages of batch normalization have not caught up: the share of test digits that the network misreads with them, and
   * with the averages of these digits.
   */
  readonly lag?: { readonly remembered: number; readonly own: number };
}

/** Measures every network once it is trained, and says what its techniques have changed. */
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
      const compared = comparedIn(studio.runs.value).flatMap(({ run, base }) => [base.id, run.id]);
      const missing = [...new Set(compared)].filter((id) => !this.#asked.has(id));
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

const isComparable = ({ status, offset }: RunRecord): boolean => status === "done" && !offset;

const isBase = ({ settings }: RunRecord): boolean => techniqueOf(settings) === "base";

/**
 * The base network that a run can be compared with: trained for as many epochs, from the same seed where there is one, and the last of
 * those.
 */
export function baseOf(run: RunRecord, runs: Runs): RunRecord | undefined {
  const bases = [...runs.values()].filter(
    (one) => isBase(one) && isComparable(one) && one.settings.epochs === run.settings.epochs,
  );
  return bases.findLast(({ settings }) => settings.seed === run.settings.seed) ?? bases.at(-1);
}

/** Whether nothing can be said of what a run has changed for want of a base network with as many epochs. */
export const isWithoutBase = (run: RunRecord, runs: Runs): boolean =>
  isComparable(run) &&
  !isBase(run) &&
  ![...runs.values()].some(
    (one) =>
      isBase(one) &&
      !one.offset &&
      one.settings.epochs === run.settings.epochs &&
      (one.status === "done" || one.status === "waiting" || one.status === "running"),
  );

/** The last finished run of each training with techniques, and its base network. */
function comparedIn(runs: Runs): readonly { readonly run: RunRecord; readonly base: RunRecord }[] {
  const last = new Map<string, RunRecord>();
  for (const run of runs.values()) {
    if (isComparable(run) && !isBase(run)) last.set(trainingKey(run.settings), run);
  }
  return [...last.values()].flatMap((run) => {
    const base = baseOf(run, runs);
    return base ? [{ run, base }] : [];
  });
}

function changesOf(runs: Runs, measured: ReadonlyMap<number, RunMeasures>): readonly Change[] {
  return comparedIn(runs).flatMap(({ run, base }) => {
    const [own, other] = [measured.get(run.id), measured.get(base.id)];
    const lag = own && lagOf(own);
    return techniquesIn(run.settings).flatMap((technique): Change[] => {
      const [after, before] = [figures[technique](run, own), figures[technique](base, other)];
      if (after === undefined || before === undefined) return [];
      const isTold = lag && (technique === "batchnorm" || technique === "augmentation");
      return [{ run: run.id, technique, baseRun: base.id, base: before, own: after, ...(isTold && { lag }) }];
    });
  });
}

/** How a network reads what it has learned to: moving averages that have not caught up say nothing of that. */
function learnedOf(measures: RunMeasures): Misread {
  return lagOf(measures) && measures.own ? measures.own : measures.misread;
}

/** What shows best what each technique does. */
const figures: Readonly<
  Record<Change["technique"], (run: RunRecord, measures: RunMeasures | undefined) => number | undefined>
> = {
  l2: (_run, measures) => measures?.nearZero,
  l1: (_run, measures) => measures?.nearZero,
  dropout: (_run, measures) => measures?.silent,
  batchnorm: (run, measures) => measures && stepsToLearn(run),
  augmentation: (_run, measures) => measures && learnedOf(measures).moved,
};

/** Steps until a network read most of its training digits. */
function stepsToLearn({ points }: RunRecord): number | undefined {
  return points.find(({ accuracy }) => accuracy >= mostly)?.step;
}
