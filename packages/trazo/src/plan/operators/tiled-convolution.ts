import type { Node } from "../../graph/value.js";
import { activationNumbers } from "../../kernels/plan-kernels.js";
import { sizeOf } from "../../typed-arrays.js";
import type { Place } from "../program/program.js";
import { kernel } from "../program/steps.js";
import { rowSize } from "../task/rows.js";
import type { Emitter, MatchContext, Operator, OperatorTable, Task } from "../task/task.js";
import { type PooledConvolution, pooledConvolution } from "./pooled-convolution.js";
import { patchNumbers, type Window } from "./window.js";
import { winogradConvolution } from "./winograd.js";

/** Rows of a product from which on it runs at full speed. */
const wantedRows = 64;
/** Columns that a product computes at a time. */
const columnsAtOnce = 16;

/** Outputs that are computed together: a window of the pooling, or some beside each other. */
interface Tile {
  readonly height: number;
  readonly width: number;
  /** Per image. */
  readonly count: number;
  /** Values of the pixels that a tile meets. */
  readonly patch: number;
  readonly outputs: number;
}

/** Operators of which this one is tried before others for convolutions. */
export const withTiledConvolution = (table: OperatorTable): OperatorTable => ({
  ...table,
  Conv2d: [tiledConvolution, ...(table.Conv2d ?? [])],
});

/**
 * A convolution with few filters, its activation and the average pooling behind it. With one row of a product for each pixel most of a
 * vector would be empty, and each pixel be copied as often as the kernel has weights. Undefined where that is not so.
 */
const tiledConvolution: Operator = (node, context) => {
  const found = averagedConvolution(node, context);
  const tile = found && bestTile(found);
  return tile && [taskOf(found, tile)];
};

/** One whose outputs are all pooled, and that is not done in fewer multiplications. */
function averagedConvolution(node: Node, context: MatchContext): PooledConvolution | undefined {
  const found = pooledConvolution(node, context, "AveragePool2d");
  if (!found) return undefined;
  const { window, pool } = found;
  const isPooled = window.outputHeight % pool[0] === 0 && window.outputWidth % pool[1] === 0;
  return isPooled && winogradConvolution(found) === undefined ? found : undefined;
}

/** The tile with the least work; undefined where there is less pixel by pixel. Products compute full vectors, and patches have to be copied. */
function bestTile({ window, filters, pool }: PooledConvolution): Tile | undefined {
  const { size, channels, outputHeight, outputWidth } = window;
  const work = (patch: number, outputs: number): number =>
    patch * columnsAtOnce * (Math.ceil(outputs / columnsAtOnce) + 1);
  const [height, least] = pool;
  let best: Tile | undefined;
  let bestWork = outputHeight * outputWidth * work(size[0] * size[1] * channels, filters);
  for (let width = least; width <= outputWidth; width += least) {
    if (outputWidth % width !== 0) continue;
    const patch = (size[0] + height - 1) * (size[1] + width - 1) * channels;
    const tile = { height, width, patch, outputs: height * width * filters };
    const count = (outputHeight / height) * (outputWidth / width);
    if (count * work(patch, tile.outputs) >= bestWork) continue;
    bestWork = count * work(patch, tile.outputs);
    best = { ...tile, count };
  }
  return best;
}

function taskOf(
  { x, weights, window, filters, ending, pool, output: y, nodes }: PooledConvolution,
  tile: Tile,
): Task {
  const { bias, activation } = ending;
  const { height, width, patch, outputs, count } = tile;
  const length = sizeOf(weights.shape as readonly number[]) / filters;
  const rows = { perRow: count };
  const patchSizes = [{ perRow: 1 }, ...patchNumbers(patchWindow(window, tile))] as const;
  const kernelSizes = [...window.size, window.channels, filters, height, width, pool[1]] as const;
  const means = [{ perRow: rowSize(y) / filters }, pool[0] * pool[1], filters] as const;
  const relu = activation === activationNumbers.relu ? 1 : 0;
  const product = { kind: "product", count: 0, transposeA: false, accumulate: false } as const;
  const spread = (emit: Emitter): Place => emit.state("spread kernel", 4 * patch * outputs, "thread");
  const emitPatches = (emit: Emitter): Place => {
    const patches = emit.scratch(4 * count * patch);
    emit.block(kernel("patches", emit.place(x), ...patchSizes, patches));
    return patches;
  };
  const emitKernelGradient = (emit: Emitter, patches: Place, dTiles: Place): void => {
    const dw = emit.weightGradient(weights, "sum");
    if (!dw) return;
    const turned = emit.scratch(4 * count * outputs);
    const gradient = emit.scratch(0, 4 * outputs * patch);
    const [sums, added] = [emit.scratch(0, 4 * length * filters), emit.scratch(0, 4 * length * filters)];
    emit.block(
      kernel("transposeColumns", dTiles, rows, outputs, outputs, turned),
      { ...product, transposeB: false, m: outputs, n: patch, k: rows, a: turned, b: patches, y: gradient },
      kernel("gatherKernel", gradient, ...kernelSizes, sums),
      kernel("transposeColumns", sums, filters, length, length, added),
      kernel("add", dw.place, added, length * filters),
    );
  };
  return {
    name: "convolution and average pooling",
    nodes,
    inputs: [x],
    weights: bias ? [weights, bias] : [weights],
    outputs: [y],
    kept: [x],
    multiplications: count * height * width * length * filters,
    leastRows: Math.ceil(wantedRows / count),
    forward(emit) {
      emit.each(kernel("spreadKernel", emit.place(weights), ...kernelSizes, spread(emit)));
      const tiles = emit.training
        ? emit.keep("tiles", 4 * count * outputs)
        : emit.scratch(4 * count * outputs);
      const a = emitPatches(emit);
      const b = bias ? emit.place(bias) : 0;
      emit.block(
        { ...product, transposeB: false, m: rows, n: outputs, k: patch, a, b: spread(emit), y: tiles },
        kernel("averageActivated", tiles, ...means, b, relu, emit.place(y)),
      );
    },
    adjoint(emit) {
      const dy = emit.outputGradient(y);
      if (!dy) return;
      const tiles = emit.keep("tiles", 4 * count * outputs);
      const db = bias && emit.weightGradient(bias, "sum");
      emit.block(kernel("averageActivatedAdjoint", dy, tiles, ...means, relu, db?.place ?? 0));
      const patches = emitPatches(emit);
      emitKernelGradient(emit, patches, tiles);
      const dx = emit.inputGradient(x);
      if (!dx) return;
      const pixels = { perRow: window.height * window.width * window.channels };
      emit.block(
        {
          ...product,
          transposeB: true,
          m: rows,
          n: patch,
          k: outputs,
          a: tiles,
          b: spread(emit),
          y: patches,
        },
        kernel("fill", dx, pixels, 0),
        kernel("patchesAdjoint", patches, ...patchSizes, dx),
      );
    },
  };
}

/** The window of a whole tile. */
const patchWindow = (window: Window, { height, width }: Tile): Window => ({
  ...window,
  size: [window.size[0] + height - 1, window.size[1] + width - 1],
  strides: [height, width],
  outputHeight: window.outputHeight / height,
  outputWidth: window.outputWidth / width,
});
