/** A setting's value at a rung; undefined where it failed there. */
export interface RungValue {
  readonly setting: number;
  readonly value: number | undefined;
}

/** What is to be done next: a setting trained up to a rung. */
export interface Promotion {
  readonly setting: number;
  readonly rung: number;
}

/**
 * Asynchronous successive halving (Li et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020, algorithm 2): nobody
 * waits for a rung to be complete. A setting is promoted as soon as it is among the best of those that have reached its rung, one in
 * `factor`; where nothing can be promoted a new setting begins.
 */
export class Halving {
  /** Epochs of each rung; the last one is the whole run. */
  readonly rungs: readonly number[];
  readonly #factor: number;
  readonly #count: number;
  readonly #isBetter: (a: number, b: number) => boolean;
  readonly #reached: RungValue[][];
  readonly #promoted: Set<number>[];
  #begun = 0;

  /**
   * @param count settings, which begin in their order
   * @param isBetter whether the first of two values is better
   */
  constructor(
    count: number,
    rungs: readonly number[],
    factor: number,
    isBetter: (a: number, b: number) => boolean,
  ) {
    this.rungs = rungs;
    this.#factor = factor;
    this.#count = count;
    this.#isBetter = isBetter;
    this.#reached = rungs.map(() => []);
    this.#promoted = rungs.map(() => new Set());
  }

  /** The next thing to do; undefined where everything waits for something, or nothing is left. */
  next(): Promotion | undefined {
    for (let rung = this.rungs.length - 2; rung >= 0; rung--) {
      const promoted = this.#promoted[rung] as Set<number>;
      const found = this.#best(rung).find(({ setting }) => !promoted.has(setting));
      if (!found) continue;
      promoted.add(found.setting);
      return { setting: found.setting, rung: rung + 1 };
    }
    return this.#begun < this.#count ? { setting: this.#begun++, rung: 0 } : undefined;
  }

  report(rung: number, value: RungValue): void {
    this.#reached[rung]?.push(value);
  }

  /** The best of those that have reached a rung, one in `factor`, best first. */
  #best(rung: number): RungValue[] {
    const reached = this.#reached[rung] as RungValue[];
    const usable = reached.filter(
      (one): one is { setting: number; value: number } => one.value !== undefined,
    );
    const sorted = usable.sort((a, b) =>
      this.#isBetter(a.value, b.value) ? -1 : this.#isBetter(b.value, a.value) ? 1 : a.setting - b.setting,
    );
    return sorted.slice(0, Math.floor(reached.length / this.#factor));
  }
}

/** `minEpochs`, then each time `factor` times as many, up to all. */
export function rungsOf(minEpochs: number, factor: number, epochs: number): number[] {
  const rungs: number[] = [];
  for (let rung = minEpochs; rung < epochs; rung *= factor) rungs.push(rung);
  return [...rungs, epochs];
}
