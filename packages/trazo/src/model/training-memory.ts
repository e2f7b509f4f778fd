import type { FlatMemory } from "../kernels/flat-memory.js";
import { createKernels, type Kernels, type StreamTeam } from "../kernels/kernels.js";
import type { OptimizerSlots } from "../network/compiled.js";
import type { ModelDefinition } from "../network/definition.js";
import type { Variable } from "../network/variable.js";
import type { Optimizer, VariableSpan } from "../optimizers/optimizer.js";
import type { Tensor } from "../tensor.js";
import type { NoiseInput } from "./forward.js";

const alignment = 64;
const bytesFor = (values: number): number => Math.ceil((values * 4) / alignment) * alignment;

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

/** Memory for the random inputs of a batch, drawn by the same module. */
export class NoiseMemory {
  /** Absent where there is nothing to draw: every memory takes address space. */
  readonly #kernels: Kernels | undefined;
  readonly #offsets: readonly number[];
  readonly noise: readonly NoiseInput[];

  private constructor(
    kernels: Kernels | undefined,
    noise: readonly NoiseInput[],
    offsets: readonly number[],
  ) {
    this.#kernels = kernels;
    this.noise = noise;
    this.#offsets = offsets;
  }

  static async create(noise: readonly NoiseInput[], batchSize: number): Promise<NoiseMemory> {
    if (noise.length === 0) return new NoiseMemory(undefined, noise, []);
    const sizes = noise.map((input) => bytesFor(noiseSize(input, batchSize)));
    const kernels = await createKernels(sizes.reduce((a, b) => a + b, 0) + alignment);
    return new NoiseMemory(
      kernels,
      noise,
      sizes.map((size) => kernels.allocate(size)),
    );
  }

  /** Draws every input for a batch; `seedOf` gives two random words an input. */
  draw(
    batchSize: number,
    seedOf: (name: string) => readonly [number, number],
  ): Record<string, Tensor<"float32">> {
    const feeds: Record<string, Tensor<"float32">> = {};
    const kernels = this.#kernels;
    if (!kernels) return feeds;
    for (const [i, input] of this.noise.entries()) {
      const offset = this.#offsets[i] as number;
      const size = noiseSize(input, batchSize);
      fill(kernels, input, offset, size, seedOf(input.name));
      feeds[input.name] = {
        dtype: "float32",
        shape: noiseShape(input, batchSize),
        data: kernels.float32(offset, size),
      };
    }
    return feeds;
  }
}

function fill(
  kernels: Kernels,
  { kind, rate }: NoiseInput,
  offset: number,
  size: number,
  [low, high]: readonly [number, number],
): void {
  if (kind === "dropout") kernels.dropoutMask(offset, size, rate, low, high);
  else if (kind === "normal") kernels.normalNoise(offset, size, low, high);
  else kernels.uniformNoise(offset, size, low, high);
}

function noiseShape({ shape }: NoiseInput, batchSize: number): number[] {
  return shape.map((dim) => (typeof dim === "number" ? dim : dim.factor * batchSize));
}

function noiseSize(input: NoiseInput, batchSize: number): number {
  return noiseShape(input, batchSize).reduce((a, b) => a * b, 1);
}
