import { decodeBase64 } from "./base64.js";
import { rarePlanKernelModule } from "./generated/rare-plan-module.js";
import { type WebAssemblyModule, webAssembly } from "./webassembly.js";

/**
 * Kernels of operators that few networks have; otherwise as `PlanKernels`.
 *
 * Those with `LoopNumbers` go through their arrays in four loops inside each other, at each array's own strides.
 */
export type RarePlanKernels = {
  /** y = op(a, b) by the number in `binaryNumbers`, y [sizes] without gaps. Comparisons give 1 and 0. */
  broadcast(...args: [op: number, ...LoopNumbers, y: number]): void;
  /** d += the gradient of a, or of b where `second` is 1, at the strides of that one; dy [sizes] without gaps. */
  broadcastAdjoint(...args: [op: number, second: number, ...LoopNumbers, dy: number, d: number]): void;
  /**
   * y [blocks, outputs, length] = a matrix [outputs, inputs] times x [blocks, inputs, length]. Each row of the matrix has `most` numbers next to
   * each other; table [outputs, 1 + most] holds the place of the first, and then these.
   */
  axisProduct(...args: [x: number, ...AxisProductNumbers, y: number]): void;
  /** dx += the gradient. */
  axisProductAdjoint(...args: [dy: number, ...AxisProductNumbers, dx: number]): void;
  /**
   * y = gamma (x - mean) / sqrt(variance + epsilon) + beta for x [samples, places, groups, each], with a sample's mean and biased variance of a group over
   * all places; gamma and beta [groups, each] (0: none). moments [samples, groups, 2] = the means, and one divided by the roots.
   */
  normalizeGroups(
    ...args: [
      x: number,
      ...GroupNumbers,
      gamma: number,
      beta: number,
      epsilon: number,
      y: number,
      moments: number,
    ]
  ): void;
  /** Writes dx (0: none); dGamma and dBeta [groups, each] (0: none) += their gradients. */
  normalizeGroupsAdjoint(
    ...args: [
      dy: number,
      x: number,
      ...GroupNumbers,
      gamma: number,
      moments: number,
      dGamma: number,
      dBeta: number,
      dx: number,
    ]
  ): void;
  /** y = f(x) with the parameter a, by its number in `rareFunctionNumbers`. y may be x. */
  mapRare(f: number, y: number, x: number, count: number, a: number): void;
  /** dx = dy times the slope of f at x. dx may be dy. */
  mapRareAdjoint(f: number, dx: number, dy: number, x: number, count: number, a: number): void;
  /** y [outer, count, length] = the entries of x [outer, size, length] at the places [count], which are float32. */
  gather(...args: [x: number, ...GatherNumbers, y: number]): void;
  /** dx += the gradient. */
  gatherAdjoint(...args: [dy: number, ...GatherNumbers, dx: number]): void;
  /** y [rows] = minus the sum of each row of p [rows, length] times the logarithms of softmax(x). */
  crossentropy(x: number, p: number, rows: number, length: number, y: number): void;
  /** Writes dx; dy [rows]. */
  crossentropyAdjoint(dy: number, x: number, p: number, rows: number, length: number, dx: number): void;
  /** y = x as float32 for numbers of a kind in `kindNumbers`. */
  convert(kind: number, x: number, count: number, y: number): void;
  /** y [count, depth] = 1 in the column that a class number (float32) names, else 0; a negative one counts from the end. */
  oneHot(classes: number, count: number, depth: number, y: number): void;
  /** y [outer, inner] = which of the `length` values of x [outer, length, inner] is the largest, of equal ones the first. */
  argMax(x: number, outer: number, length: number, inner: number, y: number): void;
  /** y [rows, length] = e^x divided by the sum of the row's; with `logs` the logarithms of these. */
  softmax(x: number, rows: number, length: number, logs: number, y: number): void;
  /** Writes dx, from what came out. dx may be dy. */
  softmaxAdjoint(dy: number, y: number, rows: number, length: number, logs: number, dx: number): void;
};

/** The sizes of a product along an axis, and the matrix's table. */
export type AxisProductNumbers = [
  blocks: number,
  inputs: number,
  outputs: number,
  length: number,
  table: number,
  most: number,
];

/** The sizes of entries that are picked along an axis, and their places. */
export type GatherNumbers = [outer: number, size: number, length: number, places: number, count: number];

/** The sizes of values that are normalized in groups. */
export type GroupNumbers = [samples: number, places: number, groups: number, each: number];

/** How often each loop runs, the outermost first, and two arrays, each with its strides in values: 0 where it is repeated. */
export type LoopNumbers = [
  n0: number,
  n1: number,
  n2: number,
  n3: number,
  a: number,
  a0: number,
  a1: number,
  a2: number,
  a3: number,
  b: number,
  b0: number,
  b1: number,
  b2: number,
  b3: number,
];

/**
 * Functions of two values by the numbers that kernels know them by; `first` is a alone, `where` is b where a is not 0, else 0, and `otherwise` b
 * where a is 0, else 0.
 */
export const binaryNumbers = {
  add: 0,
  sub: 1,
  mul: 2,
  div: 3,
  max: 4,
  min: 5,
  first: 6,
  greater: 7,
  greaterOrEqual: 8,
  less: 9,
  equal: 10,
  where: 11,
  otherwise: 12,
} as const;

/**
 * Functions of one value likewise: the logarithm of 1 + e^x is `softplus`; `step` is 1 above a, else 0; `power` is x to the power of a; `truncated` x
 * without what is behind the point.
 */
export const rareFunctionNumbers = {
  sqrt: 0,
  log: 1,
  abs: 2,
  softplus: 3,
  step: 4,
  sign: 5,
  square: 6,
  power: 7,
  truncated: 8,
} as const;

/** Numbers that are not float32, by the numbers that kernels know them by. */
export const kindNumbers = { uint8: 0, bool: 0, int32: 1, int64: 2, float64: 3 } as const;

export const compileRarePlanKernels = (): WebAssemblyModule =>
  new webAssembly.Module(decodeBase64(rarePlanKernelModule));
