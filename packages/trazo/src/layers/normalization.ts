import { type Dataset, isDataset, requireDataset } from "../data/datasets/dataset.js";
import { type Json, TrazoError } from "../errors.js";
import { add, div, maximum, mul, reshape, sqrt, sub } from "../graph/ops.js";
import { formatShape, normalizeAxis, staticDim } from "../graph/shape.js";
import type { Shape, Value } from "../graph/value.js";
import { ones, zeros } from "../initializers/constant.js";
import type { Initializer } from "../initializers/initializer.js";
import type { Factory, OptionsOf } from "../schema/define.js";
import { axes } from "../schema/integer-lists.js";
import { option, optional, type RequiredOption, withDefault } from "../schema/option.js";
import { boolean } from "../schema/options.js";
import { newArray, requireTensor, sizeOf, type Tensor, tensor } from "../tensor.js";
import { type CommonLayerOptions, defineLayer } from "./define-layer.js";
import type { Layer, WeightSpec } from "./layer.js";
import { MomentSums, type Moments } from "./moment-sums.js";

/** Numbers in a list, or in lists of equal lengths. */
export type NestedNumbers = number | readonly NestedNumbers[];

/** A layer that learns means and variances from data before the training. */
export interface Normalization extends Layer {
  /**
   * Takes the means and variances of data, before the layer's model is first used: its weights begin with them.
   *
   * @param data samples as the model takes them: a tensor, or a dataset, which is read once
   * @throws TrazoError for data of another shape, where `mean` and `variance` were given, and once a model has the weights
   */
  adapt(data: Tensor | Dataset): Promise<void>;
}

const given = {
  /**
   * The axes that keep a mean each, counted with the batch as axis 0, or from the end; all others are averaged over. `[]` for one
   * mean of everything. Default -1, the last.
   */
  axis: withDefault(axes(), -1),
  /** Known means: a number, or as many as the axis has. With `variance`; `adapt` is then not needed. Default: from `adapt`. */
  mean: optional(nestedNumbers("a number, or a list with one for each place along the axis")),
  /** Known variances, of the same shape. */
  variance: optional(nestedNumbers("a number, or a list with one for each place along the axis")),
  /** Turn normal values back: `x * sqrt(variance) + mean`. Default false. */
  invert: withDefault(boolean(), false),
};

/** A name of its own, so that declarations keep what is said of each option. */
export interface OwnNormalizationOptions extends Readonly<typeof given> {}

export type NormalizationOptions = OptionsOf<typeof normalization>;

/**
 * `(x - mean) / sqrt(variance)` with means and variances of the training data, as Keras's `Normalization`. Any shape.
 *
 * They are given, or come from `adapt`. Weights in the latter case, none of them trained: mean and variance, of the shape of the
 * axes, and Keras's `count`, which is always 0.
 *
 * @throws TrazoError for a wrong option, and, once built, for an axis that the input does not have
 * @example
 * ```ts
 * const normalize = layers.normalization();
 * await normalize.adapt(xTrain);
 * const net = sequential([layers.input({ shape: [28, 28, 1] }), normalize, layers.flatten(), layers.dense({ units: 10 })]);
 * ```
 */
export const normalization = defineLayer({
  className: "Normalization",
  options: given as OwnNormalizationOptions,
  create({ axis, mean, variance, invert }) {
    const known = knownMoments(mean, variance);
    const adapted = new AdaptedMoments(axis, known !== undefined);
    const statistics = (x: Value, weights: Readonly<Record<string, Value>>): [Value, Value] => {
      const kept = keptOf(axis, x.shape);
      const spread = (value: Value): Value =>
        reshape(
          value,
          x.shape.map((dim, i) => (kept.includes(i) ? dim : 1)),
        );
      if (!known) return [spread(weights.mean as Value), spread(weights.variance as Value)];
      const constant = (values: NestedNumbers): Value => alignedConstant(x, values, kept);
      return [constant(known.mean), constant(known.variance)];
    };
    return {
      build(inputShape) {
        const kept = keptOf(axis, inputShape);
        const shape = kept.map((one) => staticDim(inputShape, one, "Normalization"));
        if (known) requireAligned(known.mean, shape);
        return { outputShape: inputShape, weights: known ? [] : adapted.weights(shape) };
      },
      call(x, weights) {
        const [mean, variance] = statistics(x, weights);
        const deviation = maximum(sqrt(variance), epsilon);
        return invert ? add(mean, mul(x, deviation)) : div(sub(x, mean), deviation);
      },
      adapt: (data: Tensor | Dataset) => adapted.adapt(data),
    };
  },
}) as Factory<CommonLayerOptions & OwnNormalizationOptions, Normalization>;

/** Keras's, below which no deviation counts. */
const epsilon = 1e-7;

/** What `adapt` found, which a model's weights begin with. */
class AdaptedMoments {
  readonly #axis: readonly number[];
  readonly #isKnown: boolean;
  #moments: Moments | undefined;
  /** Whether a model has the weights already. */
  #isTaken = false;

  constructor(axis: readonly number[], isKnown: boolean) {
    this.#axis = axis;
    this.#isKnown = isKnown;
  }

  weights(shape: readonly number[]): WeightSpec[] {
    const from = (base: Initializer, values: () => Float32Array | undefined): Initializer => ({
      ...base,
      init: (wanted, random) => {
        this.#isTaken = true;
        return this.#fitting(values(), wanted) ?? base.init(wanted, random);
      },
    });
    return [
      { name: "mean", shape, initializer: from(zeros(), () => this.#moments?.mean), trainable: false },
      { name: "variance", shape, initializer: from(ones(), () => this.#moments?.variance), trainable: false },
      { name: "count", shape: [], initializer: zeros(), trainable: false },
    ];
  }

  #fitting(values: Float32Array | undefined, shape: readonly number[]): Float32Array | undefined {
    if (!values || values.length === sizeOf(shape)) return values?.slice();
    throw new TrazoError(
      `Normalization: adapt saw data with ${values.length} means, but the layer's input needs ${formatShape(shape)}.`,
    );
  }

  async adapt(data: Tensor | Dataset): Promise<void> {
    if (this.#isKnown) {
      throw new TrazoError("Normalization: its mean and variance were given, so there is nothing to adapt.");
    }
    if (this.#isTaken) {
      throw new TrazoError(
        "Normalization: call adapt before the model with the layer is first used. Later, set its mean, variance and count with " +
          "model.getLayer(name).setWeights(…).",
      );
    }
    this.#moments = isDataset(data) ? await this.#ofDataset(data) : this.#ofTensor(data);
  }

  #ofTensor(data: Tensor): Moments {
    requireTensor(data, "Normalization: the data of adapt");
    const sums = this.#sumsFor(data.shape.slice(1), data.divisor);
    sums.add(data.data);
    return sums.moments;
  }

  async #ofDataset(data: Dataset): Promise<Moments> {
    requireDataset(data, "Normalization: adapt");
    const { dtype, shape, divisor } = data.x;
    const sums = this.#sumsFor(shape, divisor);
    for (let start = 0; start < data.length; start += batchSize) {
      const indices = Int32Array.from(
        { length: Math.min(batchSize, data.length - start) },
        (_, i) => start + i,
      );
      const x = newArray(dtype, indices.length * sizeOf(shape));
      const sampleWeight = new Float32Array(indices.length).fill(1);
      await data.read(indices, { x, y: undefined, sampleWeight }, { seed: start });
      sums.add(x);
    }
    return sums.moments;
  }

  #sumsFor(sample: readonly number[], divisor: number | undefined): MomentSums {
    const kept = keptOf(this.#axis, [1, ...sample]).map((axis) => axis - 1);
    return new MomentSums(sample, kept, divisor);
  }
}

/** Samples of a dataset that are read at once. */
const batchSize = 64;

/** Axes counted from 0, in ascending order. */
function keptOf(axis: readonly number[], shape: Shape): number[] {
  const kept = axis.map((one) => normalizeAxis(one, shape.length)).sort((a, b) => a - b);
  if (!kept.includes(0)) return kept;
  throw new TrazoError(`Normalization cannot keep the batch, axis 0 of ${formatShape(shape)}.`);
}

interface KnownMoments {
  readonly mean: NestedNumbers;
  readonly variance: NestedNumbers;
}

function knownMoments(
  mean: NestedNumbers | undefined,
  variance: NestedNumbers | undefined,
): KnownMoments | undefined {
  if (mean === undefined && variance === undefined) return undefined;
  if (mean === undefined || variance === undefined) {
    throw new TrazoError("Normalization takes mean and variance together, or neither.");
  }
  const [one, other] = [shapeOf(mean) ?? [], shapeOf(variance) ?? []];
  if (one.length === other.length && one.every((size, i) => size === other[i])) return { mean, variance };
  throw new TrazoError(
    `Normalization: mean and variance must have one shape, but have ${formatShape(one)} and ${formatShape(other)}.`,
  );
}

/** @throws TrazoError where given values do not fit the sizes of the axes that are kept */
function requireAligned(values: NestedNumbers, sizes: readonly number[]): void {
  const shape = shapeOf(values) ?? [];
  const last = sizes.slice(sizes.length - shape.length);
  if (shape.length <= sizes.length && shape.every((size, i) => size === last[i] || size === 1)) return;
  throw new TrazoError(
    `Normalization: mean and variance have the shape ${formatShape(shape)}, but the axes that are kept have ${formatShape(sizes)}.`,
  );
}

/** Given values as they broadcast over `x`: their last axis lies along the last one that is kept. */
function alignedConstant(x: Value, values: NestedNumbers, kept: readonly number[]): Value {
  const shape = shapeOf(values) ?? [];
  const spread = x.shape.map(() => 1);
  for (const [i, size] of shape.entries()) spread[kept[kept.length - shape.length + i] as number] = size;
  return x.graph.constant(tensor("float32", spread, Float32Array.from(flatten(values))));
}

const flatten = (values: NestedNumbers): readonly number[] =>
  typeof values === "number" ? [values] : values.flatMap(flatten);

function nestedNumbers(expected: string): RequiredOption<NestedNumbers, NestedNumbers> {
  return option<NestedNumbers>({
    expected,
    accept: (value) => (shapeOf(value) ? (value as NestedNumbers) : undefined),
    toKeras: (values) => values as Json,
    float: true,
  });
}

/** The lengths of nested lists; undefined where they are not equal, or hold anything but finite numbers. */
function shapeOf(value: unknown): readonly number[] | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? [] : undefined;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const [first, ...others] = value.map(shapeOf);
  const isEven = others.every((shape) => shape && first && String(shape) === String(first));
  return first && isEven ? [value.length, ...first] : undefined;
}
