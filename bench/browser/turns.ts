import type { Contender, Task } from "./contender.js";

/** Milliseconds of a step by name, one for each turn; or why there are none. */
export type Times = Record<string, number[] | string>;

/** Who takes longer, in milliseconds, for the first step takes one turn only, of one step. */
const slow = 10_000;

interface Entrant {
  readonly name: string;
  readonly contender: Contender;
  /** Steps of a turn. */
  readonly count: number;
  readonly isSlow: boolean;
}

/** Networks that are trained in turns. */
export class Turns {
  readonly times: Times = {};
  /** After the first step. */
  readonly losses: Record<string, number> = {};
  readonly #entrants: Entrant[] = [];
  #taken = 0;

  /**
   * Makes a network and has it take its first steps, which take longer than others.
   *
   * @param milliseconds of a turn, about
   */
  async enter(
    name: string,
    make: (task: Task) => Promise<Contender> | Contender,
    task: Task,
    milliseconds: number,
  ): Promise<void> {
    try {
      const contender = await make(task);
      const step = (): Promise<number> => contender.steps(1);
      const first = async (): Promise<void> => {
        this.losses[name] = await step();
      };
      const isSlow = (await timed(first)) > slow;
      if (!isSlow) await step();
      const count = isSlow ? 1 : Math.max(1, Math.round(milliseconds / (await timed(step))));
      this.#entrants.push({ name, contender, count, isSlow });
      this.times[name] = [];
    } catch (error) {
      this.times[name] = String((error as Error).message ?? error).split("\n")[0] as string;
    }
  }

  /** A turn of each, one after the other. */
  async take(): Promise<void> {
    for (const { name, contender, count, isSlow } of this.#entrants) {
      if (isSlow && this.#taken > 0) continue;
      const time = await timed(() => contender.steps(count));
      (this.times[name] as number[]).push(time / count);
    }
    this.#taken++;
  }
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}
