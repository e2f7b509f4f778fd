import { inWords, TrazoError } from "../errors.js";
import type { Shape } from "../graph/value.js";
import type { SymbolicTensor } from "../layers/symbolic.js";
import type { ModelDefinition } from "../network/definition.js";
import { everyLayer, type PlacedLayer } from "../network/layer-graph.js";

/** A layer in a model, for a look inside. */
export class LayerView {
  readonly #placed: PlacedLayer;
  readonly #calls: readonly SymbolicTensor[];
  readonly #requireNoStep: (what: string) => void;

  /** @internal */
  constructor(placed: PlacedLayer, calls: readonly SymbolicTensor[], requireNoStep: (what: string) => void) {
    this.#placed = placed;
    this.#calls = calls;
    this.#requireNoStep = requireNoStep;
  }

  get name(): string {
    return this.#placed.name;
  }

  /** The name after those of the models that hold the layer: `backbone/conv2d`. */
  get path(): string {
    return this.#placed.path;
  }

  /** Keras's class name, e.g. `Conv2D`. */
  get className(): string {
    return this.#placed.layer.className;
  }

  /** False where the layer is frozen, by itself or with a model that holds it. */
  get trainable(): boolean {
    return this.#placed.trainable;
  }

  /** Batch dimension included. */
  get outputShape(): Shape {
    return this.#placed.outputShape;
  }

  /**
   * What the layer gives at its first call, for a model that shares its weights: `model({ inputs: net.inputs, outputs: … })`.
   *
   * @throws TrazoError for a layer within a nested model, whose tensors are that model's
   */
  get output(): SymbolicTensor {
    const [first] = this.#calls;
    if (first) return first;
    throw new TrazoError(
      `The layer "${this.path}" is part of a nested model: take the tensor from that model itself, before it is applied.`,
    );
  }

  /**
   * Copies of the layer's weights, in Keras's order.
   *
   * @example
   * ```ts
   * const [filters] = model.getLayer("conv2d").getWeights();
   * ```
   */
  getWeights(): Float32Array[] {
    return this.#placed.variables.map(({ data }) => data.slice());
  }

  /**
   * Puts copies of these values in place of the layer's weights.
   *
   * @throws TrazoError when the number of arrays or a length does not fit, and while a training step is being computed
   * @example
   * ```ts
   * const dense = model.getLayer("dense");
   * dense.setWeights(dense.getWeights().map((values) => values.map((value) => value / 2)));
   * ```
   */
  setWeights(weights: readonly Float32Array[]): void {
    this.#requireNoStep("setWeights");
    const { variables } = this.#placed;
    if (weights.length !== variables.length) {
      throw new TrazoError(
        `The layer "${this.path}" has ${variables.length} weights, but ${weights.length} were given.`,
      );
    }
    for (const [i, { path, size }] of variables.entries()) {
      const length = weights[i]?.length;
      if (length !== size)
        throw new TrazoError(`The weight ${path} has ${size} values, but ${length} were given.`);
    }
    for (const [i, { data }] of variables.entries()) data.set(weights[i] as Float32Array);
  }
}

/** The layers of a model, or those of nested models too. */
export function layerViews(
  model: ModelDefinition,
  requireNoStep: (what: string) => void,
  nested = false,
): LayerView[] {
  const placed = nested ? [...everyLayer(model)] : model.layers;
  return placed.map((one) => new LayerView(one, outputsOf(model, one), requireNoStep));
}

const outputsOf = ({ calls }: ModelDefinition, placed: PlacedLayer): readonly SymbolicTensor[] =>
  calls.filter((call) => call.placed === placed).flatMap(({ application }) => application.outputs);

/** The layer of that name or path. @throws TrazoError naming those that there are */
export function viewNamed(views: readonly LayerView[], name: string): LayerView {
  const found = views.find((view) => view.path === name);
  if (found) return found;
  const names = views.map(({ path }) => path);
  throw new TrazoError(`The model has no layer ${inWords(name)}. Its layers are ${names.join(", ")}.`);
}
