import { TrazoError } from "../../errors.js";
import { betweenSteps, Looking, withinStep } from "./looking.js";

/** Words of the shared memory, each on a cache line of its own where threads write to it at the same time. */
const line = 16;
const at = { wake: 0, letters: line, runs: 2 * line, arrived: 3 * line, round: 4 * line } as const;
const ended = 5 * line;
const failed = 6 * line;
const command = 7 * line;
const words = 10 * line;
const scalarsAt = 4 * words;
const scalarCount = 32;
const sumsAt = scalarsAt + 8 * scalarCount;
/** As many as `nodeRuntime` takes. */
const mostThreads = 256;
const textAt = sumsAt + 8 * mostThreads;
const textBytes = 2000;
/** A word per thread, on a cache line of its own, and as many again. */
const beatsAt = Math.ceil((textAt + textBytes) / (4 * line)) * 4 * line;

/** What all threads of a crew are to do next. */
export interface Command {
  /** The number of what was made known under it: a program, or a stream. */
  readonly id: number;
  /** Samples, or values. */
  readonly count: number;
  /** Addresses of a stream's arrays. */
  readonly addresses?: readonly number[];
  readonly scalars?: readonly number[];
}

/** Thrown in a thread that would wait for one that failed. */
export class OtherThreadFailed extends Error {}

/** Thrown in a thread that has waited long for others none of which does anything any more. */
export class OthersAreSilent extends Error {}

/** In so many pieces: a process that was stopped for a while, as by a lid that was closed, has lost one of them. */
const piecesOfPatience = 20;

/**
 * The memory by which a crew's threads are told what to do and wait for each other. A thread that waits
 * looks again and again for a moment only, then it sleeps.
 */
export class Control {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #scalars: Float64Array<SharedArrayBuffer>;
  readonly #sums: Float64Array<SharedArrayBuffer>;
  readonly #text: Uint8Array<SharedArrayBuffer>;
  readonly #beats: Int32Array<SharedArrayBuffer>;
  readonly #taken: Int32Array<SharedArrayBuffer>;
  readonly #threads: number;
  readonly #meeting = new Looking(withinStep);
  readonly #resting = new Looking(betweenSteps);

  /** @param threads how many of them meet */
  constructor(threads: number, memory = new SharedArrayBuffer(beatsAt + 2 * 4 * line * threads)) {
    this.memory = memory;
    this.#threads = threads;
    this.#words = new Int32Array(memory, 0, words);
    this.#scalars = new Float64Array(memory, scalarsAt, scalarCount);
    this.#sums = new Float64Array(memory, sumsAt, mostThreads);
    this.#text = new Uint8Array(memory, textAt, textBytes);
    this.#beats = new Int32Array(memory, beatsAt, line * threads);
    this.#taken = new Int32Array(memory, beatsAt + 4 * line * threads, line * threads);
  }

  /** Letters that were sent so far. */
  get letters(): number {
    return Atomics.load(this.#words, at.letters);
  }

  get runs(): number {
    return Atomics.load(this.#words, at.runs);
  }

  /** Says that every thread has a letter waiting. */
  announceLetter(): void {
    Atomics.add(this.#words, at.letters, 1);
    this.#wake();
  }

  /** @throws TrazoError when there is no room for that many numbers */
  start({ id, count, addresses = [], scalars = [] }: Command): void {
    if (addresses.length > 2 * line - 4 || scalars.length > scalarCount) {
      throw new TrazoError(
        `Threads take at most ${2 * line - 4} arrays and ${scalarCount} numbers at a time, ` +
          `but got ${addresses.length} and ${scalars.length}.`,
      );
    }
    this.#words.set([id, count, addresses.length, scalars.length, ...addresses], command);
    this.#scalars.set(scalars);
    Atomics.add(this.#words, at.runs, 1);
    this.#wake();
  }

  get command(): Required<Command> {
    const [id = 0, count = 0, addresses = 0, scalars = 0] = this.#words.subarray(command);
    const from = command + 4;
    return {
      id,
      count,
      addresses: Array.from(this.#words.subarray(from, from + addresses)),
      scalars: Array.from(this.#scalars.subarray(0, scalars)),
    };
  }

  /** What a thread's share of a stream sums up to. */
  giveSum(thread: number, sum: number): void {
    this.#sums[thread] = sum;
  }

  /** Of all shares, always in the same order. */
  get sum(): number {
    return this.#sums.subarray(0, this.#threads).reduce((sum, one) => sum + one, 0);
  }

  /** Rests until there is another letter than `letters`, or another run than `runs`. */
  rest(letters: number, runs: number): void {
    const hasCome = (): boolean => this.letters !== letters || this.runs !== runs;
    this.#resting.until(hasCome, () => {
      for (;;) {
        const before = Atomics.load(this.#words, at.wake);
        if (hasCome()) return;
        Atomics.wait(this.#words, at.wake, before);
      }
    });
  }

  /** Says that a thread is doing something. */
  beat(thread: number): void {
    Atomics.add(this.#beats, thread * line, 1);
  }

  /**
   * Takes the next of a thread's parts.
   *
   * @returns how many of them were taken since the threads last met
   */
  take(thread: number): number {
    return Atomics.add(this.#taken, thread * line, 1);
  }

  /**
   * Waits until all threads have come here.
   *
   * @param patience milliseconds to wait while no thread does anything. Default: any time
   * @throws OtherThreadFailed when one will not
   * @throws OthersAreSilent when patience is at an end
   */
  meet(patience = Number.POSITIVE_INFINITY): void {
    const own = this.#words;
    const round = Atomics.load(own, at.round);
    this.#requireAll();
    if (Atomics.add(own, at.arrived, 1) + 1 === this.#threads) {
      Atomics.store(own, at.arrived, 0);
      this.#putBack();
      Atomics.add(own, at.round, 1);
      Atomics.notify(own, at.round);
      return;
    }
    this.#meeting.until(
      () => Atomics.load(own, at.round) !== round,
      () => this.#waitUntil(at.round, (now) => now !== round, patience),
    );
    this.#requireAll();
  }

  /** Says that a thread leaves a run before its end, and lets the others go. The first reason is kept. */
  fail(thread: number, reason: string): void {
    if (Atomics.compareExchange(this.#words, failed, 0, thread + 1) === 0) {
      const bytes = new TextEncoder().encode(reason).subarray(0, textBytes - 1);
      this.#text.fill(0);
      this.#text.set(bytes);
    }
    Atomics.add(this.#words, at.round, 1);
    Atomics.notify(this.#words, at.round);
  }

  /** Says that a thread is done with a run, whether it failed or not. */
  end(): void {
    Atomics.add(this.#words, ended, 1);
    Atomics.notify(this.#words, ended);
  }

  get hasFailed(): boolean {
    return Atomics.load(this.#words, failed) !== 0;
  }

  /**
   * Sleeps until `threads` of them are done with the last run.
   *
   * @throws OthersAreSilent as `meet`
   */
  awaitEnd(threads: number, patience = Number.POSITIVE_INFINITY): void {
    // The words count on from the largest number with the smallest.
    const all = Math.imul(threads, this.runs);
    this.#waitUntil(ended, (now) => now === all, patience);
  }

  /**
   * After a run in which a thread failed, and which all have left: makes ready for the next.
   *
   * @returns the reason
   */
  settle(): string {
    const text = this.#text.slice();
    Atomics.store(this.#words, at.arrived, 0);
    this.#putBack();
    Atomics.store(this.#words, failed, 0);
    return new TextDecoder().decode(text.subarray(0, text.indexOf(0)));
  }

  #waitUntil(word: number, isReached: (now: number) => boolean, patience: number): void {
    let silent = 0;
    let heard = this.#heard;
    for (let now = Atomics.load(this.#words, word); !isReached(now); now = Atomics.load(this.#words, word)) {
      if (Atomics.wait(this.#words, word, now, patience / piecesOfPatience) !== "timed-out") continue;
      const before = heard;
      heard = this.#heard;
      silent = heard === before ? silent + 1 : 0;
      if (silent === piecesOfPatience) throw new OthersAreSilent();
    }
  }

  /** Changes as long as any thread does something. */
  get #heard(): number {
    return this.#beats.reduce((sum, _, i, beats) => (sum + Atomics.load(beats, i)) | 0, 0);
  }

  /** No part is taken. */
  #putBack(): void {
    for (let thread = 0; thread < this.#threads; thread++) Atomics.store(this.#taken, thread * line, 0);
  }

  #requireAll(): void {
    if (this.hasFailed) throw new OtherThreadFailed();
  }

  #wake(): void {
    Atomics.add(this.#words, at.wake, 1);
    Atomics.notify(this.#words, at.wake);
  }
}
