import { adam } from "../../src/optimizers/adam.js";
import type { OptimizerOptions } from "../../src/optimizers/common-options.js";
import type { Optimizer } from "../../src/optimizers/optimizer.js";
import { rmsprop } from "../../src/optimizers/rmsprop.js";
import { sgd } from "../../src/optimizers/sgd.js";
import { type ReferenceRule, referenceAdam, referenceRmsprop, referenceSgd } from "./reference.js";

export interface Case {
  readonly name: string;
  make(options?: OptimizerOptions): Optimizer;
  readonly rule: ReferenceRule;
}

const rate = 0.01;

/** Every rule that has a kernel of its own, with rates that make the changes well visible in float32. */
export const cases: readonly Case[] = [
  {
    name: "adam",
    make: (options) => adam({ learningRate: rate, ...options }),
    rule: referenceAdam({ rate }),
  },
  {
    name: "adam, amsgrad",
    make: (options) => adam({ learningRate: rate, amsgrad: true, beta2: 0.9, ...options }),
    rule: referenceAdam({ rate, amsgrad: true, beta2: 0.9 }),
  },
  { name: "sgd", make: (options) => sgd({ learningRate: rate, ...options }), rule: referenceSgd({ rate }) },
  {
    name: "sgd, momentum",
    make: (options) => sgd({ learningRate: rate, momentum: 0.9, ...options }),
    rule: referenceSgd({ rate, momentum: 0.9 }),
  },
  {
    name: "sgd, nesterov",
    make: (options) => sgd({ learningRate: rate, momentum: 0.9, nesterov: true, ...options }),
    rule: referenceSgd({ rate, momentum: 0.9, nesterov: true }),
  },
  ...[false, true].flatMap((centered) =>
    [0, 0.8].map((momentum) => ({
      name: `rmsprop, momentum ${momentum}${centered ? ", centered" : ""}`,
      make: (options?: OptimizerOptions) =>
        rmsprop({ learningRate: rate, momentum, centered, epsilon: 1e-3, ...options }),
      rule: referenceRmsprop({ rate, momentum, centered, epsilon: 1e-3 }),
    })),
  ),
];
