import { setTimeout } from "node:timers/promises";
import { randomStream } from "../packages/trazo/src/random/derive.js";
import type { Contender } from "./contender.js";

export interface Turn {
  readonly contender: Contender;
  /** Steps that count in each round. */
  readonly steps: number;
  /** Steps before them that do not: the others have had the caches. */
  readonly warmUp?: number;
  /** Rounds including the first, which is dropped: it warms up and compiles. */
  readonly rounds: number;
}

export interface Outcome {
  readonly contender: Contender;
  readonly durations: readonly number[];
  /** Why it dropped out, if it did; what it had measured until then remains. */
  readonly failure?: string;
}

/**
 * Contenders take turns, in rounds, each round in another order: whatever the machine does meanwhile (other work,
 * clock rates), then falls on all of them alike.
 *
 * @param restMs pause before each turn: threads of OpenMP and MKL go on spinning for some 0.2 s after their last work,
 *   and would take a processor from whoever comes next
 */
export async function runRounds(
  turns: readonly Turn[],
  onRound: (round: number, of: number) => void = () => {},
  restMs = 0,
): Promise<Outcome[]> {
  const durations = new Map<Turn, number[]>(turns.map((turn) => [turn, []]));
  const failures = new Map<Turn, string>();
  const rounds = Math.max(0, ...turns.map((turn) => turn.rounds));
  for (let round = 0; round < rounds; round++) {
    onRound(round, rounds);
    for (const index of randomStream(0, "bench", round).permutation(turns.length)) {
      const turn = turns[index] as Turn;
      if (round >= turn.rounds || failures.has(turn)) continue;
      try {
        if (restMs > 0) await setTimeout(restMs);
        const warmUp = turn.warmUp ?? 0;
        const measured = await turn.contender.steps(warmUp + turn.steps);
        if (round > 0) durations.get(turn)?.push(...measured.slice(warmUp));
      } catch (error) {
        failures.set(turn, (error as Error).message);
      }
    }
  }
  return turns.map((turn) => {
    const failure = failures.get(turn);
    const outcome = { contender: turn.contender, durations: durations.get(turn) ?? [] };
    return failure === undefined ? outcome : { ...outcome, failure };
  });
}
