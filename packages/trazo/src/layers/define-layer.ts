import { TrazoError } from "../errors.js";
import {
  define,
  type EveryOption,
  type Factory,
  type GivenOptions,
  type KeptOptions,
  type Options,
  snakeCase,
} from "../schema/define.js";
import { keyed, option, optional, type RequiredOption, withDefault } from "../schema/option.js";
import { boolean, isPositiveInteger, text } from "../schema/options.js";
import { channelsFirst } from "./channels-first.js";
import type { Layer } from "./layer.js";

/** The shape of one sample, which Keras's configurations have with a batch dimension before it. */
export const sampleShape = (): RequiredOption<readonly number[], readonly number[]> =>
  keyed(
    option<readonly number[]>({
      expected: "the shape of one sample in positive integers, e.g. [28, 28, 1]",
      accept: (value) => (Array.isArray(value) && value.every(isPositiveInteger) ? [...value] : undefined),
      json: { type: "array", items: { type: "integer", minimum: 1 } },
      fromKeras(json, where) {
        const [, ...sample] = Array.isArray(json) ? json : [];
        if (sample.length > 0 && sample.every((side) => typeof side === "number")) return sample;
        throw new TrazoError(
          `${where} must be a list such as [null, 28, 28, 1] with known sizes, but is ${JSON.stringify(json)}.`,
        );
      },
    }),
    null,
    "batch_input_shape",
    "batch_shape",
  );

/**
 * That of a layer that need not be the first one. tf_keras's `adapt` leaves one whose sizes are not known; then the layer before it
 * says them.
 */
const knownSampleShape = (): RequiredOption<readonly number[], readonly number[]> => {
  const shape = sampleShape();
  return {
    ...shape,
    fromKeras: (json, where) =>
      Array.isArray(json) && json.length > 1 && json.every((side) => side === null)
        ? undefined
        : shape.fromKeras(json, where),
  };
};

/** A layer's name, which configurations have in addition to what `getConfig` gives. */
export const layerName = () => keyed(optional(text()), null, "name");

const common = {
  /** Unique within a model. Default: made of the class's name. */
  name: layerName(),
  /** False freezes the layer's weights. Default true. */
  trainable: keyed(withDefault(boolean(), true), null, "trainable"),
  /** Only for a model's first layer: the shape of one sample, e.g. `[28, 28, 1]`. */
  inputShape: optional(knownSampleShape()),
};

/** A name of its own, so that declarations keep what is said of each option. */
export interface CommonLayerOptions extends Readonly<typeof common> {}

/** Options that every layer takes. */
export type LayerOptions = GivenOptions<CommonLayerOptions>;

/** A layer's class: its own options, and what it computes. */
export interface LayerDefinition<S extends EveryOption<S>> {
  /** Keras's class name. */
  readonly className: string;
  /** In addition to those that every layer takes. */
  readonly options: S;
  /** @throws TrazoError for options that do not fit together */
  create(options: KeptOptions<S> & KeptOptions<CommonLayerOptions>): Pick<Layer, "build" | "call">;
}

/** Defines a layer by its options (see `define`). */
export function defineLayer<const S extends EveryOption<S>>(
  definition: LayerDefinition<S>,
): Factory<CommonLayerOptions & S, Layer> {
  const options: Options = { ...common, ...definition.options };
  const factory = define({
    className: definition.className,
    options,
    create(kept) {
      const { name, trainable, inputShape } = kept as KeptOptions<CommonLayerOptions>;
      return {
        name,
        trainable,
        inputShape,
        unsupportedInTraining: unsupported(options, kept),
        // Frozen or not is the model's to say, and may change: the layer itself never is.
        ...inItsFormat(definition.create({ ...kept, trainable: true } as never), kept),
      };
    },
  });
  return factory as unknown as Factory<CommonLayerOptions & S, Layer>;
}

/** A layer of images as a file wants their axes (see `dataFormat`). */
const inItsFormat = (layer: Pick<Layer, "build" | "call">, kept: Readonly<Record<string, unknown>>) =>
  kept.dataFormat === "channels_first" ? channelsFirst(layer) : layer;

/** What a file holds of options that are not supported in training, in words. */
function unsupported(options: Options, kept: Readonly<Record<string, unknown>>): string | undefined {
  const found = Object.entries(options).filter(([name, option]) => option.isTrainingOnly?.(kept[name]));
  const texts = found.map(
    ([name, option]) => `${snakeCase(name)} = ${JSON.stringify(option.toKeras(kept[name]))}`,
  );
  return texts.length > 0 ? texts.join(", ") : undefined;
}
