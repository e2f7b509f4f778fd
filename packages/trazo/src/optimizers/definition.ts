import type { Value } from "../graph/value.js";
import type { EveryOption, KeptOptions } from "../schema/define.js";

/** What an update is computed from. All values but `options` are values of a graph, for the operators in `ops`. */
export interface UpdateInputs<S, Slot extends string, Scalar extends string> {
  /** The variable, after weight decay. */
  readonly p: Value;
  /** Its gradient: of the whole loss, penalties included, after clipping. */
  readonly g: Value;
  /** What is kept per value of the variable, by name; before the first step what `initialSlots` says, else zeros. */
  readonly slots: Readonly<Record<Slot, Value>>;
  /** The rate in force, a scalar. */
  readonly learningRate: Value;
  /** The definition's own scalars, by name. */
  readonly scalars: Readonly<Record<Scalar, Value>>;
  readonly options: KeptOptions<S>;
}

/** What an update gives. */
export interface UpdateOutputs<Slot extends string> {
  readonly p: Value;
  /** The new value of every slot. */
  readonly slots: Readonly<Partial<Record<Slot, Value>>>;
}

/** The step that is about to be taken. */
export interface StepInfo<S> {
  /** 1 for the first. */
  readonly step: number;
  readonly learningRate: number;
  readonly options: KeptOptions<S>;
}

export interface OptimizerDefinition<S extends EveryOption<S>, Slot extends string, Scalar extends string> {
  /** The class name in files, e.g. `Lion`. */
  readonly className: string;
  /** The name that files have for a user's own class. Default: the class is Keras's own. */
  readonly registeredName?: string | undefined;
  /** The `name` in configurations. Default: the class name in lower case. */
  readonly name?: string | undefined;
  /** Its own options; those of all optimizers (`learningRate`, `weightDecay`, clipping) need not be named. */
  readonly options: S;
  /** The default learning rate. */
  readonly learningRate: number;
  /** The default weight decay, where decay is a part of the method. Default 0. */
  readonly weightDecay?: number | undefined;
  /** Names of what is kept per value of a variable, in the order of files; a function where options decide it. */
  readonly slots: readonly Slot[] | ((options: KeptOptions<S>) => readonly Slot[]);
  /** What slots hold before the first step where that is not 0. */
  readonly initialSlots?: ((options: KeptOptions<S>) => Readonly<Partial<Record<Slot, number>>>) | undefined;
  /** How many of the first slots Keras stores side by side, variable by variable, and not slot by slot. Default 1. */
  readonly sideBySide?: number | undefined;
  /** Numbers that change from step to step, by name. The learning rate need not be among them. */
  readonly scalars?: Readonly<Record<Scalar, (step: StepInfo<S>) => number>> | undefined;
  /** A number that Keras 3 stores after the slots, from the steps taken so far. Default none. */
  readonly storedAfterSlots?: ((steps: number, options: KeptOptions<S>) => number) | undefined;
  /** Own options that configurations leave out, by their names there. Default: none. */
  readonly omitted?: ((options: KeptOptions<S>) => readonly string[]) | undefined;
  /**
   * The method itself, stated once: the kernel that trains on a CPU and the exported training step are both made from it. It may
   * use the element-wise operators of `ops`: add, sub, mul, div, sqrt, abs, neg, sign, square, maximum, minimum, clip, where and
   * comparisons.
   *
   * The gradient that comes in and the weight that goes out are rid of values so small that they would slow the processor down;
   * slots are its own affair: store a mean of gradients as `flush(x)`, and a mean of `flushedSquare(g)` as `flushPositive(x)`.
   */
  update(inputs: UpdateInputs<S, Slot, Scalar>): UpdateOutputs<Slot>;
}
