import type { Value } from "../../graph/value.js";
import { kernel } from "../program/steps.js";
import { rowSize } from "../task/rows.js";
import type { Emitter, MatchContext, Operator, Task } from "../task/task.js";

/** What a normalization goes by. */
interface Parts {
  readonly x: Value;
  readonly y: Value;
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
  const { channels, rows } = parts;
  const moments: Task = {
    name: "moments",
    nodes: [node],
    inputs: [x],
    weights: [],
    outputs: [mean, variance],
    kept: [x],
    driven: [y],
    ends: true,
    forward(emit) {
      const bytes = 4 * channels;
      const [sums, squares] = [emit.state("sums", bytes, true), emit.state("squares", bytes, true)];
      // How many rows, their means, and the sums of the squares around them.
      const merged = emit.state("moments", 4 * (1 + 2 * channels), true);
      emit.each(kernel("fill", merged, 1 + 2 * channels, 0));
      emit.block(
        kernel("fill", sums, channels, 0),
        kernel("channelSums", emit.place(x), rows, channels, sums),
        kernel("divide", sums, channels, rows),
        kernel("fill", squares, channels, 0),
        kernel("channelSquares", emit.place(x), rows, channels, sums, squares),
        kernel("addMoments", merged, rows, sums, squares, channels),
      );
      emit.gather(merged, (own, other) => kernel("mergeMoments", own, other, channels));
      emit.last(kernel("finishMoments", merged, channels, emit.place(mean), emit.place(variance)));
    },
    adjoint(emit) {
      const dy = emit.outputGradient(y);
      const dx = emit.inputGradient(x);
      if (!dy || !dx) return;
      const factors = emit.state("factors of the gradient", 12 * channels);
      emit.block(kernel("combineChannels", dy, emit.place(x), rows, channels, factors, dx));
    },
  };
  const normalizing: Task = {
    name: "normalization",
    nodes: [node],
    inputs: [x],
    weights: weightsOf(parts),
    outputs: [y],
    kept: [x],
    begins: true,
    forward: (emit) => scaleChannels(emit, parts),
    adjoint(emit) {
      const dy = emit.outputGradient(y);
      if (!dy) return;
      const sums = emit.state("sums of the gradient", 8 * channels, true);
      emit.each(kernel("fill", sums, 2 * channels, 0));
      emit.block(kernel("channelProducts", dy, emit.place(x), rows, channels, emit.place(mean), sums));
      emit.gatherSums(sums, 2 * channels);
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

/** Normalization by statistics that are given, as in inference. */
export const normalization: Operator = (node, context) => {
  const [x, mean, variance, gamma, beta] = node.inputs as readonly [Value, Value, Value, Value?, Value?];
  const y = node.outputs[0] as Value;
  if (![mean, variance].every((value) => context.isWeight(value))) return undefined;
  if ([mean, variance, gamma, beta].some((value) => value && context.isDifferentiated(value)))
    return undefined;
  const parts = partsOf(x, y, mean, variance, gamma, beta, node.attributes.epsilon as number, context);
  if (!parts) return undefined;
  const { channels, rows } = parts;
  const task: Task = {
    name: "normalization",
    nodes: [node],
    inputs: [x],
    weights: [mean, variance, ...weightsOf(parts)],
    outputs: [y],
    kept: [],
    forward: (emit) => scaleChannels(emit, parts),
    adjoint(emit) {
      const dy = emit.outputGradient(y);
      const dx = emit.inputGradient(x);
      if (dy && dx)
        emit.block(kernel("scaleChannels", dy, rows, channels, emit.state("factors", 8 * channels), 0, dx));
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
  return { x, y, mean, variance, gamma, beta, epsilon, channels, rows };
}

/** One factor and one summand per channel, made of the statistics and the weights. */
function scaleChannels(
  emit: Emitter,
  { x, y, mean, variance, gamma, beta, epsilon, channels, rows }: Parts,
): void {
  const factors = emit.state("factors", 8 * channels);
  const weight = (value: Value | undefined) => (value ? emit.place(value) : 0);
  emit.first(
    kernel(
      "normalizationFactors",
      ...[emit.place(mean), emit.place(variance), weight(gamma), weight(beta), epsilon, channels, factors],
    ),
  );
  emit.block(kernel("scaleChannels", emit.place(x), rows, channels, factors, 1, emit.place(y)));
}
