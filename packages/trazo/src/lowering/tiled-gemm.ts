import { type Conv2dOptions, concat, gather, gemm, type Pool2dOptions, pad, reshape } from "../graph/ops.js";
import { multiplyDims, staticDim } from "../graph/shape.js";
import type { Node, Value } from "../graph/value.js";
import { tensor } from "../tensor.js";
import {
  directAveragePool2d,
  directConv2d,
  directMaxPool2d,
  otherConvolutions,
  outputSize,
  padsFor,
} from "./direct.js";
import { convert, type Feature, type ImageSize, imageSize, plain } from "./layout.js";
import { channelVector, type Lowering, type LoweringContext, type LoweringRule } from "./lower.js";
import { pixelAveragePool2d } from "./pixel-pooling.js";
import { winogradConv2d } from "./winograd.js";

type Pair = readonly [number, number];

/**
 * A GEMM whose result is narrower than this leaves most of a CPU's vector lanes idle, so a tile
 * takes in as many output pixels as it needs to fill them.
 */
const wantedColumns = 64;
const largestTile = 8;

/** Blocks of input pixels that lie together in memory, and where they stand in the image. */
interface Blocks {
  readonly rows: number;
  readonly columns: number;
  /** Blocks down and across the image. */
  readonly down: number;
  readonly across: number;
}

/** Along one axis: where the patch of a tile begins and how many blocks it covers. */
interface PatchAxis {
  /** Input pixels from one tile's patch to the next. */
  readonly step: number;
  readonly extent: number;
  readonly blocks: number;
}

/**
 * Convolution as one matrix product. A row stands for a tile of output pixels: it holds the whole
 * input patch that the tile needs, gathered in contiguous blocks, and is multiplied by the kernel
 * expanded with zeros to one column for each output value of the tile. That is more arithmetic
 * than the convolution itself, in a shape that a CPU's GEMM runs several times faster; and its
 * gradients are again gathers and matrix products.
 */
const tiledConv2d: LoweringRule = (node, [x, kernel], context) => {
  const options = node.attributes as unknown as Conv2dOptions;
  const weights = (kernel as Feature).value;
  const output = outputSize(node);
  const cut = chooseTile(node, output, context);
  if (!cut) return undefined;
  // Enough filters fill the GEMM by themselves: one row per pixel, and only the order of the rows is the tiles'.
  const tile = output.channels >= wantedColumns ? 1 : cut;
  const window: Pair = [staticDim(weights.shape, 0, "Conv2D"), staticDim(weights.shape, 1, "Conv2D")];
  const image = padded(x as Feature, window, options);
  const size = image.size as ImageSize;
  const step: Pair = [tile * options.strides[0], tile * options.strides[1]];
  const { feature, blocks } = inBlocks(image, step);
  const patch = ([0, 1] as const).map((i) => {
    const extent = (tile - 1) * options.strides[i] + (window[i] - 1) * options.dilation[i] + 1;
    const block = i === 0 ? blocks.rows : blocks.columns;
    return { step: step[i], extent, blocks: Math.ceil(extent / block) };
  }) as unknown as [PatchAxis, PatchAxis];
  const patches = gatherPatches(feature, blocks, patch, output, tile, cut);
  const expanded = expandKernel(
    weights,
    window,
    options,
    blocks,
    patch,
    size.channels,
    output.channels,
    tile,
  );
  const tiles = multiplyDims(output.batch, (output.height / cut) * (output.width / cut));
  return {
    value: reshape(gemm(patches, expanded), [tiles, cut * cut * output.channels]),
    layout: { kind: "tiles", rows: cut, columns: cut },
    size: output,
  };
};

/** The smallest tile that fills the GEMM, fits the image, and holds whole windows of a pooling that follows. */
function chooseTile(
  node: Node,
  { height, width, channels }: ImageSize,
  context: LoweringContext,
): number | undefined {
  const pool = followingPool(node, context);
  const fits = (tile: number): boolean =>
    height % tile === 0 && width % tile === 0 && (!pool || (tile % pool[0] === 0 && tile % pool[1] === 0));
  const tiles = Array.from({ length: largestTile }, (_, i) => i + 1).filter(fits);
  return tiles.find((tile) => tile * tile * channels >= wantedColumns) ?? tiles.at(-1);
}

const convolutions = new Set(["Conv2d", ...Object.keys(otherConvolutions)]);

/** Window of a non-overlapping average pooling reached through pixelwise operators only. */
function followingPool(node: Node, context: LoweringContext): Pair | undefined {
  let value = node.outputs[0] as Value;
  for (;;) {
    const uses = context.consumersOf(value);
    const [next] = uses;
    if (!next || uses.length > 1) return undefined;
    if (next.op === "AveragePool2d")
      return alignedPool(next) ? (next.attributes as unknown as Pool2dOptions).poolSize : undefined;
    if ((next.outputs[0] as Value).shape.length !== 4) return undefined;
    if (next.op === "MaxPool2d" || convolutions.has(next.op)) return undefined;
    value = next.outputs[0] as Value;
  }
}

/** Windows side by side that cover the image exactly, so that either padding means none. */
function alignedPool(node: Node): boolean {
  const { poolSize, strides } = node.attributes as unknown as Pool2dOptions;
  const [, height, width] = (node.inputs[0] as Value).shape as readonly number[];
  const side = poolSize[0] === strides[0] && poolSize[1] === strides[1];
  return side && (height as number) % poolSize[0] === 0 && (width as number) % poolSize[1] === 0;
}

/** Zeros around the image where the padding asks for them. */
function padded(x: Feature, window: Pair, { strides, padding, dilation }: Conv2dOptions): Feature {
  const size = x.size as ImageSize;
  const [top, left, bottom, right] = padsFor(size, window, strides, dilation, padding);
  if (top + left + bottom + right === 0) return x;
  const value = pad(convert(x, plain).value, [0, top, left, 0], [0, bottom, right, 0]);
  const grown = { ...size, height: size.height + top + bottom, width: size.width + left + right };
  return { value, layout: plain, size: grown };
}

/** The image as `[batch, blocks, block]`, keeping the tiles it came in where the patches begin on their edges. */
function inBlocks(image: Feature, step: Pair): { feature: Feature; blocks: Blocks } {
  const { batch, height, width, channels } = image.size as ImageSize;
  const tiles = image.layout.kind === "tiles" ? image.layout : undefined;
  const aligned = tiles && step[0] % tiles.rows === 0 && step[1] % tiles.columns === 0;
  const columns = aligned ? tiles.columns : greatestCommonDivisor(width, step[1]);
  const rows = aligned ? tiles.rows : 1;
  const value = aligned ? image.value : convert(image, plain).value;
  const blocks = { rows, columns, down: height / rows, across: width / columns };
  const stack = reshape(value, [batch, blocks.down * blocks.across, rows * columns * channels]);
  return { feature: { ...image, value: stack }, blocks };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** One row a tile: the blocks of its patch, in reading order. Tiles within a larger one, `cut`, lie together. */
function gatherPatches(
  { value, size }: Feature,
  blocks: Blocks,
  [rows, columns]: readonly [PatchAxis, PatchAxis],
  output: ImageSize,
  tile: number,
  cut: number,
): Value {
  const indices: number[] = [];
  for (const [i, j] of tilesInOrder(output, tile, cut)) {
    for (let r = 0; r < rows.blocks; r++) {
      for (let c = 0; c < columns.blocks; c++) {
        // A patch rounded up to whole blocks may reach past the edge; its kernel rows are zero there.
        const row = Math.min((i * rows.step) / blocks.rows + r, blocks.down - 1);
        const column = Math.min((j * columns.step) / blocks.columns + c, blocks.across - 1);
        indices.push(row * blocks.across + column);
      }
    }
  }
  const patchBlocks = rows.blocks * columns.blocks;
  const length = patchBlocks * blocks.rows * blocks.columns * (size as ImageSize).channels;
  // A row of indices for every row of tiles: the gradient makes use of their likeness.
  const down = output.height / cut;
  const patches = gather(value, Int32Array.from(indices), [down, indices.length / down], 1);
  return reshape(patches, [multiplyDims(output.batch, indices.length / patchBlocks), length]);
}

function* tilesInOrder({ height, width }: ImageSize, tile: number, cut: number): Generator<Pair> {
  const side = cut / tile;
  for (let i = 0; i < height / cut; i++) {
    for (let j = 0; j < width / cut; j++) {
      for (let k = 0; k < side * side; k++) yield [i * side + Math.floor(k / side), j * side + (k % side)];
    }
  }
}

/** The kernel as `[patch values, tile values]`: each weight stands once for every output pixel of the tile. */
function expandKernel(
  kernel: Value,
  window: Pair,
  { strides, dilation }: Conv2dOptions,
  blocks: Blocks,
  [rows, columns]: readonly [PatchAxis, PatchAxis],
  channels: number,
  filters: number,
  tile: number,
): Value {
  const count = window[0] * window[1] * channels;
  const patchRows = rows.blocks * blocks.rows;
  const patchColumns = columns.blocks * blocks.columns;
  const length = patchRows * patchColumns * channels;
  const places = tile * tile;
  // Filters lie together in a kernel, so whole rows of them are copied; row `count` holds zeros.
  const indices = new Int32Array(length * places).fill(count);
  for (let pr = 0; pr < patchRows; pr++) {
    for (let pc = 0; pc < patchColumns; pc++) {
      const pixel = pixelInPatch(pr, pc, blocks, columns.blocks);
      for (let place = 0; place < places; place++) {
        const kr = (pr - Math.floor(place / tile) * strides[0]) / dilation[0];
        const kc = (pc - (place % tile) * strides[1]) / dilation[1];
        if (!inWindow(kr, window[0]) || !inWindow(kc, window[1])) continue;
        for (let c = 0; c < channels; c++) {
          indices[(pixel * channels + c) * places + place] = (kr * window[1] + kc) * channels + c;
        }
      }
    }
  }
  const zeros = kernel.graph.constant(tensor("float32", [1, filters], new Float32Array(filters)));
  const table = concat([reshape(kernel, [count, filters]), zeros], 0);
  return reshape(gather(table, indices, [length, places], 0), [length, places * filters]);
}

const inWindow = (position: number, size: number): boolean =>
  Number.isInteger(position) && position >= 0 && position < size;

/** Position of a patch's pixel in the gathered row: block by block, pixels in reading order within a block. */
function pixelInPatch(row: number, column: number, blocks: Blocks, across: number): number {
  const block = Math.floor(row / blocks.rows) * across + Math.floor(column / blocks.columns);
  return (block * blocks.rows + (row % blocks.rows)) * blocks.columns + (column % blocks.columns);
}

/** Average pooling of tiles that hold whole windows: each tile times a constant matrix. */
const tiledAveragePool2d: LoweringRule = (node, [x]) => {
  const { value, layout, size } = x as Feature;
  if (layout.kind !== "tiles" || !size || !alignedPool(node)) return undefined;
  const { poolSize } = node.attributes as unknown as Pool2dOptions;
  if (layout.rows % poolSize[0] !== 0 || layout.columns % poolSize[1] !== 0) return undefined;
  const rows = layout.rows / poolSize[0];
  const columns = layout.columns / poolSize[1];
  const { channels } = size;
  const width = rows * columns * channels;
  const matrix = new Float32Array(layout.rows * layout.columns * channels * width);
  for (let r = 0; r < layout.rows; r++) {
    for (let c = 0; c < layout.columns; c++) {
      const window = Math.floor(r / poolSize[0]) * columns + Math.floor(c / poolSize[1]);
      for (let k = 0; k < channels; k++) {
        const from = (r * layout.columns + c) * channels + k;
        matrix[from * width + window * channels + k] = 1 / (poolSize[0] * poolSize[1]);
      }
    }
  }
  const pooling = value.graph.constant(tensor("float32", [matrix.length / width, width], matrix));
  return { value: gemm(value, pooling), layout: { kind: "tiles", rows, columns }, size: outputSize(node) };
};

/** A bias added to a product becomes part of the product, which saves a pass over its result. */
const biasIntoGemm: LoweringRule = (node, [x, bias]) => {
  const { value, layout } = x as Feature;
  const isCut = layout.kind === "tiles" && value.producer?.op === "Reshape";
  const matrix = isCut ? (value.producer?.inputs[0] as Value) : value;
  const product = matrix.producer;
  const vector = (bias as Feature).value;
  if (product?.op !== "Gemm" || product.inputs.length !== 2 || vector.shape.length !== 1) return undefined;
  const channels = staticDim(vector.shape, 0, "Bias");
  const row = matrix.shape[1] === channels ? vector : channelVector(vector, layout, channels);
  if (row.shape[0] !== matrix.shape[1]) return undefined;
  const [a, b] = product.inputs as [Value, Value];
  const { transA, transB } = product.attributes as { transA: boolean; transB: boolean };
  const sum = gemm(a, b, { transposeA: transA, transposeB: transB, bias: row });
  const size = imageSize(node.outputs[0] as Value);
  return { value: reshape(sum, value.shape), layout, ...(size ? { size } : {}) };
};

/** The fast form on a CPU: convolutions and their poolings as matrix products, Winograd's where they pay, the rest direct. */
export const tiledGemm: Lowering = {
  name: "tiledGemm",
  rules: {
    Add: [biasIntoGemm],
    Conv2d: [winogradConv2d, tiledConv2d, directConv2d],
    ...otherConvolutions,
    AveragePool2d: [tiledAveragePool2d, pixelAveragePool2d, directAveragePool2d],
    MaxPool2d: [directMaxPool2d],
  },
};
