import type { GroupNormalizationOptions } from "../../graph/ops.js";
import type { Value } from "../../graph/value.js";
import type { Place } from "../program/program.js";
import { rowSize } from "../task/rows.js";
import type { Emitter, Operator } from "../task/task.js";
import { rareKernel } from "./rare-kernel.js";

/** Normalization of each sample by itself, in groups. The means and deviations of its forward pass are kept. */
export const groupNormalization: Operator = (node, context) => {
  const [x, gamma, beta] = node.inputs as readonly [Value, Value?, Value?];
  const y = node.outputs[0] as Value;
  const { places, groups, each, epsilon } = node.attributes as unknown as GroupNormalizationOptions;
  if (!context.isSamples(x) || [gamma, beta].some((value) => value && !context.isWeight(value)))
    return undefined;
  const samples = rowSize(x) / (places * groups * each);
  const sizes = [{ perRow: samples }, places, groups, each];
  return [
    {
      name: "group normalization",
      nodes: [node],
      inputs: [x],
      weights: [gamma, beta].filter((value) => value !== undefined),
      outputs: [y],
      kept: [x],
      forward(emit) {
        const moments = emit.keep("moments", 8 * samples * groups);
        const [factors, summands] = [placeOf(emit, gamma), placeOf(emit, beta)];
        const [from, to] = [emit.place(x), emit.place(y)];
        emit.block(rareKernel("normalizeGroups", from, ...sizes, factors, summands, epsilon, to, moments));
      },
      adjoint(emit) {
        const dy = emit.outputGradient(y);
        if (!dy) return;
        const dGamma = gamma && emit.weightGradient(gamma, "sum");
        const dBeta = beta && emit.weightGradient(beta, "sum");
        const dx = emit.inputGradient(x);
        const moments = emit.keep("moments", 8 * samples * groups);
        const gradients = [dGamma?.place ?? 0, dBeta?.place ?? 0, dx ?? 0];
        emit.block(
          rareKernel(
            "normalizeGroupsAdjoint",
            dy,
            emit.place(x),
            ...sizes,
            placeOf(emit, gamma),
            moments,
            ...gradients,
          ),
        );
      },
    },
  ];
};

/** Where a weight is; 0 for one that the layer does without. */
const placeOf = (emit: Emitter, weight: Value | undefined): Place | 0 => (weight ? emit.place(weight) : 0);
