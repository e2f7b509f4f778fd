import { computed, effect, signal } from "@preact/signals";
import { type RunRecord, undistorted } from "../../protocol/messages.js";
import { type TechniqueName, techniqueOf } from "../../protocol/settings.js";
import type { Runs } from "./runs.js";
import type { StudioState } from "./studio.js";

/** Pixels that digits are moved by, to see who reads them still. */
export const movedPixels = 4;
/** The share of the training digits that a network must read to count as having learned the most. */
export const mostly = 0.95;

/** Milliseconds after a training, or the page's opening, before its network is measured. */
const laterMs = 1000;

/** What is measured of a network that has been trained, beyond its curves. */
interface Measures {
  /** The share of the weights between the dense layers that do almost nothing. */
  readonly nearZero: number;
  /** How many neurons of the second dense layer answer to no digit. */
  readonly silent: number;
  /** The share of the test digits, moved a little, that it misreads. */
  readonly moved: number;
}

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

  readonly #studio: StudioState;
  readonly #measured = signal<ReadonlyMap<number, Measures>>(new Map());
  /** Runs that are being measured, or could not be. */
  readonly #asked = new Set<number>();

  constructor(studio: StudioState) {
    this.#studio = studio;
    effect(() => {
      const missing = [...lastOf(studio.runs.value).values()]
        .map(({ id }) => id)
        .filter((id) => !this.#asked.has(id));
      if (missing.length === 0) return;
      for (const id of missing) this.#asked.add(id);
      // What the page shows first is read first.
      setTimeout(() => void this.#measure(missing), laterMs);
    });
  }

  async #measure(ids: readonly number[]): Promise<void> {
    const subject = { kind: "digit", index: 0 } as const;
    const moved = await this.#studio.ask("readTest", { distortion: { ...undistorted, right: movedPixels } });
    if (!moved) return;
    const { labels } = moved;
    const found = new Map<number, Measures>();
    for (const id of ids) {
      const read = moved.runs.find(({ run }) => run === id)?.read;
      const inside = await this.#studio.ask("inside", { run: id, subject, distortion: undistorted });
      if (!read || !inside) continue;
      const wrong = read.filter((digit, i) => digit !== labels[i]).length;
      const { weights, working } = inside;
      found.set(id, { nearZero: weights.nearZero, silent: working.silent, moved: wrong / labels.length });
    }
    this.#measured.value = new Map([...this.#measured.value, ...found]);
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

function changesOf(runs: Runs, measured: ReadonlyMap<number, Measures>): readonly Change[] {
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
  Record<Change["technique"], (run: RunRecord, measures: Measures | undefined) => number | undefined>
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
