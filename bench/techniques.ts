/**
 * What each technique costs: steps of `fit` on its network, beside those of the network it builds on, here and in Keras,
 * all taking turns in one run.
 *
 *     npx tsx bench/techniques.ts [--threads 2] [--rounds 8] [--steps 30]
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { augmentation } from "../src/practice/techniques/augmentation.js";
import { base } from "../src/practice/techniques/base.js";
import { batchnorm } from "../src/practice/techniques/batchnorm.js";
import { dropout } from "../src/practice/techniques/dropout.js";
import type { ContenderSource } from "./contender.js";
import { fitSteps } from "./fit-steps.js";
import { kerasTechnique, peers } from "./peers.js";
import { runRounds, type Turn } from "./rounds.js";
import { summarise } from "./stats.js";

const kerasBase = peers.find(({ name }) => name.startsWith("Keras tf_keras-fit")) as ContenderSource;

/** Each with the one that it is measured against. */
const pairs: readonly (readonly [ContenderSource, ContenderSource])[] = (() => {
  const ours = { base: fitSteps(base), batchnorm: fitSteps(batchnorm) };
  const theirs = { base: kerasBase, batchnorm: kerasTechnique("batchnorm") };
  return [
    [ours.base, ours.base],
    [fitSteps(dropout), ours.base],
    [ours.batchnorm, ours.base],
    [fitSteps(augmentation), ours.batchnorm],
    [theirs.base, theirs.base],
    [kerasTechnique("dropout"), theirs.base],
    [theirs.batchnorm, theirs.base],
    [kerasTechnique("augmentation"), theirs.batchnorm],
  ];
})();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      threads: { type: "string", default: String(availableParallelism()) },
      rounds: { type: "string", default: "8" },
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
  const median = (source: ContenderSource): number | undefined => {
    const outcome = outcomes.find(({ contender }) => contender === turns.get(source)?.contender);
    if (outcome?.failure) console.error(`${source.name} failed: ${outcome.failure}`);
    return outcome && outcome.durations.length > 0 ? summarise(outcome.durations).median : undefined;
  };
  for (const [source, baseline] of pairs) {
    const [own, against] = [median(source), median(baseline)];
    if (own === undefined || against === undefined) continue;
    const ratio = (own / against).toFixed(2);
    console.log(
      `${source.name.padEnd(34)} ${own.toFixed(2).padStart(7)} ms/step  ${ratio}x ${baseline.name}`,
    );
  }
  await Promise.all([...turns.values()].map(({ contender }) => contender.close()));
}

await main();
