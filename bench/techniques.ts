/**
 * What each technique costs: steps of `fit` on its network, beside those of the network it builds on, here and in Keras,
 * all taking turns in one run.
 *
 *     npx tsx bench/techniques.ts [--threads 2] [--rounds 16] [--steps 30]
 */
import { augmentation, base, batchnorm, dropout, l2 } from "@trazo/practice";
import type { ContenderSource } from "./contender.js";
import { fitSteps } from "./fit-steps.js";
import { comparePairs, type Pair } from "./pairs.js";
import { kerasTechnique, peers } from "./peers.js";

const kerasBase = peers.find(({ name }) => name.startsWith("Keras tf_keras-fit")) as ContenderSource;

const pairs: readonly Pair[] = (() => {
  const ours = { base: fitSteps(base), batchnorm: fitSteps(batchnorm) };
  const theirs = { base: kerasBase, batchnorm: kerasTechnique("batchnorm") };
  return [
    [ours.base, ours.base],
    [fitSteps(l2), ours.base],
    [fitSteps(dropout), ours.base],
    [ours.batchnorm, ours.base],
    [fitSteps(augmentation), ours.batchnorm],
    [theirs.base, theirs.base],
    [kerasTechnique("dropout"), theirs.base],
    [theirs.batchnorm, theirs.base],
    [kerasTechnique("augmentation"), theirs.batchnorm],
  ];
})();

await comparePairs(pairs);
