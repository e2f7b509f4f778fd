import { inWords, TrazoError } from "../errors.js";
import { formatShape } from "../graph/shape.js";
import type { Shape } from "../graph/value.js";
import { locateErrors } from "../keras-object.js";
import { hasMethod } from "../known-options.js";
import type { AnyLayer, BuiltLayer, LayerBase } from "./layer.js";

/** What flows between the layers of a model that is being described: a shape, and where it comes from. It holds no values. */
export interface SymbolicTensor {
  /** With the batch dimension first. */
  readonly shape: Shape;
  /**
   * The call of the layer that gives it.
   *
   * @internal
   */
  readonly origin: Application;
}

/** Values of one weight, which several models may hold at once. */
export interface SharedWeight {
  data: Float32Array;
  /** Takes over values: where others are already, in their memory. */
  assign(values: Float32Array): void;
}

/**
 * A layer together with what it has got in the first model made of it: applying it again shares its weights.
 */
export class AppliedLayer {
  readonly layer: LayerBase;
  /** In the model that first held it. */
  name: string | undefined;
  /** Whether it is to be trained in models to come. */
  trainable: boolean;
  /** One per weight of the layer; undefined before the first model. */
  weights: readonly SharedWeight[] | undefined;

  constructor(layer: LayerBase) {
    this.layer = layer;
    this.trainable = layer.trainable;
  }
}

interface CallOptions {
  readonly training?: false | undefined;
  /** Makes the tensor that is given out. */
  make?(parts: SymbolicTensor): SymbolicTensor;
}

/**
 * One call of a layer on tensors.
 */
export class Application {
  readonly applied: AppliedLayer;
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  /** False where the call is as outside of training, always. */
  readonly training: false | undefined;

  constructor(
    applied: AppliedLayer,
    inputs: readonly SymbolicTensor[],
    outputShapes: readonly Shape[],
    { training, make = (parts) => parts }: CallOptions = {},
  ) {
    this.applied = applied;
    this.inputs = inputs;
    this.training = training;
    this.outputs = outputShapes.map((shape) => make({ shape, origin: this }));
  }
}

// By the layers themselves: it is they that are shared, and what is not in use any more is forgotten.
const applied = new WeakMap<object, AppliedLayer>();

/** The same for the same layer, each time. */
export function appliedLayer(key: object, make: () => LayerBase): AppliedLayer {
  const known = applied.get(key);
  if (known) return known;
  const made = new AppliedLayer(make());
  applied.set(key, made);
  return made;
}

/** Whether a value is a tensor that `apply` takes. */
export const isSymbolic = (value: unknown): value is SymbolicTensor =>
  (value as SymbolicTensor | undefined)?.origin instanceof Application;

/** @throws TrazoError for anything else than tensors */
export function requireSymbolic(values: readonly unknown[], what: string): readonly SymbolicTensor[] {
  const wrong = values.find((value) => !isSymbolic(value));
  if (values.length > 0 && wrong === undefined) return values as readonly SymbolicTensor[];
  throw new TrazoError(
    `${what} must be what layers.input({ shape }) or apply(layer, …) gave, but got ${inWords(wrong)}.`,
  );
}

/** The tensor that a layer gives for one or more others. */
export function applyLayer(layer: AnyLayer, x: unknown, training?: false): SymbolicTensor {
  if (!hasMethod(layer, "build")) {
    throw new TrazoError(`apply takes a layer first, e.g. layers.flatten(), but got ${inWords(layer)}.`);
  }
  const what = `apply(${layer.className})`;
  const xs = requireSymbolic(Array.isArray(x) ? x : [x], `${what}: the input`);
  const shapes = xs.map(({ shape }) => shape);
  const { outputShape } = locateErrors(what, () => buildLayer(layer, shapes));
  return onlyOutput(
    new Application(
      appliedLayer(layer, () => layer),
      xs,
      [outputShape],
      { training },
    ),
  );
}

/** Of a layer that gives one tensor. */
export const onlyOutput = ({ outputs }: Application): SymbolicTensor => outputs[0] as SymbolicTensor;

/** What a layer becomes for its inputs. @throws TrazoError when it does not take that many, or not of these shapes */
export function buildLayer(layer: AnyLayer, shapes: readonly Shape[]): BuiltLayer {
  if (layer.takes === "several") return layer.build(shapes);
  const [shape, ...others] = shapes;
  if (shape && others.length === 0) return layer.build(shape);
  throw new TrazoError(
    `${layer.className} takes one tensor, but got ${shapes.length}: ${shapes.map(formatShape).join(", ")}.`,
  );
}
