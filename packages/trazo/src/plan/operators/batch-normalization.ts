import { shapesEqual } from "../../graph/shape.js";
import type { Node, Value } from "../../graph/value.js";
import { activationNumbers } from "../../kernels/plan-kernels.js";
import type { Place, Step } from "../program/program.js";
import { kernel } from "../program/steps.js";
import { rowSize } from "../task/rows.js";
import type { Emitter, MatchContext, Operator, Task } from "../task/task.js";
import { type ActivationNumber, isMaskedByPool } from "./activation.js";
import { type MovingAverage, movingAverageOf } from "./moving-average.js";

/** What follows a normalization and is computed with it: a sum with what goes around, and a relu. */
interface Following {
  readonly shortcut: Value | undefined;
  readonly activation: ActivationNumber;
  readonly output: Value;
  /** Nodes that are covered besides the normalization's. */
  readonly nodes: readonly Node[];
  /** Whether the relu's gradient has yet to be closed where the relu was. */
  readonly isClosing: boolean;
}

/** What a normalization goes by. */
interface Parts {
  readonly x: Value;
  readonly following: Following;
  readonly mean: Value;
  readonly variance: Value;
  readonly gamma: Value | undefined;
  readonly beta: Value | undefined;
  readonly epsilon: number;
  readonly channels: number;
  /** Rows of channels. */
  readonly rows: { readonly perRow: number };
}

/**
 * Normalization by the batch's own statistics. They are sums over all samples, so that one task gathers them as the values
 * come by, and another normalizes; and backwards likewise: sums of the gradient first, then the gradient itself.
 */
export const batchNormalization: Operator = (node, context) => {
  const [x, gamma, beta] = node.inputs as readonly [Value, Value?, Value?];
  const [y, mean, variance] = node.outputs as readonly [Value, Value, Value];
  const parts = partsOf(x, y, mean, variance, gamma, beta, node.attributes.epsilon as number, context);
  if (!parts) return undefined;
  const { channels, rows, following } = parts;
  const { output, shortcut } = following;
  const averages = [mean, variance].flatMap((statistic) => movingAverageOf(statistic, context) ?? []);
  const moments: Task = {
    name: "moments",
    nodes: [node, ...averages.flatMap(({ nodes }) => nodes)],
    inputs: [x],
    weights: averages.map(({ past }) => past),
    outputs: [mean, variance, ...averages.map(({ next }) => next)],
    kept: [x],
    driven: [output],
    ends: true,
    forward(emit) {
      // How many rows, their means, and the sums of the squares around them.
      const merged = emit.state("moments", 4 * (1 + 2 * channels), "part");
      const work = emit.state("moments of a block", 12 * channels, "thread");
      emit.begin(kernel("fill", merged, 1 + 2 * channels, 0));
      emit.block(kernel("addMoments", emit.place(x), rows, channels, work, merged));
      emit.gather(merged, (own, other) => kernel("mergeMoments", own, other, channels));
      emit.last(
        kernel("finishMoments", merged, channels, emit.place(mean), emit.place(variance)),
        ...averages.map((average) => updated(emit, average, channels)),
      );
    },
    adjoint(emit) {
      const dy = emit.outputGradient(output);
      const dx = emit.inputGradient(x);
      if (!dy || !dx) return;
      const factors = emit.state("factors of the gradient", 12 * channels);
      const from = emit.place(x);
      if (closesByInput(following)) {
        const mask = factorsOf(emit, parts);
        emit.block(kernel("combineMaskedChannels", dy, from, rows, channels, factors, mask, dx));
      } else {
        emit.block(kernel("combineChannels", dy, from, rows, channels, factors, dx));
      }
    },
  };
  const normalizing: Task = {
    name: "normalization",
    nodes: [node, ...following.nodes],
    inputs: shortcut ? [x, shortcut] : [x],
    weights: weightsOf(parts),
    outputs: [output],
    kept: shortcut && following.isClosing ? [x, output] : [x],
    differentiates: shortcut ? [shortcut] : [],
    ...forwardOf(parts),
    adjoint(emit) {
      const dy = emit.outputGradient(output);
      if (!dy) return;
      const sums = emit.state("sums of the gradient", 8 * channels, "part");
      emit.begin(kernel("fill", sums, 2 * channels, 0));
      sumGradient(emit, parts, dy, sums);
      const dShortcut = shortcut && emit.inputGradient(shortcut);
      if (dShortcut) emit.block(kernel("copy", dShortcut, dy, { perRow: rowSize(x) }));
      emit.gather(sums, (own, other) => kernel("add", own, other, 2 * channels));
      const factors = emit.state("factors of the gradient", 12 * channels);
      const dGamma = gamma && emit.weightGradient(gamma, "last");
      const dBeta = beta && emit.weightGradient(beta, "last");
      emit.last(
        kernel(
          "finishNormalizationAdjoint",
          ...[sums, rows, channels, emit.place(mean), emit.place(variance), gamma ? emit.place(gamma) : 0],
          ...[parts.epsilon, dGamma?.place ?? 0, dBeta?.place ?? 0, factors],
        ),
      );
    },
  };
  return [moments, normalizing];
};

const updated = (emit: Emitter, average: MovingAverage, channels: number): Step => {
  const { past, statistic, momentum, rest, bound, byMagnitude, next } = average;
  const [before, now, to] = [emit.place(past), emit.place(statistic), emit.place(next)];
  return kernel("movingAverage", before, now, channels, momentum, rest, bound, Number(byMagnitude), to);
};

/** Whether the normalization's input tells where the relu was closed: then the gradient is read as 0 there, and not written again. */
const closesByInput = ({ isClosing, shortcut }: Following): boolean => isClosing && !shortcut;

/** Sums of the gradient, and of its products with the centered values; where the relu was closed it counts as 0. */
function sumGradient(emit: Emitter, parts: Parts, dy: Place, sums: Place): void {
  const { x, mean, channels, rows, following } = parts;
  const [from, means] = [emit.place(x), emit.place(mean)];
  if (!following.isClosing) {
    emit.block(kernel("channelProducts", dy, from, rows, channels, means, sums));
  } else if (closesByInput(following)) {
    const factors = factorsOf(emit, parts);
    emit.block(kernel("maskedChannelProducts", dy, from, rows, channels, means, factors, sums));
  } else {
    const y = emit.place(following.output);
    emit.block(kernel("gatedChannelProducts", dy, from, y, rows, channels, means, sums));
  }
}

/** Normalization by statistics that are given, as in inference. */
export const normalization: Operator = (node, context) => {
  const [x, mean, variance, gamma, beta] = node.inputs as readonly [Value, Value, Value, Value?, Value?];
  const y = node.outputs[0] as Value;
  if (![mean, variance].every((value) => context.isWeight(value))) return undefined;
  if ([mean, variance, gamma, beta].some((value) => value && context.isDifferentiated(value)))
    return undefined;
  const parts = partsOf(x, y, mean, variance, gamma, beta, node.attributes.epsilon as number, context);
  if (!parts) return undefined;
  const { channels, rows, following } = parts;
  const { shortcut, output, isClosing, activation } = following;
  const size = { perRow: rowSize(x) };
  const task: Task = {
    name: "normalization",
    nodes: [node, ...following.nodes],
    inputs: shortcut ? [x, shortcut] : [x],
    weights: [mean, variance, ...weightsOf(parts)],
    outputs: [output],
    kept: isClosing ? [output] : [],
    ...forwardOf(parts),
    adjoint(emit) {
      const dy = emit.outputGradient(output);
      if (!dy) return;
      const [dx, dShortcut] = [emit.inputGradient(x), shortcut && emit.inputGradient(shortcut)];
      if (isClosing) emit.block(kernel("activationGradient", dy, dy, emit.place(output), size, activation));
      if (dShortcut) emit.block(kernel("copy", dShortcut, dy, size));
      if (!dx) return;
      const factors = factorsOf(emit, parts);
      emit.block(kernel("scaleChannels", dy, rows, channels, factors, 0, dx, activationNumbers.none));
    },
  };
  return [task];
};

const weightsOf = ({ gamma, beta }: Parts): Value[] => [gamma, beta].filter((value) => value !== undefined);

function partsOf(
  x: Value,
  y: Value,
  mean: Value,
  variance: Value,
  gamma: Value | undefined,
  beta: Value | undefined,
  epsilon: number,
  context: MatchContext,
): Parts | undefined {
  const channels = x.shape.at(-1) as number;
  if (!context.isSamples(x) || [gamma, beta].some((value) => value && !context.isWeight(value)))
    return undefined;
  const rows = { perRow: rowSize(x) / channels };
  const following = followingOf(y, context);
  return { x, following, mean, variance, gamma, beta, epsilon, channels, rows };
}

/** Follows a normalization to the sum with a shortcut, where that is there already, and to the relu. */
function followingOf(y: Value, context: MatchContext): Following {
  const nodes: Node[] = [];
  let output = y;
  const sum = context.only(y);
  const shortcut = sum?.op === "Add" ? sum.inputs.find((input) => input !== y) : undefined;
  const isShortcut = shortcut && shapesEqual(shortcut.shape, y.shape) && context.isCovered(shortcut);
  if (sum && isShortcut) {
    nodes.push(sum);
    output = sum.outputs[0] as Value;
  }
  const next = context.only(output);
  const isActive = next?.op === "Relu";
  if (isActive) {
    nodes.push(next);
    output = next.outputs[0] as Value;
  }
  return {
    shortcut: isShortcut ? shortcut : undefined,
    activation: isActive ? activationNumbers.relu : activationNumbers.none,
    output,
    nodes,
    isClosing: isActive && !isMaskedByPool(output, context),
  };
}

/** One factor and one summand per channel, made of the statistics and the weights by every thread for itself. */
const factorsOf = (emit: Emitter, { channels }: Parts): Place =>
  emit.state("factors", 8 * channels, "thread");

/** How the normalization is computed; and computed again, where the sum with a shortcut does not make that as dear as keeping it. */
function forwardOf(parts: Parts): Pick<Task, "forward" | "repeat"> {
  return {
    forward(emit) {
      const { mean, variance, gamma, beta, epsilon, channels } = parts;
      const [means, variances] = [emit.place(mean), emit.place(variance)];
      const weights = [gamma, beta].map((value) => (value ? emit.place(value) : 0));
      const factors = factorsOf(emit, parts);
      emit.each(kernel("normalizationFactors", means, variances, ...weights, epsilon, channels, factors));
      scaleChannels(emit, parts);
    },
    ...(!parts.following.shortcut && { repeat: (emit: Emitter) => scaleChannels(emit, parts) }),
  };
}

function scaleChannels(emit: Emitter, parts: Parts): void {
  const { x, following, channels, rows } = parts;
  const { shortcut, activation, output } = following;
  const [from, to, factors] = [emit.place(x), emit.place(output), factorsOf(emit, parts)];
  emit.block(
    shortcut
      ? kernel("scaleChannelsAndAdd", from, emit.place(shortcut), rows, channels, factors, to, activation)
      : kernel("scaleChannels", from, rows, channels, factors, 1, to, activation),
  );
}
