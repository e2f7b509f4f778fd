import { type SharedWebAssemblyMemory, type WebAssemblyModule, webAssembly } from "./webassembly.js";

/**
 * Loops over float32 values in one flat memory: what a plan computes between its matrix products.
 *
 * - Addresses are byte offsets, multiples of 4 (best of 64); 0 stands for an array that is not there, where that is allowed.
 * - Arrays are dense, images channels last: `[rows, height, width, channels]`, where `rows` counts the images of a block.
 * - Channels may be any number. Nothing is read or written outside of the arrays named.
 * - The module has no state and no memory of its own, so that threads may call the same kernels over shared memory, each with
 *   its own arrays to write to.
 * - The same arguments give the same bytes.
 * - Arguments in brackets may be left out: they are 0 then.
 *
 * The arguments of a window are, in this order, those of `WindowNumbers`.
 */
export type PlanKernels = {
  /** Every one of `count` values becomes `value`. */
  fill(target: number, count: number, value: number): void;
  /** y = x / divisor for bytes x. */
  fromBytes(x: number, count: number, divisor: number, y: number): void;
  /** y = x */
  copy(y: number, x: number, count: number): void;
  /** y [rows, columns] = the first `columns` values of each row of x [rows, stride] */
  copyColumns(x: number, rows: number, columns: number, stride: number, y: number): void;
  /**
   * The kernel of a convolution of which whole tiles of outputs are a row of a product: target [patch, tile] is what takes the patch that a tile meets to
   * its outputs. Those of each window of `windowWidth` columns, over all rows of the tile, lie before those of the next.
   */
  spreadKernel(weights: number, ...sizes: TileNumbers): void;
  /** The adjoint: sums [filters, kernelHeight, kernelWidth, channels] of tiles [tile, patch]. */
  gatherKernel(tiles: number, ...sizes: TileNumbers): void;
  /** y [rows, count, channels] += bias [channels] (0: none), not below 0 with `relu`; means [rows, channels] = the means over `count` of that. */
  averageActivated(
    ...args: [
      y: number,
      rows: number,
      count: number,
      channels: number,
      bias: number,
      relu: number,
      means: number,
    ]
  ): void;
  /** y becomes the gradient of what `averageActivated` was given, from that of the means; db [channels] (0: none) += its sums. */
  averageActivatedAdjoint(
    ...args: [
      dMeans: number,
      y: number,
      rows: number,
      count: number,
      channels: number,
      relu: number,
      db: number,
    ]
  ): void;
  /** y [columns, rows] = the same, those of a column side by side */
  transposeColumns(x: number, rows: number, columns: number, stride: number, y: number): void;
  /**
   * y [rows, columns] = the sum of `count` matrices that begin `step` bytes after each other, plus bias [columns] (0: none), then an
   * activation: none, relu or relu6. The rows of all of them begin `stride` values after each other.
   */
  sumColumns(
    parts: number,
    step: number,
    count: number,
    rows: number,
    columns: number,
    stride: number,
    bias: number,
    activation: number,
    y: number,
  ): void;
  /** y += x */
  add(y: number, x: number, count: number): void;
  /** y += factor x */
  addScaled(y: number, x: number, count: number, factor: number): void;
  /** y *= factor */
  scale(y: number, count: number, factor: number): void;
  /** y = a + b; y may be one of them. */
  sum(y: number, a: number, b: number, count: number): void;
  /** y = a b; y may be one of them. A mask of dropout, forwards and back, for example. */
  multiply(y: number, a: number, b: number, count: number): void;
  /** y = max(x, 0); NaN stays NaN. y may be x. */
  relu(y: number, x: number, count: number): void;
  /** dx = dy where y > 0, else 0. dx may be dy. */
  reluAdjoint(dx: number, dy: number, y: number, count: number): void;
  /** y = activation(x), by its number in `activationNumbers`. y may be x. */
  applyActivation(y: number, x: number, count: number, activation: number): void;
  /** dx = dy times the slope of the activation whose output is y. dx may be dy. */
  activationGradient(dx: number, dy: number, y: number, count: number, activation: number): void;

  /** y = f(x) with the parameters a and b, by its number in `functionNumbers`. y may be x. */
  mapValues(f: number, y: number, x: number, count: number, a: number, b: number): void;
  /** dx = dy times the slope of f, from v: of silu and gelu what went in, of the others what came out. dx may be dy. */
  mapAdjoint(f: number, dx: number, dy: number, v: number, count: number, a: number, b: number): void;
  /**
   * Runs of `length` values, `rows` of them: in x one begins `xStride` values after the one before, the first `xStart` values from the
   * beginning; in y likewise.
   */
  copyRuns(
    ...args: [
      x: number,
      xStart: number,
      xStride: number,
      rows: number,
      length: number,
      y: number,
      yStart: number,
      yStride: number,
    ]
  ): void;
  /** Every pixel of x [rows, height, width, channels] `down` times below and `across` times beside itself. */
  repeatPixels(
    ...args: [
      x: number,
      rows: number,
      height: number,
      width: number,
      channels: number,
      down: number,
      across: number,
      y: number,
    ]
  ): void;

  /** y [rows, channels] += bias [channels] (0: none), then the activation. In place. */
  biasActivation(y: number, rows: number, channels: number, bias: number, activation: number): void;
  /** dy [rows, channels] times the slope of the activation whose output is y, in place; db [channels] (0: none) += the sums of that. */
  activationAdjoint(
    dy: number,
    y: number,
    rows: number,
    channels: number,
    activation: number,
    db: number,
  ): void;
  /**
   * Adds x [rows, channels] to moments [1 + 2 channels]: the number of rows, their means, and the sums of the squares around these. Writes over
   * work [3, channels].
   */
  addMoments(x: number, rows: number, channels: number, work: number, moments: number): void;
  /** sums [2, channels] += dy, and dy (x - mean) */
  channelProducts(dy: number, x: number, rows: number, channels: number, means: number, sums: number): void;
  /** As `channelProducts`, with 0 in place of dy where x factor + summand <= 0; factors [2, channels]. */
  maskedChannelProducts(
    dy: number,
    x: number,
    rows: number,
    channels: number,
    means: number,
    factors: number,
    sums: number,
  ): void;
  /** As `channelProducts`, with 0 in place of dy, also in memory, where z [rows, channels] <= 0. */
  gatedChannelProducts(
    dy: number,
    x: number,
    z: number,
    rows: number,
    channels: number,
    means: number,
    sums: number,
  ): void;
  /** y = x factor, plus the summand if `adds` is 1, then the activation. factors [1 or 2, channels]; y may be x. */
  scaleChannels(
    x: number,
    rows: number,
    channels: number,
    factors: number,
    adds: number,
    y: number,
    activation?: number,
  ): void;
  /** y = x factor + the summand + other, then an activation: none, relu or relu6. factors [2, channels]; y may be x or other. */
  scaleChannelsAndAdd(
    x: number,
    other: number,
    rows: number,
    channels: number,
    factors: number,
    y: number,
    activation: number,
  ): void;
  /** dx = a dy + b x + c with a number of each per channel, factors [3, channels]. dx may be dy or x. */
  combineChannels(dy: number, x: number, rows: number, channels: number, factors: number, dx: number): void;
  /** The same with 0 in place of dy where x factor + summand <= 0; mask [2, channels] holds factors and summands. */
  combineMaskedChannels(
    dy: number,
    x: number,
    rows: number,
    channels: number,
    factors: number,
    mask: number,
    dx: number,
  ): void;

  /**
   * x to patches [rows * outHeight * outWidth, rowLength], zeros outside of the image. A patch is kernelHeight * kernelWidth * channels values
   * (`rowLength` 0: as many); the rest of its row is zero.
   */
  patches(...args: [x: number, ...WindowNumbers, target: number, rowLength?: number]): void;
  /** The adjoint: dx += every value of the patches, at the pixel that it is a copy of. */
  patchesAdjoint(...args: [source: number, ...WindowNumbers, dx: number, rowLength?: number]): void;

  /**
   * Maxima of windows, the first of equal ones, and their places in the window, a byte each (0: not wanted; a window has less than 255
   * values). bias [channels] (0: none) is added. With `closes` a relu follows, and an index is 255 where the maximum is not positive.
   */
  maxPool(
    ...args: [x: number, ...PoolNumbers, closes: number, y: number, indices: number, bias?: number]
  ): void;
  /** Writes dx. db [channels] (0: none) += the gradients whose index is not 255. */
  maxPoolAdjoint(...args: [dy: number, indices: number, ...PoolNumbers, dx: number, db?: number]): void;
  /**
   * `maxPool` of a strip of each image, x [rows, height, width, channels], in windows side by side. Its maxima are `outHeight` rows of the image's `wholeHeight`,
   * from row `first` on; y and indices are those of whole images.
   */
  maxPoolStrip(
    ...args: [x: number, ...StripNumbers, closes: number, y: number, indices: number, bias: number]
  ): void;
  /** Writes dx, the strips' gradients. db [channels] (0: none) += those whose index is not 255. */
  maxPoolStripAdjoint(...args: [dy: number, indices: number, ...StripNumbers, dx: number, db: number]): void;
  /**
   * As `patches` without dilation, but each value of the patches in a row of its own, target [kernelHeight * kernelWidth * channels,
   * rows * outHeight * outWidth]. Writes over work [1 + (outHeight - 1) * strideDown + kernelHeight, channels, strideAcross, outWidth +
   * (kernelWidth - 1) / strideAcross, rounded down].
   */
  patchColumns(
    ...args: [
      x: number,
      rows: number,
      height: number,
      width: number,
      channels: number,
      kernelHeight: number,
      kernelWidth: number,
      strideDown: number,
      strideAcross: number,
      top: number,
      left: number,
      outHeight: number,
      outWidth: number,
      work: number,
      target: number,
    ]
  ): void;
  /** Means of the pixels of a window that lie inside the image. A window of the image's size is global pooling. */
  averagePool(...args: [x: number, ...PoolNumbers, y: number]): void;
  /** Writes dx. */
  averagePoolAdjoint(...args: [dy: number, ...PoolNumbers, dx: number]): void;

  /**
   * Winograd's transforms for 3 x 3 kernels with stride 1: x to planes, one per point: 36 of them for tiles of 4 x 4 outputs, 16 for 2 x 2. A plane is
   * [rows * tilesDown * tilesAcross + 1, channels]; its last row is zero, so that products may take it along. Point (a, b) is in plane
   * a * (tile + 2) + b. With planes V of the input and U of the kernel, the output's planes are the products V[p] U[p]. Writes over work, 576 bytes and
   * tile + 2 pixels.
   */
  winogradInput(...args: [x: number, ...ImageNumbers, planes: number, work: number]): void;
  /** The adjoint: writes dx. Writes over work, as large. */
  winogradInputAdjoint(...args: [planes: number, ...ImageNumbers, dx: number, work: number]): void;
  /** Planes to y, plus bias (0: none), then an activation: none, relu or relu6. Uses up the planes. */
  winogradOutput(
    ...args: [planes: number, ...ResultNumbers, bias: number, activation: number, y: number]
  ): void;
  /** The adjoint, without bias and activation: dy to planes. Their last row is zero. */
  winogradOutputAdjoint(...args: [dy: number, ...ResultNumbers, planes: number]): void;
  /**
   * `columns` of the columns of w [3, 3, count] to those of U [36 or 16, count], where `count` is channels times filters; `tile` is 4 or 2. Both
   * addresses are those of the first of these columns.
   */
  winogradKernel(w: number, count: number, tile: number, U: number, columns: number): void;
  /** The adjoint, of the sum of `parts` arrays dU that begin `step` bytes after each other: writes dw. Uses up the first dU. */
  winogradKernelAdjoint(
    ...args: [
      dU: number,
      step: number,
      parts: number,
      count: number,
      tile: number,
      dw: number,
      columns: number,
    ]
  ): void;

  /**
   * Each channel with its own kernel, weights [kernelHeight, kernelWidth, channels], plus bias [channels] (0: none), then an activation: none,
   * relu or relu6.
   */
  depthwise(
    ...args: [x: number, ...WindowNumbers, weights: number, bias: number, activation: number, y: number]
  ): void;
  /** Writes dx. */
  depthwiseInputAdjoint(...args: [dy: number, ...WindowNumbers, weights: number, dx: number]): void;
  /** dw += the gradient of the weights. */
  depthwiseKernelAdjoint(...args: [x: number, ...WindowNumbers, dy: number, dw: number]): void;

  /**
   * A convolution with 2, 4, 6 or 8 filters and without dilation, weights [kernelHeight, kernelWidth, channels, filters], plus bias [filters] (0: none), then
   * relu if `relu` is 1.
   */
  narrowConvolution(
    ...args: [
      x: number,
      ...WindowNumbers,
      weights: number,
      filters: number,
      bias: number,
      relu: number,
      y: number,
    ]
  ): void;
  /** dw += the gradient of the weights. */
  narrowKernelAdjoint(...args: [x: number, ...WindowNumbers, dy: number, filters: number, dw: number]): void;
};

/** What Winograd's input is: images with `top` rows and `left` columns of padding before them, and tiles of 4 or 2 outputs per side. */
export type ImageNumbers = [
  rows: number,
  height: number,
  width: number,
  channels: number,
  top: number,
  left: number,
  tilesDown: number,
  tilesAcross: number,
  tile: number,
];

/** What Winograd's output is. The last tiles may reach beyond it. */
export type ResultNumbers = [
  rows: number,
  height: number,
  width: number,
  filters: number,
  tilesDown: number,
  tilesAcross: number,
  tile: number,
];

/** Padding is `top` rows above and `left` columns before; what a window needs below and behind follows from the sizes. */
export type WindowNumbers = [
  rows: number,
  height: number,
  width: number,
  channels: number,
  kernelHeight: number,
  kernelWidth: number,
  strideDown: number,
  strideAcross: number,
  dilationDown: number,
  dilationAcross: number,
  top: number,
  left: number,
  outHeight: number,
  outWidth: number,
];

/** A kernel, the tile of outputs that are computed together, and what the result is written to. */
export type TileNumbers = [
  kernelHeight: number,
  kernelWidth: number,
  channels: number,
  filters: number,
  tileHeight: number,
  tileWidth: number,
  windowWidth: number,
  target: number,
];

/** The same without dilation. Every window holds at least one pixel. */
export type PoolNumbers = [
  rows: number,
  height: number,
  width: number,
  channels: number,
  windowHeight: number,
  windowWidth: number,
  strideDown: number,
  strideAcross: number,
  top: number,
  left: number,
  outHeight: number,
  outWidth: number,
];

/** Strips of images, and the windows side by side that are pooled there. */
export type StripNumbers = [
  rows: number,
  height: number,
  width: number,
  channels: number,
  windowHeight: number,
  windowWidth: number,
  outHeight: number,
  outWidth: number,
  first: number,
  wholeHeight: number,
];

/** Activations by the numbers that kernels know them by. Sigmoid and tanh are exact to 4 units in the last place. */
export const activationNumbers = { none: 0, relu: 1, relu6: 2, sigmoid: 3, tanh: 4 } as const;

/**
 * Functions by the numbers that kernels know them by: x limited to [a, b]; a x + b; sigmoid; tanh; x, below 0 a (e^x - 1); x, below 0 a x; a x + b
 * limited to [0, 1]; e^x; x sigmoid(x); x times the normal distribution's probability of less than x.
 */
export const functionNumbers = {
  clamp: 0,
  affine: 1,
  sigmoid: 2,
  tanh: 3,
  elu: 4,
  leakyRelu: 5,
  hardSigmoid: 6,
  exponential: 7,
  silu: 8,
  gelu: 9,
} as const;

/** The kernels over a memory. */
export const planKernels = (module: WebAssemblyModule, memory: SharedWebAssemblyMemory): PlanKernels =>
  new webAssembly.Instance(module, { env: { memory } }).exports as PlanKernels;
