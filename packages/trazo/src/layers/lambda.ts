import { TrazoError } from "../errors.js";
import { Graph } from "../graph/graph.js";
import { formatShape } from "../graph/shape.js";
import type { Dim, Shape, Value } from "../graph/value.js";
import { hasMethod, requireKnownOptions } from "../known-options.js";
import type { Layer } from "./layer.js";

/** Options of `lambda`. */
export interface LambdaOptions {
  /** Unique within a model. Default: `lambda`. */
  readonly name?: string | undefined;
  /** Only for a model's first layer: the shape of one sample, e.g. `[28, 28, 1]`. */
  readonly inputShape?: readonly number[] | undefined;
}

/**
 * A layer that applies a function of yours, as Keras's `Lambda`: without weights and options. A model with it trains, predicts and
 * is exported to ONNX, but a Keras file cannot hold it: for that define the layer with `defineLayer`.
 *
 * @param apply from the input, `[batch, …]`, to the output with the batch as its first axis, made with the operators in `ops`
 * @throws TrazoError for what is not a function, and, once built, for an output without the batch as its first axis
 * @example
 * ```ts
 * layers.lambda((x) => ops.sub(ops.div(x, 127.5), 1), { inputShape: [96, 96, 3] });
 * ```
 */
export function lambda(apply: (x: Value) => Value, options: LambdaOptions = {}): Layer {
  if (typeof apply !== "function") {
    throw new TrazoError("lambda needs a function of the input, e.g. lambda((x) => ops.div(x, 255)).");
  }
  requireKnownOptions(options, { name: true, inputShape: true }, "lambda");
  return {
    className: "Lambda",
    name: options.name,
    trainable: true,
    inputShape: options.inputShape,
    build: (inputShape) => ({ outputShape: shapeOf(apply, inputShape), weights: [] }),
    call: (x) => apply(x),
    getConfig: () => ({}),
  };
}

function shapeOf(apply: (x: Value) => Value, inputShape: Shape): Shape {
  const y = apply(new Graph().input("x", "float32", inputShape)) as unknown;
  if (typeof y !== "object" || y === null || !("shape" in y) || !hasMethod((y as Value).graph, "apply")) {
    throw new TrazoError("The function of a lambda layer must return a value of the graph, made with ops.");
  }
  const { shape } = y as Value;
  const [batch] = shape;
  if (typeof batch === "object" && batch.factor === (inputShape[0] as Exclude<Dim, number>).factor)
    return shape;
  throw new TrazoError(
    `The function of a lambda layer must keep the batch as the first axis, but gives ${formatShape(shape)}.`,
  );
}
