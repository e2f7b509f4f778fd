import { inWords, TrazoError } from "../errors.js";
import {
  abs,
  add,
  clip,
  div,
  elu,
  erf,
  exp,
  hardSigmoid,
  leakyRelu,
  logSoftmax,
  mul,
  neg,
  relu,
  sigmoid,
  softmax,
  softplus,
  tanh,
} from "../graph/ops.js";
import type { Value } from "../graph/value.js";
import { isObject } from "../keras-object.js";
import { findNamed, meantAdvice } from "../names.js";
import type { RequiredOption } from "../schema/option.js";

interface ActivationRule {
  /** Keras's name in files. */
  readonly keras: string;
  readonly apply: (x: Value) => Value;
}

/** Constants of Klambauer et al. 2017, "Self-Normalizing Neural Networks". */
const seluAlpha = 1.6732632423543772;
const seluScale = 1.0507009873554805;

/** Gaussian error linear unit, x · Φ(x) (Hendrycks & Gimpel 2016), in its exact form. */
const gelu = (x: Value): Value => mul(mul(x, 0.5), add(erf(div(x, Math.SQRT2)), 1));

/** One row an activation: pixel by pixel, except for softmax and its logarithm, which run over the last axis. */
const rules = {
  linear: { keras: "linear", apply: (x) => x },
  relu: { keras: "relu", apply: relu },
  relu6: { keras: "relu6", apply: (x) => clip(x, 0, 6) },
  leakyRelu: { keras: "leaky_relu", apply: (x) => leakyRelu(x, 0.2) },
  elu: { keras: "elu", apply: (x) => elu(x, 1) },
  selu: { keras: "selu", apply: (x) => mul(elu(x, seluAlpha), seluScale) },
  gelu: { keras: "gelu", apply: gelu },
  swish: { keras: "silu", apply: (x) => mul(x, sigmoid(x)) },
  sigmoid: { keras: "sigmoid", apply: sigmoid },
  hardSigmoid: { keras: "hard_sigmoid", apply: (x) => hardSigmoid(x, 1 / 6, 0.5) },
  tanh: { keras: "tanh", apply: tanh },
  softplus: { keras: "softplus", apply: softplus },
  softsign: { keras: "softsign", apply: (x) => div(x, add(abs(x), 1)) },
  exponential: { keras: "exponential", apply: exp },
  hardSwish: { keras: "hard_silu", apply: (x) => mul(x, hardSigmoid(x, 1 / 6, 0.5)) },
  mish: { keras: "mish", apply: (x) => mul(x, tanh(softplus(x))) },
  logSigmoid: { keras: "log_sigmoid", apply: (x) => neg(softplus(neg(x))) },
  logSoftmax: { keras: "log_softmax", apply: logSoftmax },
  softmax: { keras: "softmax", apply: softmax },
} as const satisfies Record<string, ActivationRule>;

/** Names of Keras's activation functions, with Keras's default parameters. */
export type Activation = keyof typeof rules;

/** @throws TrazoError for an unknown activation. */
export function activate(x: Value, activation: Activation): Value {
  return ruleOf(activation).apply(x);
}

export function activationToKeras(activation: Activation): string {
  return ruleOf(activation).keras;
}

/** An option that names an activation in Keras's way or tfjs's: `leaky_relu`, `leakyReLU`, `silu`. */
export const activationName = (): RequiredOption<Activation | (string & {}), Activation> => ({
  expected: "the name of an activation",
  json: { enum: [...new Set(named.flatMap(({ names }) => names))] },
  optional: false,
  parse(value, what) {
    const found = typeof value === "string" ? findNamed(named, value) : undefined;
    if (found) return found.activation;
    const names = Object.keys(rules);
    const known = `Known: ${names.join(", ")}.`;
    throw new TrazoError(
      typeof value === "string"
        ? `${what}: unknown activation ${inWords(value)}. ${meantAdvice(value, names)}${known}`
        : `${what} must be a name such as "relu", but got ${inWords(value)}. ${known}`,
    );
  },
  toKeras: activationToKeras,
  fromKeras: (json) => (isObject(json) ? json.config : json),
});

const named = Object.entries(rules).map(([key, { keras }]) => ({
  activation: key as Activation,
  names: [key, keras],
}));

function ruleOf(activation: Activation): ActivationRule {
  return rules[activation];
}
