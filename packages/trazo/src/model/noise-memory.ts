import { createKernels, type Kernels } from "../kernels/kernels.js";
import { randomStream } from "../random/derive.js";
import type { Feeds } from "../runtime/runtime.js";
import type { Tensor } from "../tensor.js";
import type { NoiseInput } from "./forward.js";
import { alignment, bytesFor } from "./training-memory.js";

/** Two random words for what an input is drawn from, by its name. */
export type SeedOf = (name: string) => readonly [number, number];

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

  /** Draws every input for a batch. */
  draw(batchSize: number, seedOf: SeedOf): Record<string, Tensor<"float32">> {
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

/** How many numbers there are for so many samples. */
export function noiseSize(input: NoiseInput, batchSize: number): number {
  return noiseShape(input, batchSize).reduce((a, b) => a * b, 1);
}

/** Masks follow from the model's seed, the layer's name and the step, whatever else the model holds. */
export const drawNoise = (noise: NoiseMemory, batchSize: number, seed: number, iterations: number): Feeds =>
  noise.draw(batchSize, seedsAt(seed, iterations));

export const seedsAt =
  (seed: number, iterations: number): SeedOf =>
  (name) => {
    const stream = randomStream(seed, name, iterations);
    return [stream.nextUint32(), stream.nextUint32()];
  };
