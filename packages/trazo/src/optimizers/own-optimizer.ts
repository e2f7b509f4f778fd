import { TrazoError } from "../errors.js";
import { type CustomClass, customFactory, registeredName } from "../schema/custom-class.js";
import type { EveryOption } from "../schema/define.js";
import { defineOptimizer as define, type OptimizerFactory } from "./define.js";
import type { OptimizerDefinition } from "./definition.js";
import type { Optimizer } from "./optimizer.js";
import { optimizerRegistry } from "./registry.js";

/**
 * Defines an optimizer. What it returns is used like `optimizers.adam`: call it with options, and pass the result to `compile`. A
 * model that is compiled with it can be saved, and opened again with
 * `loadModel(path, { customObjects: { optimizers: [yours] } })`.
 *
 * @param definition `update` states the method; `package` is the first part of the name in files, by default `Custom`, as for
 * Keras's `register_keras_serializable`
 * @throws TrazoError for the name of one of Keras's optimizers without a package, and from the factory, for an unknown option or a value out of range
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
  const S extends EveryOption<S>,
  const Slot extends string = never,
  Scalar extends string = never,
>({
  package: packageName,
  ...definition
}: Omit<OptimizerDefinition<S, Slot, Scalar>, "registeredName"> & {
  readonly package?: string | undefined;
}): OptimizerFactory<S> & CustomClass<Optimizer> {
  if (packageName === undefined && optimizerRegistry.has(definition.className)) {
    throw new TrazoError(
      `defineOptimizer: files have Keras's own ${definition.className} under the name ${registeredName(definition.className)}, too. ` +
        'Give your class a package, e.g. { package: "mine" }, or another className.',
    );
  }
  const name = registeredName(definition.className, packageName);
  return customFactory(define<S, Slot, Scalar>({ ...definition, registeredName: name }), name);
}
