import type { Point } from "./panel.js";

/** Points of all epochs together that a curve has at most, about: more would take long to draw and cannot be told apart. */
const wantedPoints = 400;
const fewestPerEpoch = 8;

/** Values of losses and metrics while epochs run, a line for each epoch. */
export class WithinEpochs {
  readonly lines = new Map<string, Point[][]>();
  readonly #perEpoch: number;
  #epoch: number | undefined;

  constructor(epochs: number) {
    this.#perEpoch = Math.max(fewestPerEpoch, Math.floor(wantedPoints / Math.max(1, epochs)));
  }

  /**
   * @param step from 1
   * @param steps of the epoch; 0 where that is not known, and nothing can be drawn
   */
  add(epoch: number, step: number, steps: number, logs: Readonly<Record<string, number>>): void {
    if (steps === 0) return;
    const every = Math.max(1, Math.floor(steps / this.#perEpoch));
    const isFirst = epoch !== this.#epoch;
    if (!isFirst && step % every !== 0 && step !== steps) return;
    this.#epoch = epoch;
    for (const [key, y] of Object.entries(logs)) {
      const lines = this.lines.get(key) ?? [];
      this.lines.set(key, lines);
      if (isFirst) lines.push([]);
      lines.at(-1)?.push({ x: epoch + step / steps, y });
    }
  }
}
