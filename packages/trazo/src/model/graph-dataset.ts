import type { BatchTarget, Dataset, SampleType } from "../data/datasets/dataset.js";
import { TrazoError } from "../errors.js";
import { formatShape } from "../graph/shape.js";
import type { LayerGraph } from "../network/layer-graph.js";
import { newArray, sizeOf, type Tensor } from "../tensor.js";
import { inputNames } from "./forward.js";
import type { ScoredOutput } from "./graphs.js";
import { type SampleWeight, weightsFor } from "./targets.js";

/** What of a model decides which tensors a sample has. */
export interface Wanted {
  readonly inputs: LayerGraph["inputs"];
  /** Its outputs with a loss; none where it only predicts. */
  readonly scored: readonly ScoredOutput[];
}

/**
 * A dataset whose further inputs and targets have the graph's names in place of the model's, with the sample weights of every
 * output.
 *
 * @throws TrazoError when the model needs what the dataset does not have
 */
export function namedForGraph(
  dataset: Dataset,
  wanted: Wanted,
  sampleWeight: SampleWeight | undefined,
  what: string,
): Dataset {
  const { scored } = wanted;
  const inputs = inputNames(wanted).slice(1);
  const names = new Map<string, string>([
    ...inputs.map((name, i) => [name, wanted.inputs[i + 1]?.name ?? ""] as const),
    ...scored.slice(1).map(({ targetsName, name }) => [targetsName, name] as const),
  ]);
  if (names.size === 0 && !sampleWeight) return dataset;
  const { others = {} } = dataset;
  const types = [...names].map(([graphName, name]) => [graphName, typeOf(others, name, what)] as const);
  for (const [i, { tensor, name }] of wanted.inputs.slice(1).entries()) {
    const [, { shape }] = types[i] as readonly [string, SampleType];
    const wantedShape = tensor.shape.slice(1);
    if (shape.length === wantedShape.length && wantedShape.every((dim, axis) => dim === shape[axis]))
      continue;
    throw new TrazoError(
      `${what}: the input "${name}" takes samples of shape ${formatShape(wantedShape)}, but the dataset has ${formatShape(shape)}.`,
    );
  }
  const weights =
    sampleWeight &&
    weightsFor(scored, sampleWeight, dataset.length, what).map((one) => onePerSample(one, what));
  const weightTypes = scored
    .slice(1)
    .map(({ weightName }) => [weightName, { dtype: "float32", shape: [] }] as const);
  const graphNameOf = new Map([...names].map(([graphName, name]) => [name, graphName]));
  return {
    length: dataset.length,
    x: dataset.x,
    y: dataset.y,
    ...(dataset.fingerprint && { fingerprint: () => dataset.fingerprint?.() ?? "" }),
    others: Object.fromEntries([...types, ...weightTypes]),
    async read(indices, into, context) {
      const rows = Object.entries(others).map(([name, type]) => {
        const graphName = graphNameOf.get(name);
        const room = newArray(type.dtype, graphName === undefined ? indices.length * sizeOf(type.shape) : 0);
        return [name, (graphName !== undefined && into.others?.[graphName]) || room] as const;
      });
      await dataset.read(indices, { ...into, others: Object.fromEntries(rows) }, context);
      for (const [i, { weightName }] of scored.entries()) {
        const own = i === 0 ? undefined : (into.others?.[weightName] as Float32Array | undefined);
        own?.set(into.sampleWeight);
      }
      if (!weights) return;
      for (const [i, { weightName }] of scored.entries()) multiply(i, weightName, indices, into, weights);
    },
  };
}

function onePerSample({ data, shape }: Tensor<"float32">, what: string): Float32Array {
  if (shape.length === 1) return data;
  throw new TrazoError(
    `${what}: a dataset has one weight per sample, but sampleWeight has ${formatShape(shape.slice(1))} for each. ` +
      "Give tensors in place of the dataset, or a function of batches { x, y, sampleWeight }.",
  );
}

function multiply(
  output: number,
  weightName: string,
  indices: Int32Array,
  into: BatchTarget,
  weights: readonly Float32Array[],
): void {
  const own = (output === 0 ? into.sampleWeight : into.others?.[weightName]) as Float32Array;
  const factors = weights[output] as Float32Array;
  for (const [row, index] of indices.entries()) {
    own[row] = (own[row] as number) * (factors[index] as number);
  }
}

function typeOf(others: Readonly<Record<string, SampleType>>, name: string, what: string): SampleType {
  const type = others[name];
  if (type) return type;
  throw new TrazoError(
    `${what}: the model also takes "${name}", but the dataset has only ${["x", "y", ...Object.keys(others)].join(", ")}. ` +
      "Its inputs and targets after the first are its `others`, by their names in the model: " +
      "tensorDataset({ first, second }, targets) has them so.",
  );
}
