import type { Json } from "../errors.js";
import { snakeCase } from "../names.js";
import { type CustomFactory, customFactory, named, registeredName } from "../schema/custom-class.js";
import {
  type Configured,
  type Definition,
  definerOf,
  type EveryOption,
  type Factory,
  type KeptOptions,
} from "../schema/define.js";
import { type OptionalOption, withDefault } from "../schema/option.js";
import { text } from "../schema/options.js";
import type { AccumulatedMetric, MeanMetric, Metric } from "./metric.js";

type PartsOf<M extends Metric> = Omit<M, "name" | "keras">;

/** What a metric computes; its class, name and options are stated next to it. */
export type MetricParts = PartsOf<MeanMetric> | PartsOf<AccumulatedMetric>;

/** A metric by its class, its options and what they make. */
export interface MetricDefinition<S extends EveryOption<S>, Parts extends MetricParts = MetricParts>
  extends Omit<Definition<S, Metric>, "create"> {
  /** The default of `name`, the key in logs. Default: the class in snake_case. */
  readonly key?: string | undefined;
  create(options: KeptOptions<S>): Parts;
}

/** The option that every metric has. */
export interface NameOption {
  /** The key in logs. */
  readonly name: OptionalOption<string, string>;
}

/**
 * A metric of Keras's own.
 *
 * @param name of the factory, for errors. Default: the class in camelCase
 */
export const defineKerasMetric = <const S extends EveryOption<S>>(
  definition: MetricDefinition<S, PartsOf<MeanMetric>>,
  name?: string,
) => named(defineNamed<S, MeanMetric>(definition), name);

/** The same for a metric that is not a mean over samples. */
export const defineKerasSums = <const S extends EveryOption<S>>(
  definition: MetricDefinition<S, PartsOf<AccumulatedMetric>>,
  name?: string,
) => named(defineNamed<S, AccumulatedMetric>(definition), name);

/**
 * Defines a metric of your own: the factory, the checks of its options and what files hold all follow. Every metric has the
 * option `name`, its key in logs; by default the class in snake_case. A model that is compiled with it can be saved, and opened
 * again with `loadModel(path, { customObjects: { metrics: [yours] } })`.
 *
 * @param definition `create` makes the metric from its options: `call` emits one number per sample, whose mean is reported; or
 * `init`, `update` and `result` keep sums over the batches (see `AccumulatedMetric`). `package` is the first part of the name in
 * files, by default `Custom`, as for Keras's `register_keras_serializable`
 * @example
 * ```ts
 * const meanPrediction = defineMetric({
 *   className: "MeanPrediction",
 *   options: {},
 *   create: () => ({ call: (_targets, predictions) => ops.reduceMean(predictions, { axes: [-1] }) }),
 * });
 * model.compile({ optimizer: "adam", loss: "mse", metrics: [meanPrediction({ name: "mean" })] });
 * ```
 */
export function defineMetric<const S extends EveryOption<S>>({
  package: packageName,
  ...definition
}: MetricDefinition<S> & { readonly package?: string | undefined }): CustomFactory<
  S & NameOption,
  Metric & Configured
> {
  const name = registeredName(definition.className, packageName);
  return customFactory(defineNamed<S, Metric>({ ...definition, registeredName: name }), name);
}

function defineNamed<const S extends EveryOption<S>, M extends Metric>({
  create,
  options,
  key,
  ...definition
}: MetricDefinition<S>): Factory<S & NameOption, M & Configured> {
  const kerasClass = definition.registeredName ?? definition.className;
  const name = withDefault(text(), key ?? snakeCase(definition.className));
  const define = definerOf<M & Configured>();
  return define({
    ...definition,
    options: { name, ...options } as S & NameOption,
    create: (kept) => {
      const reported = {
        name: (kept as unknown as { readonly name: string }).name,
        get keras(): Json {
          const { name, ...config } = (this as unknown as Configured).getConfig();
          return { class_name: kerasClass, config: { name: name ?? null, dtype: "float32", ...config } };
        },
      };
      return Object.defineProperties(create(kept), Object.getOwnPropertyDescriptors(reported)) as never;
    },
  });
}
