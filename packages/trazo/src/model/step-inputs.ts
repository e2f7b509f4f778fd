import { sizeOfImages } from "../data/augmentation/image-size.js";
import type { Graph } from "../graph/graph.js";
import type { ModelDefinition } from "../network/definition.js";
import type { MadeInput } from "../plan/made-input.js";
import { dropout } from "../plan/making/dropout.js";
import { madeImages } from "../plan/making/images.js";
import { madeMask } from "../plan/making/masks.js";
import type { OperatorTable } from "../plan/task/task.js";
import type { Feeds } from "../runtime/runtime.js";
import type { DType, Tensor } from "../tensor.js";
import { inputName, type NoiseInput } from "./forward.js";
import type { TrainComputation } from "./graphs.js";
import { drawNoise, NoiseMemory, noiseSize, type SeedOf, seedsAt } from "./noise-memory.js";
import type { VariedImages } from "./samples.js";

/** What a step draws from. */
export interface StepMoment {
  readonly count: number;
  /** The optimizer's steps so far. */
  readonly iterations: number;
  readonly varied?: VariedImages | undefined;
}

/** What a training step is to be given besides its batch and the weights. */
export interface StepInputsOptions {
  /** Images that are varied by a recipe, for their types. */
  readonly varied?: VariedImages | undefined;
  /** Whose seed is read in each step: a training that is resumed goes on with another. */
  readonly model: Pick<ModelDefinition, "seed">;
  readonly batchSize: number;
  /** Whether it is run as a plan, which makes what it can by itself. */
  readonly isPlanned: boolean;
}

/**
 * What a training step is given besides its batch and the weights: random numbers, or what a plan draws them from; and what it makes
 * images of that are varied.
 */
export class StepInputs {
  /** What the step's plan makes. */
  readonly made: readonly MadeInput[];
  /** Operators of the plan with those that draw masks as they are needed. */
  readonly operators: (others: OperatorTable) => OperatorTable;
  readonly #model: Pick<ModelDefinition, "seed">;
  readonly #masks: readonly NoiseInput[];
  readonly #images: Images | undefined;
  readonly #noise: NoiseMemory;

  private constructor(
    graph: Graph,
    model: Pick<ModelDefinition, "seed">,
    masks: readonly NoiseInput[],
    images: Images | undefined,
    noise: NoiseMemory,
  ) {
    this.#model = model;
    this.#masks = masks;
    this.#images = images;
    this.#noise = noise;
    this.made = [...(images ? [images.made] : []), ...masks.map(maskMade)];
    const sources = new Map(
      masks.map((mask) => {
        const { name, rate } = mask;
        return [name, { rate, size: noiseSize(mask, 1), seed: graph.input(seedName(name), "int32", [2]) }];
      }),
    );
    this.operators = (others) => ({ ...others, Mul: [dropout(sources), ...(others.Mul ?? [])] });
  }

  /** @param computation whose graph gets inputs for what the plan draws from */
  static async create(
    { graph, noise }: Pick<TrainComputation, "graph" | "noise">,
    { varied, model, batchSize, isPlanned }: StepInputsOptions,
  ): Promise<StepInputs> {
    const masks = noise.filter(({ kind }) => isPlanned && kind === "dropout");
    const images = isPlanned && varied && madeOf.has(varied.source.dtype) ? imagesMade(varied) : undefined;
    const others = noise.filter((input) => !masks.includes(input));
    return new StepInputs(graph, model, masks, images, await NoiseMemory.create(others, batchSize));
  }

  feeds({ count, iterations, varied }: StepMoment): Feeds {
    const seedOf = seedsAt(this.#model.seed, iterations);
    return {
      ...drawNoise(this.#noise, count, this.#model.seed, iterations),
      ...(varied && this.#images?.feeds(varied)),
      ...Object.fromEntries(this.#masks.map(({ name }) => [seedName(name), words(seedOf(name))])),
    };
  }

  /** The masks that the plan makes itself, for what is to be fed them. */
  async masks({ count, iterations }: StepMoment): Promise<Feeds> {
    return drawNoise(await NoiseMemory.create(this.#masks, count), count, this.#model.seed, iterations);
  }
}

/** Images that a plan makes, and what of. */
interface Images {
  readonly made: MadeInput;
  feeds(batch: VariedImages): Feeds;
}

const names = { source: "images", records: "records", splines: "splines" } as const;
const seedName = (mask: string): string => `${mask}/seed`;

/** Kinds of numbers that a kernel makes images of. */
const madeOf: ReadonlySet<DType> = new Set<DType>(["uint8", "bool", "float32"]);

const maskMade = (input: NoiseInput): MadeInput =>
  madeMask(input.name, seedName(input.name), input.rate, noiseSize(input, 1));

function imagesMade({ recipe, source, splines: tableOf }: VariedImages): Images {
  const { dtype, divisor = 1 } = source;
  const size = sizeOfImages(source);
  const splines = recipe.bends ? float64(tableOf(size)) : undefined;
  const isBytes = dtype !== "float32";
  return {
    made: madeImages({ ...names, name: inputName, recipe, size, isBytes, divisor }),
    feeds: (batch) => ({
      [names.source]: batch.source,
      [names.records]: float64(batch.draw().records()),
      ...(splines && { [names.splines]: splines }),
    }),
  };
}

const float64 = (data: Float64Array): Tensor => ({ dtype: "float64", shape: [data.length], data });

const words = (seed: ReturnType<SeedOf>): Tensor => ({
  dtype: "int32",
  shape: [2],
  data: Int32Array.from(seed, (word) => word | 0),
});
