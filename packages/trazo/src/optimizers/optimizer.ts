import type { JsonObject } from "../errors.js";
import type { Value } from "../graph/value.js";
import type { Kernels } from "../kernels/kernels.js";
import type { WebAssemblyModule } from "../kernels/webassembly.js";
import type { LearningRateSchedule } from "../schedules/schedule.js";
import type { FloatKeys } from "../schema/define.js";

/** One variable's place in the kernel module's flat memory: byte offsets, and a length in values. */
export interface VariableSpan {
  readonly p: number;
  readonly g: number;
  /** One offset a slot, in the order of `Optimizer.slots`. */
  readonly slots: readonly number[];
  readonly length: number;
  /** Factors of the L1 and L2 penalties on this variable: l1 * sum|p| + l2 * sum p². */
  readonly l1: number;
  readonly l2: number;
}

/** The model whose weights an optimizer updates: itself, for telling it from others, and its name for messages. */
export interface ServedModel {
  readonly name: string;
}

/** What one update of one variable gives in the graph form. */
export interface UpdatedVariable {
  readonly p: Value;
  readonly slots: readonly Value[];
}

/**
 * An update rule, with the rate in force and the count of steps. Its formula is stated once, over values of a graph: it becomes a
 * part of the exported training step, and the kernel that updates a variable in flat memory (the fast way on a CPU) is made
 * from it. `defineOptimizer` makes such objects.
 */
export interface Optimizer {
  /** Keras's class name, e.g. `Adam`. */
  readonly className: string;
  /** The name that files have for a user's own class, e.g. `Custom>Lion`. */
  readonly registeredName?: string | undefined;
  /** Names of the per-variable state tensors, in Keras's order, e.g. `["momentum", "velocity"]`. */
  readonly slots: readonly string[];
  /** How many of the first slots Keras from 2.11 on stores side by side, variable by variable, and not slot by slot. Default 1. */
  readonly sideBySide?: number | undefined;
  /** What each slot holds before the first step. Default: zeros. */
  readonly initialSlots?: readonly number[] | undefined;
  /** How many slots come before those of the method itself: Keras stores them slot by slot. Default 0. */
  readonly leadingSlots?: number | undefined;
  /** The slot that holds a moving average of the variable, which takes its place when training ends. Default: there is none. */
  readonly averageSlot?: number | undefined;
  /** A number that Keras 3 stores after the slots: it follows from the count of steps. Default none. */
  storedAfterSlots?(): number | undefined;
  /** The rate in force. Setting it throws when a schedule decides it. */
  learningRate: number;
  /** What decides the rate, where one was given. */
  readonly schedule: LearningRateSchedule | undefined;
  /** Number of steps taken so far. */
  iterations: number;
  /** How gradients are limited before they are used; empty for not at all. */
  readonly clipping: Clipping;
  /** Decoupled weight decay, 0 for none. */
  readonly weightDecay: number;

  /**
   * Takes the optimizer into a model's service, for good: the count of steps and the slots go with one model's weights.
   *
   * @throws TrazoError when it serves another model already
   */
  serve(model: ServedModel): void;

  /** Names of the numbers that change from step to step and that `formula` needs, e.g. `["alpha"]`. */
  readonly scalars: readonly string[];
  /** Those numbers for the step about to be taken (`iterations` counts the steps before it). */
  scalarsAt(iterations: number, learningRate: number): Record<string, number>;
  /**
   * Gathers the gradients of several batches for one update.
   *
   * @returns whether the weights are to move now, by what is then left at `g`. Default: always
   */
  accumulate?(kernels: Kernels, spans: readonly VariableSpan[]): boolean;
  /** The update in the graph: after clipping, penalties and weight decay have been applied to g and p. */
  formula(
    p: Value,
    g: Value,
    slots: readonly Value[],
    scalars: Readonly<Record<string, Value>>,
  ): UpdatedVariable;
  /**
   * The update in place, one variable. Adds the penalties' gradient to g as it goes.
   * @returns the penalty, at the weights before the update.
   */
  update(kernels: Kernels, span: VariableSpan, scalars: Readonly<Record<string, number>>): number;
  /**
   * What `update` does as a pass for those who run it themselves, element by element over the weight, its gradient and the slots; it sums up
   * twice the penalty. Absent: `update` is to be called.
   */
  pass?(span: VariableSpan): UpdatePass;
  /** The numbers of a step that its passes ask for. */
  passNumbers?(scalars: Readonly<Record<string, number>>): readonly number[];
  /** Keras's configuration of this object. */
  getConfig(): JsonObject;
  /** Its entries that Python has as floats; see `FloatKeys`. What `defineOptimizer` makes has it of itself. */
  floatKeys?(): FloatKeys;
}

/** An update as a module; see `emitStream`. */
export interface UpdatePass {
  readonly module: WebAssemblyModule;
  /** The module's scalars: numbers, or which of `passNumbers`. */
  readonly scalars: readonly (number | { readonly ofRun: number })[];
}

/** At most one of the three may be set, as in Keras 3. */
export interface Clipping {
  /** Each variable's gradient is scaled to at most this L2 norm. */
  readonly clipnorm?: number | undefined;
  /** All gradients together are scaled to at most this L2 norm. */
  readonly globalClipnorm?: number | undefined;
  /** Each gradient value is clamped to [-clipvalue, clipvalue]. */
  readonly clipvalue?: number | undefined;
}
