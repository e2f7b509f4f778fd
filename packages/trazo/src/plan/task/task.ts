import type { Node, Value } from "../../graph/value.js";
import type { Place, Share, Step } from "../program/program.js";

/** Where a gradient is to be added up, or simply written. */
export interface SharedGradient {
  readonly place: Place;
  /** Whether there is something to add to. */
  readonly accumulate: boolean;
}

/** The step that moves a share of a weight's rows, of some bytes each, by their gradient. */
export type MoveShare = (gradient: Place, share: Share, bytes: number) => Step;

/** What a task emits its steps with. Sizes are in bytes. */
export interface Emitter {
  /** Whether the adjoint will be asked for. */
  readonly training: boolean;
  place(value: Value): Place;
  /** The gradient of a task's output, which the adjoint may write over; undefined where nothing depends on the output. */
  outputGradient(value: Value): Place | undefined;
  /** Where the gradient of an input belongs; undefined where it is not needed. Whatever is there is written over. */
  inputGradient(value: Value): Place | undefined;
  /**
   * The same for a value that another phase makes, to be written by steps in `shared`, or added to where `accumulate` says so.
   */
  sharedInputGradient(value: Value): SharedGradient | undefined;
  /**
   * Where the gradient of a weight belongs; undefined where it is not needed.
   *
   * @param how `sum`: begins at zero, block after block adds to it; `shared`: steps in `shared` write all of it, or add to it where
   *   `accumulate` says so; `last`: steps in `shared` or in `last` write all of it
   */
  weightGradient(value: Value, how: "sum" | "shared" | "last"): SharedGradient | undefined;
  /**
   * How a part's share of a weight's rows moves once their gradient is known, for the end of `shared`: no part may read another's share
   * there. Undefined where the gradient is to be given or added to others.
   */
  weightUpdate(value: Value): MoveShare | undefined;
  /** Brings what the other parts have in a state of their own to the first's, one after the other, in `last`. */
  gather(state: Place, step: (own: Place, other: Place) => Step): void;
  /** How many threads there are. */
  readonly threads: number;
  /** In how many parts the blocks are done. */
  readonly parts: number;
  /** In how many `shared` and `prepare` are done. */
  readonly shares: number;
  /** Bytes that a block's data should not exceed. */
  readonly cache: number;
  /** The largest number of samples. */
  readonly batch: number;
  /** Memory that holds numbers which never change, under a name that the tasks of a node share. */
  constant(name: string, data: Float32Array): Place;
  /** Memory of each part's own, from `begin` to `shared`, of `perRow` bytes per sample of the batch. */
  ofEachPart(perRow: number): Place;
  /** The same of each thread's own, for the time of a part's steps in `begin` or in `shared`. */
  ofEachThread(perRow: number): Place;
  /** What the first part has of such memory, whichever part asks. */
  ofFirst(parts: Place): Place;
  /** A part's share of the things at `whole`, of `bytes` each, for steps in `shared`. */
  ofShare(whole: Place, share: Share, bytes: number): Place;
  /** Memory of a block, for the time of its steps. */
  scratch(perRow: number, plus?: number): Place;
  /** Memory of all samples, from the forward pass to the adjoint of the same task. */
  keep(name: string, perRow: number): Place;
  /**
   * Memory that does not depend on the number of samples, likewise kept, under a name that the tasks of a node share.
   *
   * @param owner whose it is. Default `all`. What a `part` has is for the phase at hand: others may have another number of them
   */
  state(name: string, bytes: number, owner?: "all" | "part" | "thread"): Place;
  /** Done before everything else, for every part's share: what depends on weights only. */
  prepare(...steps: readonly Step[]): void;
  /** Done for parts that have no block. */
  idle(...steps: readonly Step[]): void;
  /** Done by every thread once, before its first part: what it then finds in memory of its own, in later phases, too. */
  each(...steps: readonly Step[]): void;
  /** Done for every part, before its blocks. */
  begin(...steps: readonly Step[]): void;
  /** Done block by block; by a task without rows of samples in `last`. */
  block(...steps: readonly Step[]): void;
  shared(...steps: readonly Step[]): void;
  /** At the same time as `shared`, by the first thread. */
  last(...steps: readonly Step[]): void;
}

/** A part of the semantic graph that the plan computes itself, block by block. */
export interface Task {
  readonly name: string;
  readonly nodes: readonly Node[];
  /** Values that it reads and whose gradients it may give, weights apart. */
  readonly inputs: readonly Value[];
  /** What it reads that is the same for all samples. */
  readonly weights: readonly Value[];
  readonly outputs: readonly Value[];
  /** Of its inputs and outputs, what the adjoint reads. */
  readonly kept: readonly Value[];
  /** Values whose gradients make the adjoint run. Default: the outputs. */
  readonly driven?: readonly Value[];
  /** Of its inputs, those whose gradients the adjoint writes. Default: all. */
  readonly differentiates?: readonly Value[];
  /**
   * It begins a phase: what lies before it goes through memory. Tasks with multiplications begin one anyway where there are others
   * in it, so that each gets blocks of its own size.
   */
  readonly begins?: boolean;
  /** It ends a phase: what follows needs all samples. */
  readonly ends?: boolean;
  /** Multiplications per sample that matrix products take, counted plainly. Default 0. */
  readonly multiplications?: number;
  /** Weights that the parts divide among themselves in training where there are few samples. Default 0. */
  readonly dividedWeights?: number;
  /** Samples that a block should hold at least, for its products to be worth it. */
  readonly leastRows?: number;
  forward(emit: Emitter): void;
  /**
   * Computes the outputs of a block once more, from inputs and states that are there in the backward pass, too. With it, outputs that
   * only tasks of the same phase use are not kept for the adjoint, even where these read them.
   */
  repeat?(emit: Emitter): void;
  adjoint(emit: Emitter): void;
}

/** What an operator may ask about the graph. */
export interface MatchContext {
  /** The only node that uses a value, where there is one and the value is not asked for otherwise. */
  only(value: Value): Node | undefined;
  /** All nodes that use a value; none where the value is asked for otherwise. */
  users(value: Value): readonly Node[];
  /** Whether a value is an input of the graph whose shape does not depend on the batch, or one under another shape. */
  isWeight(value: Value | undefined): value is Value;
  /**
   * Whether the plan computes a value itself, or is given it for the loss alone, such as targets. It holds float32 numbers then, whatever its
   * dtype: 1 for what is true, and whole numbers.
   */
  isCovered(value: Value): boolean;
  /** Whether that is so, and it holds rows of samples, or what is the same for all. */
  isTaken(value: Value | undefined): value is Value;
  /** Whether a value is an input of the graph with rows of other numbers than float32, under whatever shape. */
  isRaw(value: Value | undefined): value is Value;
  /** Whether the gradient with respect to an input of the graph is asked for. */
  isDifferentiated(value: Value): boolean;
  /** Whether a value is float32 and holds one row per sample. */
  isSamples(value: Value | undefined): value is Value;
}

/** An operator of the plan: finds the part of a graph that begins with a node. */
export type Operator = (node: Node, context: MatchContext) => readonly Task[] | undefined;

/** Operators of the plan by the operator of the graph that they begin with; the first that fits is taken. */
export type OperatorTable = Readonly<Record<string, readonly Operator[] | undefined>>;
