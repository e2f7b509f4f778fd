import { TrazoError } from "../errors.js";

const N = 624;
const M = 397;
const UPPER_BIT = 0x80000000;
const LOWER_BITS = 0x7fffffff;
const MATRIX_A = 0x9908b0df;

/** The word that takes the place of one, from it, the next and one further on. */
function twisted(key: Uint32Array, at: number, next: number, far: number): number {
  const y = ((key[at] as number) & UPPER_BIT) | ((key[next] as number) & LOWER_BITS);
  // Without a branch, which a processor would foresee wrongly half of the time.
  return (key[far] as number) ^ (y >>> 1) ^ (-(y & 1) & MATRIX_A);
}

/**
 * NumPy's legacy `numpy.random.RandomState(seed)`, bit for bit: the 32-bit Mersenne Twister
 * (Matsumoto & Nishimura 1998, MT19937) with Knuth's one-word seeding and NumPy's mask-and-reject intervals.
 *
 * It exists so that a split with a given `random_state` picks the very samples that scikit-learn picks.
 * For everything else use `randomStream`, which needs no shared state.
 */
export class RandomState {
  readonly #key = new Uint32Array(N);
  #position = N;

  /**
   * @param seed an integer from 0 to 2³²−1
   * @throws TrazoError for any other seed
   */
  constructor(seed: number) {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
      throw new TrazoError(`A NumPy seed is an integer from 0 to 4294967295, but got ${seed}.`);
    }
    this.#key[0] = seed;
    for (let i = 1; i < N; i++) {
      const previous = this.#key[i - 1] as number;
      this.#key[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
  }

  /** The next 32 random bits, as an unsigned integer. */
  nextUint32(): number {
    if (this.#position === N) this.#refill();
    let y = this.#key[this.#position++] as number;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  /** Uniform on [0, 1) with 53 random bits: NumPy's `random_sample()`. */
  uniform(): number {
    const high = this.nextUint32() >>> 5;
    const low = this.nextUint32() >>> 6;
    return (high * 67108864 + low) * 2 ** -53;
  }

  /** Uniform on [low, high): NumPy's `uniform(low, high)`. */
  uniformBetween(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /**
   * A uniform integer from 0 to `max`, both included (`max` < 2³²). Takes one word a try and rejects those above
   * `max`; takes none for `max` = 0.
   */
  interval(max: number): number {
    if (!Number.isInteger(max) || max < 0 || max > 0xffffffff) {
      throw new TrazoError(`interval needs an integer maximum from 0 to 4294967295, but got ${max}.`);
    }
    if (max === 0) return 0;
    const mask = 0xffffffff >>> Math.clz32(max);
    let value: number;
    do {
      value = (this.nextUint32() & mask) >>> 0;
    } while (value > max);
    return value;
  }

  /** A uniform permutation of 0 … n−1: NumPy's `permutation(n)`. */
  permutation(n: number): Int32Array {
    if (!Number.isInteger(n) || n < 0 || n > 0x7fffffff) {
      throw new TrazoError(`permutation needs an integer length from 0 to 2147483647, but got ${n}.`);
    }
    return this.#shuffle(Int32Array.from({ length: n }, (_, i) => i));
  }

  /** A shuffled copy of `values`: NumPy's `permutation(array)`. */
  permuted(values: Int32Array): Int32Array {
    return this.#shuffle(values.slice());
  }

  /** Fisher–Yates from the top, the order in which NumPy draws. */
  #shuffle(values: Int32Array): Int32Array {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.interval(i);
      const kept = values[i] as number;
      values[i] = values[j] as number;
      values[j] = kept;
    }
    return values;
  }

  #refill(): void {
    const key = this.#key;
    for (let i = 0; i < N - M; i++) key[i] = twisted(key, i, i + 1, i + M);
    for (let i = N - M; i < N - 1; i++) key[i] = twisted(key, i, i + 1, i + M - N);
    key[N - 1] = twisted(key, N - 1, 0, M - 1);
    this.#position = 0;
  }
}
