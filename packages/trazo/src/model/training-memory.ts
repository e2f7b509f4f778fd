import type { FlatMemory } from "../kernels/flat-memory.js";
import { createKernels, type Kernels, type StreamTeam } from "../kernels/kernels.js";
import type { OptimizerSlots } from "../network/compiled.js";
import type { ModelDefinition } from "../network/definition.js";
import type { Variable } from "../network/variable.js";
import type { Optimizer, VariableSpan } from "../optimizers/optimizer.js";
import type { Tensor } from "../tensor.js";

export const alignment = 64;
export const bytesFor = (values: number): number => Math.ceil((values * 4) / alignment) * alignment;

/**
 * Flat memory of the kernel module that holds weights, gradients and optimizer slots while a model
 * trains. ONNX Runtime reads the weights and writes the gradients in place; the update kernel
 * works on the same bytes. It never grows, so its views stay valid.
 */
export class TrainingMemory {
  readonly kernels: Kernels;
  readonly spans: readonly VariableSpan[];
  readonly #variables: readonly Variable[];
  readonly #weights: readonly Float32Array[];
  readonly #optimizer: Optimizer;
  /** The memory in which all of it lies; undefined: one of its own. */
  readonly within: FlatMemory | undefined;

  private constructor(
    kernels: Kernels,
    variables: readonly Variable[],
    optimizer: Optimizer,
    slots: OptimizerSlots,
    within: FlatMemory | undefined,
  ) {
    this.kernels = kernels;
    this.within = within;
    this.#variables = variables;
    this.#optimizer = optimizer;
    this.spans = variables.map((variable, i) => this.#place(variable, slots[i]));
    this.#weights = this.spans.map(({ p, length }) => this.kernels.float32(p, length));
    this.adoptWeights();
  }

  /**
   * Moves the model's trainable weights in. `slots` holds the optimizer's state so far, one list a
   * variable, or nothing for a fresh optimizer.
   *
   * @param within the memory in which all of that is to lie, instead of one of its own
   * @param team threads that share that memory
   */
  static async create(
    model: ModelDefinition,
    optimizer: Optimizer,
    slots: OptimizerSlots,
    within?: FlatMemory,
    team?: StreamTeam,
  ): Promise<TrainingMemory> {
    const variables = model.trainableVariables;
    const copies = 2 + optimizer.slots.length;
    const bytes = variables.reduce((sum, { size }) => sum + copies * bytesFor(size), 0);
    const kernels = await createKernels(bytes + alignment, within, team);
    return new TrainingMemory(kernels, variables, optimizer, slots, within);
  }

  /** Moves the weights in, where they are elsewhere: another model that shares them may have trained them meanwhile. */
  adoptWeights(): void {
    for (const [i, variable] of this.#variables.entries()) {
      const own = this.#weights[i] as Float32Array;
      if (variable.data === own) continue;
      own.set(variable.data);
      variable.data = own;
    }
  }

  /** Where the gradient of each trainable variable is to be written. */
  gradients(): Tensor<"float32">[] {
    return this.#variables.map((variable, i) => ({
      dtype: "float32",
      shape: variable.shape,
      data: this.kernels.float32((this.spans[i] as VariableSpan).g, variable.size),
    }));
  }

  /** The optimizer's state: views, one list per trainable variable, in the order of `Optimizer.slots`. */
  slots(): OptimizerSlots {
    return this.#variables.map(({ size }, i) =>
      (this.spans[i] as VariableSpan).slots.map((offset) => this.kernels.float32(offset, size)),
    );
  }

  #place(variable: Variable, slots: readonly Float32Array[] | undefined): VariableSpan {
    const allocate = (): number => this.kernels.allocate(bytesFor(variable.size));
    const span = {
      p: allocate(),
      g: allocate(),
      slots: this.#optimizer.slots.map(allocate),
      length: variable.size,
      l1: variable.spec.regularizer?.l1 ?? 0,
      l2: variable.spec.regularizer?.l2 ?? 0,
    };
    for (const [k, offset] of span.slots.entries()) {
      const values = this.kernels.float32(offset, variable.size);
      const known = slots?.[k];
      if (known) values.set(known);
      else values.fill(this.#optimizer.initialSlots?.[k] ?? 0);
    }
    return span;
  }
}
