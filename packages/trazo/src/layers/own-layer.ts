import { type CustomFactory, customFactory, registeredName } from "../schema/custom-class.js";
import { type Definition, definerOf, type EveryOption, type KeptOptions } from "../schema/define.js";
import { keyed, option, optional, withDefault } from "../schema/option.js";
import { boolean, text } from "../schema/options.js";
import type { Layer } from "./layer.js";

const shape = option<readonly number[]>({
  expected: "a list of positive integers, the shape of one sample",
  accept: (value) =>
    Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size > 0) ? value : undefined,
  fromKeras: (json) => (Array.isArray(json) ? json.slice(1) : json),
});

/** Options that every layer takes; models write them along with the layer's own. */
const common = {
  name: keyed(optional(text()), null, "name"),
  trainable: keyed(withDefault(boolean(), true), null, "trainable"),
  inputShape: keyed(optional(shape), null, "batch_input_shape", "batch_shape"),
} as const;

/** A layer by its class, its options and what they make. */
export interface LayerDefinition<S extends EveryOption<S>>
  extends Omit<Definition<S, Layer>, "create" | "registeredName"> {
  create(options: KeptOptions<S & typeof common>): Pick<Layer, "build" | "call">;
}

/**
 * Defines a layer of your own: the factory, the checks of its options and what files hold all follow. Every layer has the options
 * `name`, `trainable` and `inputShape`. A model with it can be saved, and opened again with
 * `loadModel(path, { customObjects: { layers: [yours] } })`.
 *
 * @param definition `create` makes the layer from its options: `build` gives the output's shape and the weights for an input's
 * shape, both with the batch dimension; `call` emits its part of the graph. `package` is the first part of the name in files, by
 * default `Custom`, as for Keras's `register_keras_serializable`
 * @example
 * ```ts
 * const scale = defineLayer({
 *   className: "Scale",
 *   options: { initial: options.withDefault(options.number(), 1) },
 *   create: ({ initial }) => ({
 *     build: (inputShape) => ({
 *       outputShape: inputShape,
 *       weights: [{ name: "factor", shape: [1], initializer: initializers.constant({ value: initial }), trainable: true }],
 *     }),
 *     call: (x, { factor }) => (factor ? ops.mul(x, factor) : x),
 *   }),
 * });
 * sequential([layers.dense({ units: 4, inputShape: [8] }), scale({ initial: 0.5 })]);
 * ```
 */
export function defineLayer<const S extends EveryOption<S>>({
  package: packageName,
  create,
  ...definition
}: LayerDefinition<S> & { readonly package?: string | undefined }): CustomFactory<S & typeof common, Layer> {
  const own = registeredName(definition.className, packageName);
  const define = definerOf<Layer>();
  const factory = define({
    ...definition,
    registeredName: own,
    options: { ...common, ...definition.options } as S & typeof common,
    create: (options) => {
      // Frozen or not is the model's to say, and may change.
      const { build, call } = create({ ...options, trainable: true });
      const { name, trainable, inputShape } = options as unknown as KeptOptions<typeof common>;
      return {
        name,
        trainable,
        inputShape,
        build,
        call,
      };
    },
  });
  return customFactory(factory, own);
}
