import type { Node, Value } from "../../graph/value.js";
import { activationNumbers } from "../../kernels/plan-kernels.js";
import { sizeOf } from "../../typed-arrays.js";
import { kernel, shareOf } from "../program/steps.js";
import { rowSize } from "../task/rows.js";
import type { MatchContext, Operator, OperatorTable, Task } from "../task/task.js";
import { narrowConvolution } from "./narrow.js";
import { type PooledConvolution, pooledConvolution } from "./pooled-convolution.js";
import { columnNumbers, columnsWork, fewChannels, patchNumbers } from "./window.js";

/** How much of a block's bytes a strip's patches and outputs should not exceed. */
const shareOfStrip = 1 / 2;
/** A maximum's place in its window is a byte, of which one value says that there is none. */
const placesOfByte = 255;
/** Rows of a product from which on it runs at full speed. */
const wantedRows = 64;

/** Rows of an image's maxima, and the rows of the convolution's outputs that they are maxima of. */
interface Strip {
  readonly first: number;
  readonly pooledRows: number;
  readonly rows: number;
}

/** Operators of which this one is tried before others for convolutions. */
export const withStripConvolution = (table: OperatorTable): OperatorTable => ({
  ...table,
  Conv2d: [stripConvolution, ...(table.Conv2d ?? [])],
});

/**
 * The convolution that a network begins with, its bias and relu, and the max pooling behind it. Its outputs are the largest of all, and those of one large image
 * alone more than a cache holds: strip by strip they are pooled while they are there, and kept nowhere. Bias and relu are those of
 * the maxima.
 */
const stripConvolution: Operator = (node, context) => {
  const found = firstConvolution(node, context);
  return found && [taskOf(found)];
};

/** One of what the network is given. */
function firstConvolution(node: Node, context: MatchContext): PooledConvolution | undefined {
  const found = pooledConvolution(node, context, "MaxPool2d");
  if (!found || found.window.channels > fewChannels || !isGiven(found.x, context)) return undefined;
  const [height, width] = found.pool;
  return height * width < placesOfByte && !narrowConvolution(found) ? found : undefined;
}

/** Whether no gradient goes through a value: it is made of nothing that is differentiated. */
function isGiven(value: Value, context: MatchContext, known = new Set<Value>()): boolean {
  if (known.has(value)) return true;
  known.add(value);
  if (context.isDifferentiated(value)) return false;
  return (value.producer?.inputs ?? []).every((input) => !input || isGiven(input, context, known));
}

/** As few strips as fit, of about the same height. */
function stripsOf({ window, filters, pool, output }: PooledConvolution, cache: number): Strip[] {
  const pooledRows = Number(output.shape[1]);
  const length = window.size[0] * window.size[1] * window.channels;
  const bytes = 4 * pool[0] * window.outputWidth * (length + filters);
  const most = Math.max(1, Math.floor((shareOfStrip * cache) / bytes));
  const count = Math.ceil(pooledRows / most);
  return Array.from({ length: count }, (_, i) => {
    const { from, count: rows } = shareOf({ total: pooledRows, unit: 1 }, i, count);
    return { first: from, pooledRows: rows, rows: rows * pool[0] };
  });
}

function taskOf(found: PooledConvolution): Task {
  const { x, weights, window, filters, ending, pool, output: y, nodes } = found;
  const { bias, activation } = ending;
  const { top, outputWidth } = window;
  const [, pooledHeight, pooledWidth] = y.shape as readonly number[] as readonly [number, number, number];
  const length = sizeOf(weights.shape as readonly number[]) / filters;
  const linesOf = (strips: readonly Strip[]): number => Math.max(...strips.map(({ rows }) => rows));
  const pixelsOf = ({ rows }: Strip) => ({ perRow: rows * outputWidth });
  const topOf = ({ first }: Strip): number => top - first * pool[0];
  const pooling = ({ first, pooledRows, rows }: Strip) =>
    [
      ...[{ perRow: 1 }, rows, outputWidth, filters, ...pool],
      ...[pooledRows, pooledWidth, first, pooledHeight],
    ] as const;
  const product = { kind: "product", count: 0, transposeA: false, transposeB: false } as const;
  return {
    name: "convolution and max pooling",
    nodes,
    inputs: [x],
    weights: bias ? [weights, bias] : [weights],
    outputs: [y],
    kept: [x],
    differentiates: [],
    multiplications: window.outputHeight * outputWidth * length * filters,
    leastRows: Math.ceil(wantedRows / (window.outputHeight * outputWidth)),
    forward(emit) {
      const strips = stripsOf(found, emit.cache);
      const most = linesOf(strips) * outputWidth;
      const patches = emit.scratch(4 * most * length);
      const products = emit.scratch(4 * most * filters);
      const indices = emit.training ? emit.keep("indices", rowSize(y)) : 0;
      const closes = activation === activationNumbers.relu ? 1 : 0;
      const [images, w, maxima] = [emit.place(x), emit.place(weights), emit.place(y)];
      const b = bias ? emit.place(bias) : 0;
      for (const strip of strips) {
        const part = { ...window, top: topOf(strip), outputHeight: strip.rows };
        const sizes = { m: pixelsOf(strip), n: filters, k: length };
        emit.block(
          kernel("patches", images, { perRow: 1 }, ...patchNumbers(part), patches),
          { ...product, ...sizes, accumulate: false, a: patches, b: w, y: products },
          kernel("maxPoolStrip", products, ...pooling(strip), closes, maxima, indices, b),
        );
      }
    },
    adjoint(emit) {
      const dy = emit.outputGradient(y);
      const dw = emit.weightGradient(weights, "sum");
      const db = bias && emit.weightGradient(bias, "sum");
      if (!dy || (!dw && !db)) return;
      const strips = stripsOf(found, emit.cache);
      const most = linesOf(strips) * outputWidth;
      const columns = emit.scratch(4 * most * length);
      const dProducts = emit.scratch(4 * most * filters);
      const work = emit.scratch(0, columnsWork({ ...window, outputHeight: linesOf(strips) }));
      const [images, indices] = [emit.place(x), emit.keep("indices", rowSize(y))];
      for (const strip of strips) {
        emit.block(kernel("maxPoolStripAdjoint", dy, indices, ...pooling(strip), dProducts, db?.place ?? 0));
        if (!dw) continue;
        const part = columnNumbers({ ...window, top: topOf(strip), outputHeight: strip.rows });
        const sizes = { m: length, n: filters, k: pixelsOf(strip) };
        emit.block(kernel("patchColumns", images, { perRow: 1 }, ...part, work, columns), {
          ...product,
          ...sizes,
          accumulate: dw.accumulate,
          a: columns,
          b: dProducts,
          y: dw.place,
        });
      }
    },
  };
}
