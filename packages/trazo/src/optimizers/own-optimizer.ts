import { type CustomClass, customFactory, registeredName } from "../schema/custom-class.js";
import type { Options } from "../schema/define.js";
import { defineOptimizer as define, type OptimizerFactory } from "./define.js";
import type { OptimizerDefinition } from "./definition.js";
import type { Optimizer } from "./optimizer.js";

/**
 * Defines an optimizer. What it returns is used like `optimizers.adam`: call it with options, and pass the result to `compile`. A
 * model that is compiled with it can be saved, and opened again with
 * `loadModel(path, { customObjects: { optimizers: [yours] } })`.
 *
 * @param definition `update` states the method; `package` is the first part of the name in files, by default `Custom`, as for
 * Keras's `register_keras_serializable`
 * @throws TrazoError from the factory, for an unknown option or a value out of range
 * @example
 * import { ops, optimizers } from "trazo";
 *
 * const signSgd = optimizers.defineOptimizer({
 *   className: "SignSGD",
 *   options: {},
 *   learningRate: 0.001,
 *   slots: [],
 *   update: ({ p, g, learningRate }) => ({ p: ops.sub(p, ops.mul(ops.sign(g), learningRate)), slots: {} }),
 * });
 * const optimizer = signSgd({ learningRate: 0.01, weightDecay: 0.1 });
 */
export function defineOptimizer<
  const S extends Options,
  const Slot extends string = never,
  Scalar extends string = never,
>({
  package: packageName,
  ...definition
}: Omit<OptimizerDefinition<S, Slot, Scalar>, "registeredName"> & {
  readonly package?: string | undefined;
}): OptimizerFactory<S> & CustomClass<Optimizer> {
  const name = registeredName(definition.className, packageName);
  return customFactory(define<S, Slot, Scalar>({ ...definition, registeredName: name }), name);
}
