import { snakeCase } from "../names.js";
import { type CustomFactory, customFactory, named, registeredName } from "../schema/custom-class.js";
import {
  type Configured,
  type Definition,
  definerOf,
  type EveryOption,
  type KeptOptions,
} from "../schema/define.js";
import type { Loss } from "./loss.js";

/** What a loss computes; its class and options are stated next to it. */
export type LossParts = Pick<Loss, "call" | "checkTargets"> & Partial<Pick<Loss, "targetShape">>;

/** A loss by its class, its options and what they make. */
export interface LossDefinition<S extends EveryOption<S>> extends Omit<Definition<S, Loss>, "create"> {
  create(options: KeptOptions<S>): LossParts;
}

const define = definerOf<Loss>();

/**
 * A loss of Keras's own.
 *
 * @param name of the factory, for errors. Default: the class in camelCase
 */
export const defineKerasLoss = <const S extends EveryOption<S>>(
  { create, ...definition }: LossDefinition<S>,
  name?: string,
) =>
  named(define({ ...definition, create: (options) => lossOf(create(options), definition.className) }), name);

/**
 * Defines a loss of your own: the factory, the checks of its options and what files hold all follow. A model that is compiled
 * with it can be saved, and opened again with `loadModel(path, { customObjects: { losses: [yours] } })`.
 *
 * @param definition `create` makes the loss from its options: `call` emits `[batch]` losses from `targets` and `predictions`;
 * `targetShape` says which targets it takes, by default those of the predictions' shape. `package` is the first part of the name in
 * files, by default `Custom`, as for Keras's `register_keras_serializable`
 * @example
 * ```ts
 * const absoluteError = defineLoss({
 *   className: "AbsoluteError",
 *   options: { scale: options.withDefault(options.number({ min: 0 }), 1) },
 *   create: ({ scale }) => ({
 *     call: (targets, predictions) =>
 *       ops.mul(ops.reduceMean(ops.abs(ops.sub(predictions, ops.cast(targets, "float32"))), { axes: [-1] }), scale),
 *   }),
 * });
 * model.compile({ optimizer: "adam", loss: absoluteError({ scale: 2 }) });
 * ```
 */
export function defineLoss<const S extends EveryOption<S>>({
  package: packageName,
  create,
  ...definition
}: LossDefinition<S> & { readonly package?: string | undefined }): CustomFactory<S, Loss> {
  const name = registeredName(definition.className, packageName);
  const factory = define({
    ...definition,
    registeredName: name,
    create: (options) => lossOf(create(options), definition.className),
  });
  return customFactory(factory, name);
}

function lossOf(parts: LossParts, className: string): Omit<Loss, keyof Configured> {
  return {
    kerasName: snakeCase(className),
    targetShape: (shape) => parts.targetShape?.(shape) ?? shape,
    checkTargets: (targets, shape) => parts.checkTargets?.(targets, shape),
    call: (targets, predictions) => parts.call(targets, predictions),
  };
}
