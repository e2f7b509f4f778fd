import { TrazoError } from "../errors.js";
import { Graph } from "../graph/graph.js";
import { add, mul, sign, sub } from "../graph/ops.js";
import type { Value } from "../graph/value.js";
import type { Stream } from "../kernels/emit/stream.js";
import type { Kernels } from "../kernels/kernels.js";
import { BoundStreams } from "./bound-streams.js";
import type { Optimizer, UpdatePass, VariableSpan } from "./optimizer.js";
import { scalar } from "./scalar.js";
import { withoutGuards } from "./without-guards.js";

/** What has to be known of an optimizer for its kernels to be made. */
export type Formula = Pick<Optimizer, "className" | "slots" | "scalars" | "formula">;

/** Which penalties have a part in the gradient. L1 comes with L2. */
type Penalized = "" | "l2" | "l1 l2";

/** What all passes of a step take alike. */
export interface Numbers {
  readonly scalars: Readonly<Record<string, number>>;
  /** The share of the weights that is taken away before the update. */
  readonly decay: number;
  /** Whether what has become too small of the slots is stored as 0. */
  readonly guards: boolean;
}

/**
 * The kernels of one optimizer, made from its formula when they are first used: one per combination of penalties and decay,
 * so that unused penalties and decay cost nothing.
 */
export class UpdateKernels {
  readonly #formula: Formula;
  readonly #streams = new BoundStreams();

  constructor(formula: Formula) {
    this.#formula = formula;
  }

  /**
   * Updates one variable in place.
   *
   * @returns the penalty, at the weights before the update
   * @throws TrazoError when the variable is laid out for other slots, and for a formula that is not element-wise
   */
  run(kernels: Kernels, { p, g, slots, length, l1, l2 }: VariableSpan, numbers: Numbers): number {
    const { className, slots: wanted, scalars: names } = this.#formula;
    if (slots.length !== wanted.length) {
      throw new TrazoError(
        `${className} keeps ${wanted.length} slots per variable, but the variable has ${slots.length}. ` +
          "Lay out memory by the optimizer's list of slots.",
      );
    }
    const kind = kindOf({ l1, l2 }, numbers.decay !== 0);
    const update = this.#streams.get(kernels, nameOf(kind), () => updateStream(this.#formula, kind));
    const [own, ofRun] = [numbersOf(numbers, names), [numbers.decay, Number(numbers.guards)]];
    return 0.5 * update([p, g, ...slots], length, [...own, l1, 2 * l2, ...ofRun]);
  }

  /** The same update as a pass for those who run it themselves, over memory that threads share. */
  pass({ l1, l2 }: VariableSpan, decays: boolean): UpdatePass {
    const kind = kindOf({ l1, l2 }, decays);
    const module = this.#streams.module(nameOf(kind), true, () => updateStream(this.#formula, kind));
    const own = this.#formula.scalars.map((_, i) => ({ ofRun: i }));
    const last = [own.length, own.length + 1].map((ofRun) => ({ ofRun }));
    return { module, scalars: [...own, l1, 2 * l2, ...last] };
  }

  /** The numbers that all passes of a step share. */
  passNumbers(numbers: Numbers): readonly number[] {
    return [...numbersOf(numbers, this.#formula.scalars), numbers.decay, Number(numbers.guards)];
  }
}

const numbersOf = ({ scalars }: Numbers, names: readonly string[]): number[] =>
  names.map((name) => scalar(scalars, name));

/** What sets one kernel of an optimizer apart from its others. */
interface Kind {
  readonly penalized: Penalized;
  readonly decays: boolean;
}

const kindOf = ({ l1, l2 }: Pick<VariableSpan, "l1" | "l2">, decays: boolean): Kind => ({
  penalized: l1 !== 0 ? "l1 l2" : l2 !== 0 ? "l2" : "",
  decays,
});

const nameOf = ({ penalized, decays }: Kind): string => `${penalized} ${decays}`;

/**
 * A whole update of one variable as one pass over its memory: the penalties' gradient, decoupled weight decay, and the
 * optimizer's formula. Arrays: p, g and the slots; scalars: the optimizer's, then l1, 2 l2, the share that decays, and whether
 * slots are guarded. The sum is twice the penalty l1 * sum|p| + l2 * sum p².
 */
function updateStream(optimizer: Formula, { penalized, decays }: Kind): Stream {
  const graph = new Graph();
  const input = (name: string): Value => graph.input(name, "float32", []);
  const [p, g] = [input("p"), input("g")];
  const slots = optimizer.slots.map((name) => input(`slot ${name}`));
  const scalars = optimizer.scalars.map((name) => input(`scalar ${name}`));
  const [l1, twiceL2, decay] = [input("l1"), input("2 l2"), input("decay")];
  const guards = input("guards");
  let [gradient, sum]: [Value, Value | undefined] = [g, undefined];
  if (penalized) {
    // The gradient of l1 |p| + l2 p² is l1 sign(p) + 2 l2 p; twice the penalty is p (2 l1 sign(p) + 2 l2 p).
    let slope = mul(twiceL2, p);
    gradient = add(g, slope);
    if (penalized === "l1 l2") {
      const pull = mul(sign(p), l1);
      gradient = add(gradient, pull);
      slope = add(slope, add(pull, pull));
    }
    sum = mul(p, slope);
  }
  const weight = decays ? sub(p, mul(p, decay)) : p;
  const named = Object.fromEntries(optimizer.scalars.map((name, i) => [name, scalars[i] as Value]));
  const next = optimizer.formula(weight, gradient, slots, named);
  const stores = new Map([[p, next.p], ...slots.map((slot, i) => [slot, next.slots[i] as Value] as const)]);
  const otherwise = { scalar: guards, stores: withoutGuards(stores, slots) };
  return {
    arrays: [p, g, ...slots],
    scalars: [...scalars, l1, twiceL2, decay, guards],
    stores,
    sum,
    otherwise,
  };
}
