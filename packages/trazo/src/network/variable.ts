import type { WeightSpec } from "../layers/layer.js";
import type { SharedWeight } from "../layers/symbolic.js";
import type { RandomStream } from "../random/stream.js";
import { sizeOf } from "../tensor.js";

/** Values that are drawn when they are first asked for. */
export class DrawnWeight implements SharedWeight {
  readonly #spec: WeightSpec;
  readonly #random: RandomStream;
  #data: Float32Array | undefined;

  constructor(spec: WeightSpec, random: RandomStream) {
    this.#spec = spec;
    this.#random = random;
  }

  get data(): Float32Array {
    this.#data ??= this.#spec.initializer.init(this.#spec.shape, this.#random);
    return this.#data;
  }

  set data(values: Float32Array) {
    this.#data = values;
  }

  assign(values: Float32Array): void {
    if (this.#data) this.#data.set(values);
    else this.#data = values;
  }
}

/** One weight in its place in a model: what it is, and the values, which other models may share. */
export class Variable {
  /** The path of its layer: `conv2d`, or within a nested model `backbone/conv2d`. */
  readonly layer: string;
  readonly spec: WeightSpec;
  /** Whether training changes it by its gradient. */
  readonly trainable: boolean;
  readonly values: SharedWeight;

  constructor(layer: string, spec: WeightSpec, values: SharedWeight, trainable = spec.trainable) {
    this.layer = layer;
    this.spec = spec;
    this.values = values;
    this.trainable = trainable;
  }

  /**
   * The current values, row-major; the first ones are drawn when they are first asked for. Training moves them into its own
   * memory, so do not keep the array.
   */
  get data(): Float32Array {
    return this.values.data;
  }

  set data(values: Float32Array) {
    this.values.data = values;
  }

  /** Takes over values, as many as the variable has: where others are already, in their memory. */
  assign(values: Float32Array): void {
    this.values.assign(values);
  }

  /** Unique in a model: `conv2d/kernel`. */
  get path(): string {
    return `${this.layer}/${this.spec.name}`;
  }

  get shape(): readonly number[] {
    return this.spec.shape;
  }

  get size(): number {
    return sizeOf(this.spec.shape);
  }

  get tensor(): { dtype: "float32"; shape: readonly number[]; data: Float32Array } {
    return { dtype: "float32", shape: this.shape, data: this.data };
  }
}

/** What a variable's regularizer adds to the loss. */
export function penaltyOf({ spec, data }: Variable): number {
  const { regularizer } = spec;
  if (!regularizer) return 0;
  let absolute = 0;
  let squared = 0;
  for (const w of data) {
    absolute += Math.abs(w);
    squared += w * w;
  }
  return regularizer.l1 * absolute + regularizer.l2 * squared;
}
