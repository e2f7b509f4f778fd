import { sizeOf } from "../tensor.js";

/** Means and biased variances. */
export interface Moments {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/**
 * Means and variances of samples that are seen one after the other, one of each for every place along some axes. Sums of
 * differences from the first sample's values, so that a large mean costs no digits.
 */
export class MomentSums {
  /** For each value of a sample, whose mean it counts for. */
  readonly #places: Int32Array;
  readonly #divisor: number;
  readonly #shifts: Float64Array;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  #samples = 0;

  /**
   * @param sample the shape of a sample
   * @param kept the axes of a sample that keep a mean each, in ascending order
   */
  constructor(sample: readonly number[], kept: readonly number[], divisor = 1) {
    this.#places = placesAlong(sample, kept);
    this.#divisor = divisor;
    const count = sizeOf(kept.map((axis) => sample[axis] as number));
    this.#shifts = new Float64Array(count);
    this.#sums = new Float64Array(count);
    this.#squares = new Float64Array(count);
  }

  /** Takes in whole samples. */
  add(values: ArrayLike<number | bigint>): void {
    const size = this.#places.length;
    const valueAt = (i: number): number => Number(values[i]) / this.#divisor;
    if (this.#samples === 0 && values.length > 0) {
      for (let i = size - 1; i >= 0; i--) this.#shifts[this.#places[i] as number] = valueAt(i);
    }
    for (let i = 0; i < values.length; i++) {
      const place = this.#places[i % size] as number;
      const difference = valueAt(i) - (this.#shifts[place] as number);
      this.#sums[place] = (this.#sums[place] as number) + difference;
      this.#squares[place] = (this.#squares[place] as number) + difference * difference;
    }
    this.#samples += values.length / size;
  }

  get moments(): Moments {
    const count = (this.#samples * this.#places.length) / this.#shifts.length;
    const mean = new Float32Array(this.#shifts.length);
    const variance = new Float32Array(this.#shifts.length);
    for (const [place, shift] of this.#shifts.entries()) {
      const difference = (this.#sums[place] as number) / count;
      mean[place] = shift + difference;
      variance[place] = Math.max(0, (this.#squares[place] as number) / count - difference * difference);
    }
    return { mean, variance };
  }
}

/** For each value of a sample, row-major, its place among those along some axes. */
function placesAlong(sample: readonly number[], kept: readonly number[]): Int32Array {
  const places = new Int32Array(sizeOf(sample));
  for (let i = 0; i < places.length; i++) {
    let [rest, place, weight] = [i, 0, 1];
    for (let axis = sample.length - 1; axis >= 0; axis--) {
      const length = sample[axis] as number;
      if (kept.includes(axis)) {
        place += (rest % length) * weight;
        weight *= length;
      }
      rest = Math.floor(rest / length);
    }
    places[i] = place;
  }
  return places;
}
