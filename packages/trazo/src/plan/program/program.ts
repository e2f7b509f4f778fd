import type { WebAssemblyModule } from "../../kernels/webassembly.js";
import type { DType } from "../../tensor.js";

/** Where something lies in the flat memory, in bytes. */
export interface Place {
  /** Of the first row, in the first thread and the first part. */
  at: number;
  /** From one sample's row to the next; 0 where every block of rows uses the same memory. */
  readonly perRow: number;
  /** From one thread's own to the next thread's; 0 where all threads use the same. */
  perThread: number;
  /** From what is one part's to what is the next one's; 0 where all parts use the same. */
  perPart: number;
  /** In the first part, where that is not `at`. */
  mine?: number;
  /** From one to the next of what is divided among the parts: `at` is where the first is. */
  readonly perShare?: { readonly share: Share; readonly bytes: number };
}

/** What is divided among the parts: `total` things, in pieces of `unit`. */
export interface Share {
  readonly total: number;
  readonly unit: number;
  /** Of what is a part's, only its `size` things from the `index * size`th on, or what there is of them. Default: all. */
  readonly part?: { readonly index: number; readonly size: number };
}

/** A count that depends on the number of samples at hand: `perRow` times that, plus a constant. */
export interface PerRow {
  readonly perRow: number;
  readonly plus?: number;
}

/** How many of what is divided are a part's. */
export interface ShareCount {
  readonly share: Share;
  /** Times that number. Default 1. */
  readonly times?: number;
}

export type Count = number | PerRow | ShareCount;

/** What a kernel is given: an address, or a number. */
export type Argument = Count | Place;

/** Which of a part's blocks a step is for, where that is not each: the first, or those after it. */
export type Turn = "first" | "later";

/** A call of a kernel. */
export interface KernelStep {
  readonly kind: "kernel";
  /** That the kernel is of, where that is not the one that all programs have. */
  readonly module?: WebAssemblyModule;
  readonly turn?: Turn;
  readonly name: string;
  readonly args: readonly Argument[];
}

/** Sizes of a product y = op(a) op(b) of matrices, or of as many pairs of them as `count` says, one behind the other. */
export interface ProductShape {
  /** Rows of y. */
  readonly m: number;
  /** Columns of y. */
  readonly n: number;
  /** What is summed over. */
  readonly k: number;
  /** 0 for a single product. */
  readonly count: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** Add the product to what y holds. Single products only. */
  readonly accumulate: boolean;
}

/** A matrix product. Its sizes may depend on that of the block, or be a part's share. */
export interface ProductStep {
  readonly kind: "product";
  readonly turn?: Turn;
  readonly m: Count;
  readonly n: Count;
  readonly k: Count;
  readonly count: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly accumulate: boolean;
  readonly a: Place;
  readonly b: Place;
  readonly y: Place;
}

/** A tensor that a graph reads or writes, in the flat memory. The sizes that depend on the batch are per row. */
export interface GraphTensor {
  readonly dtype: DType;
  readonly shape: readonly Count[];
  readonly place: Place;
}

/** A part of the model as an ONNX graph: what no operator of the plan covers. */
export interface GraphStep {
  readonly kind: "graph";
  readonly model: Uint8Array;
  /** Tensors by the graph's names. */
  readonly inputs: Readonly<Record<string, GraphTensor>>;
  readonly outputs: Readonly<Record<string, GraphTensor>>;
}

/** A pass over arrays, element by element, by a module of its own: how an optimizer moves weights. See `emitStream`. */
export interface StreamStep {
  readonly kind: "stream";
  readonly module: WebAssemblyModule;
  readonly arrays: readonly Place[];
  readonly count: Count;
  /** Numbers, or which of the numbers that each run is given. */
  readonly scalars: readonly (number | { readonly ofRun: number })[];
  /** A float64 of each part's own, to which what the pass sums up is added. */
  readonly sum: Place;
}

export type Step = KernelStep | ProductStep | GraphStep | StreamStep;

/**
 * A piece of the program between two meetings of all threads. What there is to do is divided into parts, always in the same way: what is summed
 * up does not depend on which thread does which part. Where there are more parts than threads, a thread that is done with its own takes over
 * parts of the others.
 */
export interface Phase {
  /** In how many parts the blocks are done. */
  readonly parts: number;
  /** In how many `prepare` and `shared` are done. */
  readonly shares: number;
  /** Done by the first thread, for all rows, before the others begin. */
  readonly first: readonly Step[];
  /** Done at the same time for every part's share of what there is. */
  readonly prepare: readonly Step[];
  /** Done by every thread once, before its first part. */
  readonly each: readonly Step[];
  /** Done for every part, before its blocks. */
  readonly begin: readonly Step[];
  /** Done after that for parts that have no block. */
  readonly idle: readonly Step[];
  /** Done for each block of `rows` samples. */
  readonly blocks: readonly Step[];
  readonly rows: number;
  /** Done for every part, for all rows and its share of what there is besides, when all blocks are done. */
  readonly shared: readonly Step[];
  /** Done by the first thread besides, for all rows. */
  readonly last: readonly Step[];
  /** Done by the first thread, for all rows, when all of that is done. */
  readonly end: readonly Step[];
}

/** An input that the program reads: where it is to lie. */
export interface ProgramInput {
  readonly name: string;
  readonly place: Place;
  /** It lies there anyway, outside of the program's own memory. */
  readonly resident: boolean;
}

/** Numbers that are put in their place before every run, since programs take turns with the memory. */
export interface ProgramConstant {
  readonly place: Place;
  readonly data: Float32Array;
}

/** What a program that updates weights has besides. */
export interface Updating {
  /** The loss, which is known, and no weight was touched, when `phases` of the program are done. */
  readonly loss: Place;
  readonly phases: number;
  /** What the passes over the weights sum up: a float64 of each part's own. */
  readonly sum: Place;
}

/**
 * A step of training, an evaluation or a prediction, as plain data: phases over addresses in one flat memory. It can be
 * cloned to other threads, and every thread of a run goes through all of it, doing parts of each phase.
 */
export interface Program {
  /** The largest number of samples that it has room for. */
  readonly batch: number;
  readonly threads: number;
  /** The most parts that a phase has. */
  readonly parts: number;
  readonly phases: readonly Phase[];
  readonly inputs: readonly ProgramInput[];
  readonly constants: readonly ProgramConstant[];
  /** What the run gives, by name. */
  readonly outputs: Readonly<Record<string, GraphTensor>>;
  /** Where it updates weights. */
  readonly updating?: Updating;
  /** Where its own memory ends. */
  readonly end: number;
}
