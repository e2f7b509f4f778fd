import type { Sequential, Tensor } from "trazo";
import { toBase64 } from "../protocol/base64.js";
import type { Answer } from "../protocol/messages.js";
import { averagesOf } from "./averages.js";

/** Weights above this are shown as bright as can be, alike for all networks. */
const bright = 0.12;
/** Weights closer to zero than this do nearly nothing: a hundredth of what the base network begins with. */
const nearZeroBound = 0.001;
/** Rows and columns of the second dense layer that are shown. */
const shown = 128;
/** The histograms' range either way, and their bins. */
const weightRange = 0.15;
const activationRange = 4;
const bins = 41;
/** Keras's default, as all networks here have it. */
const epsilon = 0.001;

export type Inside = Answer<"inside">;

/** A layer behind the convolutions, as far as it is computed here. */
type Step =
  | { readonly kind: "dense"; readonly kernel: Float32Array; readonly bias: Float32Array }
  | { readonly kind: "normalization"; readonly weights: readonly Float32Array[] }
  | { readonly kind: "dropout" };

/** The layers behind the convolutions, with their weights. */
export function stepsOf(model: Sequential): readonly Step[] {
  const after = model.layers.findIndex(({ className }) => className === "Flatten") + 1;
  const steps = model.layers.slice(after).map((layer): Step => {
    const weights = layer.getWeights();
    if (layer.className === "Dense") {
      return { kind: "dense", kernel: weights[0] as Float32Array, bias: weights[1] as Float32Array };
    }
    return layer.className === "BatchNormalization"
      ? { kind: "normalization", weights }
      : { kind: "dropout" };
  });
  // A network without dropout, too, can be tried with units switched off.
  if (steps.some(({ kind }) => kind === "dropout")) return steps;
  return steps.flatMap((step, i): Step[] => {
    const isLast = i === steps.length - 1;
    const isBlockEnd =
      step.kind === "normalization" || (step.kind === "dense" && steps[i + 1]?.kind === "dense");
    return isBlockEnd && !isLast ? [step, { kind: "dropout" }] : [step];
  });
}

/**
 * What the dense layers answer with units switched off, as dropout does in training.
 *
 * @param features what the convolutions found, flattened
 * @param isKept whether a unit of a dropout layer stays on; those that do count for the others
 */
export function answerWith(
  steps: readonly Step[],
  features: Float32Array,
  rate: number,
  isKept: (layer: number, unit: number) => boolean,
): number[] {
  let values = features;
  let layer = 0;
  for (const [i, step] of steps.entries()) {
    if (step.kind === "dense") values = dense(values, step, i < steps.length - 1);
    else if (step.kind === "normalization") values = normalized(values, step.weights);
    else {
      const place = layer++;
      values = values.map((value, unit) => (isKept(place, unit) ? value / (1 - rate) : 0));
    }
  }
  return softmax(values);
}

function dense(
  x: Float32Array,
  { kernel, bias }: Extract<Step, { kind: "dense" }>,
  isHidden: boolean,
): Float32Array {
  const units = bias.length;
  const y = bias.slice();
  for (const [i, value] of x.entries()) {
    if (value === 0) continue;
    for (let unit = 0; unit < units; unit++) {
      y[unit] = (y[unit] as number) + value * (kernel[i * units + unit] as number);
    }
  }
  return isHidden ? y.map((value) => Math.max(0, value)) : y;
}

function normalized(x: Float32Array, [gamma, beta, mean, variance]: readonly Float32Array[]): Float32Array {
  const of = (values: Float32Array | undefined, unit: number): number => values?.[unit] ?? 0;
  return x.map(
    (value, unit) =>
      ((value - of(mean, unit)) / Math.sqrt(of(variance, unit) + epsilon)) * of(gamma, unit) + of(beta, unit),
  );
}

function softmax(values: Float32Array): number[] {
  const most = Math.max(...values);
  const powers = Array.from(values, (value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

/** The second dense layer's weights: a corner of them as a picture, how they are spread, and how many do nearly nothing. */
export function weightsOf(steps: readonly Step[]): Inside["weights"] {
  const [, second] = steps.filter((step) => step.kind === "dense");
  const kernel = second?.kernel ?? new Float32Array(0);
  const columns = second?.bias.length ?? 0;
  const picture = new Uint8Array(shown * shown);
  for (let row = 0; row < shown; row++) {
    for (let column = 0; column < shown; column++) {
      const size = Math.abs(kernel[row * columns + column] ?? 0);
      picture[row * shown + column] = Math.min(255, Math.round((255 * size) / bright));
    }
  }
  return {
    picture: toBase64(picture),
    side: shown,
    histogram: histogram(kernel, weightRange),
    range: weightRange,
    nearZero: nearZeroShare(kernel),
  };
}

/** The share of the second dense layer's weights that do nearly nothing. */
export const nearZeroOf = (model: Sequential): number =>
  nearZeroShare(secondDense(model)?.getWeights()[0] ?? new Float32Array(0));

function nearZeroShare(kernel: Float32Array): number {
  const count = kernel.reduce((sum, value) => sum + (Math.abs(value) < nearZeroBound ? 1 : 0), 0);
  return count / Math.max(1, kernel.length);
}

const secondDense = (model: Sequential): Sequential["layers"][number] | undefined =>
  model.layers.filter(({ className }) => className === "Dense")[1];

/** Shares of the values in bins of one width over a range either way; what lies outside counts for the outermost. */
export function histogram(values: Float32Array, range: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.floor(((value + range) / (2 * range)) * bins);
    const place = Math.min(bins - 1, Math.max(0, bin));
    counts[place] = (counts[place] as number) + 1;
  }
  return counts.map((count) => count / Math.max(1, values.length));
}

/** What the first dense layer gives for many digits, and, where it is normalized, what comes of it and how well that is remembered. */
export async function activationsOf(
  model: Sequential,
  digits: Tensor,
): Promise<Pick<Inside, "activations" | "averages" | "working">> {
  const first = model.layers.find(({ className }) => className === "Dense");
  const normalization = model.layers.find(({ className }) => className === "BatchNormalization");
  const given = (name: string): Promise<Tensor<"float32">> => givenBy(model, name, digits);
  const before = first && (await given(first.name));
  return {
    activations: {
      range: activationRange,
      before: before ? histogram(before.data, activationRange) : [],
      after: normalization ? histogram((await given(normalization.name)).data, activationRange) : null,
    },
    averages: before ? averagesOf(model, before) : null,
    working: await workingIn(model, digits),
  };
}

/** What a layer gives for many digits. */
export async function givenBy(model: Sequential, name: string, digits: Tensor): Promise<Tensor<"float32">> {
  const view = model.upTo(name);
  try {
    return await view.predict(digits, { batchSize: 250 });
  } finally {
    await view.dispose();
  }
}

/** How the second dense layer's units work on many digits. */
export async function workingIn(model: Sequential, digits: Tensor): Promise<Inside["working"]> {
  const second = secondDense(model);
  const given = second && (await givenBy(model, second.name, digits));
  return workingOf(given, digits.shape[0] as number);
}

/** For which share of the digits each unit gives anything, and how many units never do. @param given row by row, a unit a column */
export function workingOf(given: Tensor<"float32"> | undefined, digits: number): Inside["working"] {
  const counts = new Uint32Array(given?.shape[1] ?? 0);
  for (const [i, value] of (given?.data ?? []).entries()) {
    if (value > 0) counts[i % counts.length] = (counts[i % counts.length] as number) + 1;
  }
  // A unit that works at all is seen to.
  const byteOf = (count: number): number => (count === 0 ? 0 : 40 + Math.round((215 * count) / digits));
  return {
    shares: toBase64(Uint8Array.from(counts, byteOf)),
    silent: counts.reduce((silent, count) => silent + (count === 0 ? 1 : 0), 0),
    digits,
  };
}
