import { availableParallelism } from "node:os";
import { parseArgs } from "./command.js";
import type { ContenderSource } from "./contender.js";
import { runRounds, type Turn } from "./rounds.js";
import { median } from "./stats.js";

/** A contender and the one that it is measured against. */
export type Pair = readonly [ContenderSource, ContenderSource];

/** Lets all first members of the pairs take turns in one run and prints each one's time against its second member's. */
export async function comparePairs(pairs: readonly Pair[]): Promise<void> {
  const { values } = parseArgs({
    options: {
      threads: { type: "string", default: String(availableParallelism()) },
      rounds: { type: "string", default: "16" },
      steps: { type: "string", default: "30" },
    },
  });
  const [threads, rounds, steps] = [Number(values.threads), Number(values.rounds), Number(values.steps)];
  const turns = new Map<ContenderSource, Turn>();
  for (const [source] of pairs) {
    const started = await source.start(threads);
    if (started.status === "ready")
      turns.set(source, { contender: started.contender, steps, warmUp: 10, rounds });
    else console.error(`${source.name}: ${started.status} (${started.reason})`);
  }
  const outcomes = await runRounds(
    [...turns.values()],
    (round, of) => console.error(`round ${round + 1} of ${of}`),
    500,
  );
  /** The median step of each round. */
  const medians = (source: ContenderSource): number[] => {
    const outcome = outcomes.find(({ contender }) => contender === turns.get(source)?.contender);
    if (outcome?.failure) console.error(`${source.name} failed: ${outcome.failure}`);
    const durations = outcome?.durations ?? [];
    return Array.from({ length: Math.floor(durations.length / steps) }, (_, round) =>
      median(durations.slice(round * steps, (round + 1) * steps)),
    );
  };
  for (const [source, baseline] of pairs) {
    const [own, against] = [medians(source), medians(baseline)];
    const complete = Math.min(own.length, against.length);
    if (complete === 0) continue;
    // Round by round: what slows the machine down for a while slows both down.
    const ratio = median(own.slice(0, complete).map((time, i) => time / (against[i] as number)));
    const time = median(own).toFixed(2).padStart(7);
    console.log(`${source.name.padEnd(48)} ${time} ms/step  ${ratio.toFixed(2)}x ${baseline.name}`);
  }
  await Promise.all([...turns.values()].map(({ contender }) => contender.close()));
}
