import { add, clip, div, maximum, minimum, mul, reduceSum, sqrt, sub } from "../graph/ops.js";
import { flushedSquare } from "../graph/subnormals.js";
import type { Value } from "../graph/value.js";
import type { Kernels } from "../kernels/kernels.js";
import type { Clipping, VariableSpan } from "./optimizer.js";

/** Whether anything is to be clipped. */
export function clips({ clipnorm, globalClipnorm, clipvalue }: Clipping): boolean {
  return clipnorm !== undefined || globalClipnorm !== undefined || clipvalue !== undefined;
}

/**
 * Clips the gradients of a step in place, as Keras does:
 * `clipnorm` c: each variable's g * c / max(|g|, c); `globalClipnorm` c: all g * c * min(1 / G, 1 / c) with G the norm of all
 * together (if that is not finite, all become NaN); `clipvalue` c: each value limited to [-c, c].
 *
 * The gradients must be those of the whole loss, penalties included.
 */
export function clipSpans(clipping: Clipping, kernels: Kernels, spans: readonly VariableSpan[]): void {
  const { clipnorm, globalClipnorm, clipvalue } = clipping;
  if (clipnorm !== undefined) {
    for (const { g, length } of spans) {
      const norm = Math.sqrt(kernels.sumOfSquares(g, length));
      // Written so that a NaN scales too.
      if (!(norm <= clipnorm)) kernels.scale(g, length, clipnorm / norm);
    }
  } else if (globalClipnorm !== undefined) {
    const norm = Math.sqrt(spans.reduce((sum, { g, length }) => sum + kernels.sumOfSquares(g, length), 0));
    const factor = Number.isFinite(norm) ? globalClipnorm / norm : Number.NaN;
    if (!(norm <= globalClipnorm)) for (const { g, length } of spans) kernels.scale(g, length, factor);
  } else if (clipvalue !== undefined) {
    for (const { g, length } of spans) kernels.clamp(g, length, clipvalue);
  }
}

/** The same as operators of a graph: the gradients of the whole loss, clipped. */
export function clipGradients(clipping: Clipping, gradients: readonly Value[]): Value[] {
  const { clipnorm, globalClipnorm, clipvalue } = clipping;
  if (clipnorm !== undefined) {
    return gradients.map((g) => div(mul(g, clipnorm), maximum(sqrt(reduceSum(flushedSquare(g))), clipnorm)));
  }
  if (globalClipnorm !== undefined && gradients.length > 0) {
    const norm = sqrt(gradients.map((g) => reduceSum(flushedSquare(g))).reduce(add));
    // The last term is 0, or NaN for a norm that is not finite.
    const factor = add(mul(minimum(div(1, norm), 1 / globalClipnorm), globalClipnorm), sub(norm, norm));
    return gradients.map((g) => mul(g, factor));
  }
  if (clipvalue !== undefined) return gradients.map((g) => clip(g, -clipvalue, clipvalue));
  return [...gradients];
}
