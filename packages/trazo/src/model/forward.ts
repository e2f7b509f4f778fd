import type { Graph } from "../graph/graph.js";
import { add, cast, div, reshape, sub, transpose } from "../graph/ops.js";
import { productOf } from "../graph/shape.js";
import type { Dim, Shape, Value } from "../graph/value.js";
import { locateErrors } from "../keras-object.js";
import type { AnyLayer, CallContext } from "../layers/layer.js";
import type { SymbolicTensor } from "../layers/symbolic.js";
import type { LayerGraph, ModelLayer, PlacedLayer } from "../network/layer-graph.js";
import type { Variable } from "../network/variable.js";
import { type DType, type Tensor, tensor } from "../tensor.js";

/** How a tensor's values reach the graph: the dtype they are stored in, and what divides them there. */
export interface InputType {
  readonly dtype: DType;
  readonly divisor: number;
  /** Subtracted after the division, one number or one per channel. Default 0. */
  readonly mean?: readonly number[] | undefined;
  /** Divides after the subtraction, one number or one per channel. Default 1. */
  readonly std?: readonly number[] | undefined;
  /** In which order an image's axes come. Default channels last, as everywhere here. */
  readonly layout?: "NHWC" | "NCHW" | undefined;
}

export const inputTypeOf = ({ dtype, divisor }: Tensor): InputType => ({ dtype, divisor: divisor ?? 1 });

/** Random numbers that the training loop draws for every batch and feeds. */
export interface NoiseInput {
  readonly name: string;
  readonly kind: "dropout" | "normal" | "uniform";
  /** Fraction dropped; 0 for the other kinds. */
  readonly rate: number;
  readonly shape: Shape;
}

/** The layers' part of a graph. */
export interface Forward {
  /** The first of `allPredictions`, which most models have only. */
  readonly predictions: Value;
  /** Where there is a probe: what it is added to, and itself. */
  readonly probed: { readonly values: Value; readonly probe: Value } | undefined;
  /** One per output of the model. */
  readonly allPredictions: readonly Value[];
  /** What each call of a layer gives, by the layer's path; from its second call on with the call's number, e.g. `conv2d[1]`. */
  readonly outputs: ReadonlyMap<string, Value>;
  readonly weights: ReadonlyMap<Variable, Value>;
  readonly noise: readonly NoiseInput[];
  /** New values of weights that the forward pass itself changes (moving averages). */
  readonly updates: ReadonlyMap<Variable, Value>;
  /** Scalars to add to the loss (activity regularizers). */
  readonly losses: readonly Value[];
}

/** The graph's name for the model's input, or for the first of several. */
export const inputName = "x";

/** The graph's name for a probe. */
export const probeName = "probe";

/** Where a probe is at the model's first input. */
export const probeAtInput = Symbol("input");
export type ProbeAtInput = typeof probeAtInput;

/** The graph's names for a model's inputs. */
export const inputNames = ({ inputs }: Pick<LayerGraph, "inputs">): readonly string[] =>
  inputs.map(({ name }, i) => (i === 0 ? inputName : `${inputName}/${name}`));

/** One per input of the model, or one for all. */
export type InputTypes = InputType | readonly InputType[];

/**
 * Emits all layers from the inputs on.
 *
 * @param probeAt the path of a layer at whose first call, or the inputs where, an input `probe` is added: fed with zeros it
 *   changes nothing, and its gradient is that of what is there
 */
export function emitForward(
  graph: Graph,
  model: LayerGraph,
  types: InputTypes,
  training: boolean,
  probeAt?: string | ProbeAtInput,
): Forward {
  const names = inputNames(model);
  const xs = model.inputs.map(({ tensor }, i) => {
    const type = Array.isArray(types) ? (types[i] as InputType) : (types as InputType);
    return emitInput(graph, names[i] as string, tensor.shape, type);
  });
  return new Emission(graph, training, probeAt).forward(model, xs);
}

/** What several calls of a model have emitted. */
export type Emitted = Pick<Forward, "weights" | "noise" | "updates" | "losses">;

/** Emits a model where it is called, any number of times, with the same weights. */
export interface ModelEmitter {
  /** @param xs one value per input; @returns one per output */
  call(xs: readonly Value[], training: boolean): readonly Value[];
  /** All calls so far. */
  readonly emitted: Emitted;
}

/** For graphs that are more than one call of a model. */
export function modelEmitter(graph: Graph, model: LayerGraph): ModelEmitter {
  const emission = new Emission(graph, true, undefined);
  return {
    call: (xs, training) => emission.again(model, xs, training),
    get emitted() {
      return emission.emitted;
    },
  };
}

/** An input of a graph as the layers take it: float32, divided where that is asked for. */
export const emitTensor = (graph: Graph, name: string, shape: Shape, type: InputType): Value =>
  shape.length > 1
    ? emitInput(graph, name, shape, type)
    : scaledVector(cast(graph.input(name, type.dtype, shape), "float32"), type.divisor);

const scaledVector = (x: Value, divisor: number): Value => (divisor === 1 ? x : div(x, divisor));

/** Collects what the layers of a model emit. */
class Emission {
  readonly #graph: Graph;
  readonly #training: boolean;
  readonly #outputs = new Map<string, Value>();
  readonly #weights = new Map<Variable, Value>();
  readonly #noise: NoiseInput[] = [];
  readonly #updates = new Map<Variable, Value>();
  readonly #losses: Value[] = [];
  /** Weights by the name that their layer has for them, as its next call finds them. */
  readonly #named = new Map<string, Record<string, Value>>();
  readonly #calls = new Map<string, number>();
  readonly #needGradient = new Set<Value>();

  readonly #probeAt: string | ProbeAtInput | undefined;
  #probed: Forward["probed"];

  constructor(graph: Graph, training: boolean, probeAt: string | ProbeAtInput | undefined) {
    this.#graph = graph;
    this.#training = training;
    this.#probeAt = probeAt;
  }

  #withProbe(values: Value): Value {
    const probe = this.#graph.input(probeName, "float32", values.shape);
    this.#probed = { values, probe };
    const sum = add(values, probe);
    this.#needGradient.add(sum);
    return sum;
  }

  /** One more call of the model. */
  again(model: LayerGraph, xs: readonly Value[], training: boolean): readonly Value[] {
    return this.#run(model, xs, training);
  }

  get emitted(): Emitted {
    return {
      weights: this.#weights,
      noise: this.#noise,
      updates: this.#updates,
      losses: this.#losses,
    };
  }

  forward(model: LayerGraph, xs: readonly Value[]): Forward {
    const [first, ...others] = xs;
    const probed = this.#probeAt === probeAtInput && first ? [this.#withProbe(first), ...others] : xs;
    const allPredictions = this.#run(model, probed, this.#training);
    return {
      predictions: allPredictions[0] as Value,
      probed: this.#probed,
      allPredictions,
      outputs: this.#outputs,
      ...this.emitted,
    };
  }

  #run({ calls, inputs, outputs }: LayerGraph, xs: readonly Value[], training: boolean): readonly Value[] {
    const values = new Map<SymbolicTensor, Value>(inputs.map(({ tensor }, i) => [tensor, xs[i] as Value]));
    const valueAt = (tensor: SymbolicTensor): Value => values.get(tensor) as Value;
    for (const { placed, application } of calls) {
      const taken = (application.inputs.length > 0 ? application.inputs : application.outputs).map(valueAt);
      const given = this.#call(placed, placed.layer, taken, training && application.training !== false);
      for (const [i, tensor] of application.outputs.entries()) values.set(tensor, given[i] as Value);
    }
    return outputs.map(({ tensor }) => valueAt(tensor));
  }

  #call(
    placed: PlacedLayer,
    layer: AnyLayer | ModelLayer,
    xs: readonly Value[],
    training: boolean,
  ): readonly Value[] {
    if (layer.takes === "model") {
      const run = (): readonly Value[] => this.#run(layer.model, xs, training);
      return layer.model.checkpoint && this.#training ? this.#graph.inBlock(run) : run();
    }
    const call = this.#calls.get(placed.path) ?? 0;
    this.#calls.set(placed.path, call + 1);
    const weights = this.#weightsOf(placed);
    const needsInputGradient = xs.some((x) => this.#needGradient.has(x));
    const context = this.#contextOf(placed, call, { training, needsInputGradient }, weights);
    const [x] = xs;
    const y = locateErrors(`Layer "${placed.path}"`, () =>
      layer.takes === "several" ? layer.call(xs, weights, context) : layer.call(x as Value, weights, context),
    );
    this.#outputs.set(call === 0 ? placed.path : `${placed.path}[${call}]`, y);
    if (needsInputGradient || placed.variables.some(({ trainable }) => trainable)) this.#needGradient.add(y);
    return [call === 0 && this.#probeAt === placed.path ? this.#withProbe(y) : y];
  }

  /** A shared layer's weights are inputs of the graph once. */
  #weightsOf({ path, variables }: PlacedLayer): Record<string, Value> {
    const known = this.#named.get(path);
    if (known) return known;
    const named: Record<string, Value> = {};
    for (const variable of variables) {
      const value = this.#graph.input(variable.path, "float32", variable.shape);
      this.#weights.set(variable, value);
      named[variable.spec.name] = value;
    }
    this.#named.set(path, named);
    return named;
  }

  #contextOf(
    placed: PlacedLayer,
    call: number,
    mode: Pick<CallContext, "training" | "needsInputGradient">,
    weights: Record<string, Value>,
  ): CallContext {
    const noiseInput = (kind: NoiseInput["kind"], rate: number, shape: Shape): Value => {
      const name = `${placed.path}/${kind}${call === 0 ? "" : `_${call}`}`;
      this.#noise.push({ name, kind, rate, shape });
      return this.#graph.input(name, "float32", shape);
    };
    return {
      ...mode,
      trainable: placed.trainable,
      dropoutMask: (rate, shape) => noiseInput("dropout", rate, shape),
      normalNoise: (shape) => noiseInput("normal", 0, shape),
      uniformNoise: (shape) => noiseInput("uniform", 0, shape),
      updateWeight: (name, value) => {
        const variable = placed.variables.find(({ spec }) => spec.name === name);
        if (!variable) throw new Error(`The layer "${placed.path}" has no weight "${name}" to update.`);
        this.#updates.set(variable, value);
        // Where the layer is called again, its next update continues from this one.
        weights[name] = value;
      },
      addLoss: (penalty) => void this.#losses.push(penalty),
    };
  }
}

function emitInput(graph: Graph, name: string, shape: Shape, type: InputType): Value {
  const { dtype, divisor, layout = "NHWC", mean = [0], std = [1] } = type;
  const given = layout === "NHWC" ? shape : [0, 3, 1, 2].map((axis) => shape[axis] as Dim);
  const x = scaled(cast(graph.input(name, dtype, given), "float32"), divisor);
  const last = layout === "NHWC" ? x : transpose(x, [0, 2, 3, 1]);
  const centered = mean.every((value) => value === 0) ? last : sub(last, perChannel(graph, mean));
  return std.every((value) => value === 1) ? centered : div(centered, perChannel(graph, std));
}

function perChannel(graph: Graph, values: readonly number[]): Value | number {
  const [only] = values;
  if (values.length === 1 && only !== undefined) return only;
  return graph.constant(tensor("float32", [values.length], Float32Array.from(values)));
}

function scaled(x: Value, divisor: number): Value {
  if (divisor === 1) return x;
  const { shape } = x;
  // As rows: with a last axis of size 1 ONNX Runtime broadcasts value by value, ten times slower.
  const rows = reshape(x, [shape[0] as Dim, productOf(shape.slice(1))]);
  return reshape(div(rows, divisor), shape);
}
