import { TrazoError } from "../../errors.js";
import { type Command, Control, OthersAreSilent, OtherThreadFailed } from "./control.js";
import type { Letter, StartThread, Thread } from "./thread.js";

/** Settings of a crew. */
export interface CrewSettings {
  /** How many threads do the work. */
  readonly threads: number;
  /** The caller is the first of them; else it stays free while the others work. */
  readonly isJoined: boolean;
  readonly start: StartThread;
  /**
   * Milliseconds for which a caller that is one of them waits while none of the others does a step: after these they are taken for dead.
   * Default 60,000: a step takes some milliseconds.
   */
  readonly patience?: number | undefined;
}

/** A letter to all threads but for what the crew itself decides. */
export type Announcement = Exclude<Letter, { kind: "start" | "end" }>;

/**
 * Threads that do the same work together over one memory, each its part. They sleep when there is none. A crew serves one memory and
 * ends with it: threads that sleep collect no garbage, and would keep it.
 */
export class Crew {
  readonly threads: number;
  readonly isJoined: boolean;
  readonly #patience: number;
  readonly #control: Control;
  readonly #members: readonly Thread[];
  readonly #ready: Promise<void>;
  #isReady = false;
  #turn: Promise<unknown> = Promise.resolve();
  #lost: TrazoError | undefined;
  /** Told when a thread is done with a run, or lost. */
  #heard: () => void = () => {};
  #done = 0;
  #nextId = 1;

  constructor({ threads, isJoined, start, patience = 60_000 }: CrewSettings) {
    this.#patience = patience;
    this.threads = threads;
    this.isJoined = isJoined;
    this.#control = new Control(threads);
    const numbers = Array.from({ length: threads }, (_, thread) => thread).slice(isJoined ? 1 : 0);
    const members: Thread[] = [];
    this.#members = members;
    this.#ready = Promise.all(
      numbers.map(
        (thread) =>
          new Promise<void>((resolve, reject) => {
            const member = start(
              ({ kind }) => {
                if (kind === "ready") resolve();
                else this.#done++;
                this.#heard();
              },
              (reason) => {
                reject(
                  this.#lose(
                    `Thread ${thread + 1} of the ${threads} that compute this model's steps has ended: ${reason}.`,
                  ),
                );
                this.#heard();
              },
            );
            member.hold(true);
            member.post({ kind: "start", thread, threads, control: this.#control.memory, isJoined });
            members.push(member);
          }),
      ),
    ).then(() => {
      this.#isReady = true;
      this.#hold(false);
    });
    // `ready` and the runs that await it report the error.
    this.#ready.catch(() => {});
  }

  /** Settles when all threads are there. */
  ready(): Promise<void> {
    return this.#ready;
  }

  /** Whether all threads are there: before, a caller that waits for them could wait forever, as its page may have to turn for them to start. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** A number for something to be announced. */
  newId(): number {
    return this.#nextId++;
  }

  announce(letter: Announcement): void {
    if (this.#lost) return;
    for (const member of this.#members) member.post(letter);
    this.#control.announceLetter();
  }

  /**
   * Waits for the others at a point of a run to which all come.
   *
   * @throws OtherThreadFailed when one will not
   */
  readonly meet = (): void => this.#control.meet(this.#patience);

  /** See `Control`. */
  take(thread: number): number {
    return this.#control.take(thread);
  }

  /**
   * Lets all threads and the caller do the parts that there are, and waits for the last: every thread's part ends with a meeting.
   *
   * @throws TrazoError when one is gone, or fails
   */
  run(command: Command, own: () => void): void {
    this.#requireAll();
    this.#control.start(command);
    try {
      own();
    } catch (error) {
      throw this.#settled(error as Error);
    }
  }

  /** What to throw for a run that failed, when all have left it. */
  #settled(error: Error): Error {
    try {
      if (error instanceof OthersAreSilent) throw error;
      if (!(error instanceof OtherThreadFailed)) this.#control.fail(0, error.message);
      this.#control.awaitEnd(this.#members.length, this.#patience);
    } catch {
      const seconds = this.#patience / 1000;
      return this.#lose(
        `The threads that compute this model's steps, ${this.threads} with the caller's, have done nothing for ${seconds} seconds while a step waited for them.`,
      );
    }
    const reason = this.#control.settle();
    return error instanceof OtherThreadFailed ? new Error(reason) : error;
  }

  /** The same for a crew in which the caller has no part. Runs take turns. */
  runBeside(command: Command): Promise<void> {
    const run = this.#turn.then(() => this.#runBeside(command));
    this.#turn = run.catch(() => {});
    return run;
  }

  /**
   * Lets all threads pass over their shares of a stream's arrays.
   *
   * @param own gives the sum of the caller's share
   * @returns the sum of all shares
   */
  runStream(command: Command, own: () => number): number {
    this.run(command, () => {
      this.#control.giveSum(0, own());
      this.meet();
    });
    return this.#control.sum;
  }

  /** Ends the threads once they have put away what they hold. */
  async end(): Promise<void> {
    await this.#turn;
    await this.#ready.catch(() => {});
    if (this.#lost) {
      for (const member of this.#members) member.end();
      return;
    }
    this.#lost = new TrazoError("The threads that compute this model's steps were ended with it.");
    for (const member of this.#members) member.post({ kind: "end" });
    this.#control.announceLetter();
  }

  async #runBeside(command: Command): Promise<void> {
    this.#requireAll();
    this.#done = 0;
    this.#hold(true);
    try {
      await new Promise<void>((resolve) => {
        this.#heard = () => {
          if (this.#lost || this.#done === this.#members.length) resolve();
        };
        this.#control.start(command);
      });
    } finally {
      this.#heard = () => {};
      this.#hold(false);
    }
    this.#requireAll();
    if (this.#control.hasFailed) throw new Error(this.#control.settle());
  }

  /** Nothing can be computed any more: the others would wait for whoever is missing. The first reason stays. */
  #lose(reason: string): TrazoError {
    this.#lost ??= new TrazoError(
      `${reason} Make a new runtime, and the model with it, to continue; with threads: 1 there are no such threads.`,
    );
    for (const member of this.#members) member.end();
    return this.#lost;
  }

  #hold(isBusy: boolean): void {
    for (const member of this.#members) member.hold(isBusy);
  }

  #requireAll(): void {
    if (this.#lost) throw this.#lost;
  }
}
