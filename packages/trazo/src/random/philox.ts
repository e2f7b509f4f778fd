import { TrazoError } from "../errors.js";
import type { RandomStream } from "./stream.js";

const ROUNDS = 10;
const M0_HIGH = 0xd251;
const M0_LOW = 0x1f53;
const M0 = 0xd2511f53;
const M1_HIGH = 0xcd9e;
const M1_LOW = 0x8d57;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/**
 * One block of Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011):
 * 128 counter bits and 64 key bits to 128 random bits, written to `out[0..3]`. `out` may be where the counter came from.
 */
export function philox4x32(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  out: Uint32Array,
): void {
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(c0, M0_HIGH, M0_LOW);
    const low0 = Math.imul(c0, M0);
    const high1 = multiplyHigh(c2, M1_HIGH, M1_LOW);
    const low1 = Math.imul(c2, M1);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + W0) | 0;
    k1 = (k1 + W1) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** The upper 32 bits of the 64-bit product of `a` and a constant given in two 16-bit halves, in integer arithmetic only. */
function multiplyHigh(a: number, high: number, low: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const middle = (Math.imul(aHigh, low) + (Math.imul(aLow, low) >>> 16)) | 0;
  const carry = (Math.imul(aLow, high) + (middle & 0xffff)) | 0;
  return (Math.imul(aHigh, high) + (middle >>> 16) + (carry >>> 16)) | 0;
}

/**
 * A stream of Philox blocks: the key and the upper half of the counter choose the stream, the lower half of the
 * counter runs. 2⁶⁴ blocks of four words fit in a stream, and streams of different names share none.
 */
export class PhiloxStream implements RandomStream {
  readonly #key0: number;
  readonly #key1: number;
  readonly #name0: number;
  readonly #name1: number;
  readonly #words = new Uint32Array(4);
  #blockLow = 0;
  #blockHigh = 0;
  #position = 4;
  #spareNormal: number | undefined;

  /** @param key two 32-bit words (the seed) @param name two 32-bit words (which of the seed's streams) */
  constructor(key: readonly [number, number], name: readonly [number, number]) {
    this.#key0 = key[0] | 0;
    this.#key1 = key[1] | 0;
    this.#name0 = name[0] | 0;
    this.#name1 = name[1] | 0;
  }

  nextUint32(): number {
    if (this.#position === 4) this.#refill();
    return this.#words[this.#position++] as number;
  }

  uniform(): number {
    const high = this.nextUint32() >>> 5;
    const low = this.nextUint32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** Box and Muller (1958): two uniforms give two normals; the second is kept for the next call. */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    // 1 - u lies in (0, 1], so the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** Fisher–Yates with mask-and-reject intervals, so every permutation is equally likely. */
  permutation(n: number): Int32Array {
    if (!Number.isInteger(n) || n < 0 || n > 0x7fffffff) {
      throw new TrazoError(`permutation needs an integer length from 0 to 2147483647, but got ${n}.`);
    }
    const values = new Int32Array(n);
    for (let i = 0; i < n; i++) values[i] = i;
    for (let i = n - 1; i > 0; i--) {
      const j = this.#interval(i);
      const kept = values[i] as number;
      values[i] = values[j] as number;
      values[j] = kept;
    }
    return values;
  }

  /** A uniform integer from 0 to `max`, both included, for 0 < max < 2³¹. */
  #interval(max: number): number {
    const mask = 0xffffffff >>> Math.clz32(max);
    let value: number;
    do {
      value = this.nextUint32() & mask;
    } while (value > max);
    return value;
  }

  #refill(): void {
    philox4x32(
      this.#blockLow,
      this.#blockHigh,
      this.#name0,
      this.#name1,
      this.#key0,
      this.#key1,
      this.#words,
    );
    this.#blockLow = (this.#blockLow + 1) | 0;
    if (this.#blockLow === 0) this.#blockHigh = (this.#blockHigh + 1) | 0;
    this.#position = 0;
  }
}
