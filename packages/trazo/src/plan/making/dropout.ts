import { shapesEqual } from "../../graph/shape.js";
import type { Value } from "../../graph/value.js";
import { maskScratch, valuesOfWord } from "../../kernels/input-kernels.js";
import type { Operator } from "../task/task.js";
import { inputKernel } from "./input-kernel.js";
import { firstOf } from "./masks.js";

/** What a mask is drawn from. */
export interface MaskSource {
  readonly rate: number;
  /** Values of a sample. */
  readonly size: number;
  /** An input of the graph: two words. */
  readonly seed: Value;
}

/**
 * The product of a value of samples with a mask of dropout, which is drawn as it is needed; a bit for each value is kept for the way back.
 *
 * @param masks by the names of the inputs that they would be
 */
export const dropout =
  (masks: ReadonlyMap<string, MaskSource>): Operator =>
  (node, context) => {
    const [x, mask] = node.inputs as readonly [Value, Value];
    const y = node.outputs[0] as Value;
    const source = mask.producer ? undefined : masks.get(mask.name);
    if (
      !source ||
      source.size % valuesOfWord !== 0 ||
      !context.isSamples(x) ||
      !shapesEqual(x.shape, mask.shape)
    )
      return undefined;
    if (!context.isCovered(x)) return undefined;
    const { rate, seed, size } = source;
    const count = { perRow: size };
    const bytes = size / 8;
    return [
      {
        name: "dropout",
        nodes: [node],
        inputs: [x],
        weights: [seed],
        outputs: [y],
        kept: [],
        forward(emit) {
          const [from, to, bits] = [emit.place(x), emit.place(y), emit.keep("bits", bytes)];
          const scratch = emit.scratch(0, maskScratch);
          emit.block(
            inputKernel("dropValues", emit.place(seed), rate, firstOf(size), count, from, scratch, bits, to),
          );
        },
        adjoint(emit) {
          const dy = emit.outputGradient(y);
          const dx = emit.inputGradient(x);
          const bits = emit.keep("bits", bytes);
          if (dy && dx) emit.block(inputKernel("dropValuesAdjoint", bits, rate, count, dy, dx));
        },
      },
    ];
  };
