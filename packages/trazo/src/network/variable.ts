import type { WeightSpec } from "../layers/layer.js";
import type { RandomStream } from "../random/stream.js";
import { sizeOf } from "../tensor.js";

/** One weight of a model: what it is, and the memory that holds its current values. */
export class Variable {
  readonly layer: string;
  readonly spec: WeightSpec;
  readonly #random: RandomStream;
  #data: Float32Array | undefined;

  constructor(layer: string, spec: WeightSpec, random: RandomStream) {
    this.layer = layer;
    this.spec = spec;
    this.#random = random;
  }

  /**
   * The current values, row-major; the first ones are drawn when they are first asked for. Training moves them into its own
   * memory, so do not keep the array.
   */
  get data(): Float32Array {
    this.#data ??= this.spec.initializer.init(this.shape, this.#random);
    return this.#data;
  }

  set data(values: Float32Array) {
    this.#data = values;
  }

  /** Takes over values, as many as the variable has: where others are already, in their memory. */
  assign(values: Float32Array): void {
    if (this.#data) this.#data.set(values);
    else this.#data = values;
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

  get trainable(): boolean {
    return this.spec.trainable;
  }

  get tensor(): { dtype: "float32"; shape: readonly number[]; data: Float32Array } {
    return { dtype: "float32", shape: this.shape, data: this.data };
  }
}

/** What a variable's regulariser adds to the loss. */
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
