import { TrazoError } from "../errors.js";
import {
  define,
  type EveryOption,
  type Factory,
  type GivenOptions,
  type KeptOptions,
  type Options,
} from "../schema/define.js";
import { keyed, withDefault } from "../schema/option.js";
import { boolean } from "../schema/options.js";
import { layerName } from "./define-layer.js";
import type { MergeLayer } from "./layer.js";

const common = {
  /** Unique within a model. Default: made of the class's name. */
  name: layerName(),
  /** False freezes the layer's weights; Keras's own have none. Default true. */
  trainable: keyed(withDefault(boolean(), true), null, "trainable"),
};

/** A name of its own, so that declarations keep what is said of each option. */
export interface CommonMergeOptions extends Readonly<typeof common> {}

/** Options that every layer of several inputs takes. */
export type MergeOptions = GivenOptions<CommonMergeOptions>;

/** A class of layers that make one tensor of several: its own options, and what it computes. */
export interface MergeLayerDefinition<S extends EveryOption<S>> {
  /** Keras's class name. */
  readonly className: string;
  /** The name that files have for a class that is not Keras's own. */
  readonly registeredName?: string | undefined;
  /** In addition to those that every such layer takes. */
  readonly options: S;
  /** Exactly how many inputs. Default: two or more. */
  readonly inputs?: number | undefined;
  create(options: KeptOptions<S>): Pick<MergeLayer, "build" | "call">;
}

/** Defines a layer of several inputs by its options (see `define`). */
export function defineMergeLayer<const S extends EveryOption<S>>(
  definition: MergeLayerDefinition<S>,
): Factory<CommonMergeOptions & S, MergeLayer> {
  const { className, registeredName, inputs } = definition;
  const factory = define({
    className,
    registeredName,
    options: { ...common, ...definition.options } as Options,
    create(kept) {
      const { name, trainable } = kept as KeptOptions<CommonMergeOptions>;
      const { build, call } = definition.create(kept as KeptOptions<S>);
      return {
        takes: "several" as const,
        name,
        trainable,
        inputShape: undefined,
        build(shapes: Parameters<MergeLayer["build"]>[0]) {
          requireCount(className, shapes.length, inputs);
          return build(shapes);
        },
        call,
      };
    },
  });
  return factory as unknown as Factory<CommonMergeOptions & S, MergeLayer>;
}

function requireCount(className: string, count: number, wanted: number | undefined): void {
  if (wanted === undefined ? count >= 2 : count === wanted) return;
  throw new TrazoError(
    `${className} takes ${wanted ?? "two or more"} tensors, e.g. apply(layers.add(), [a, b]), but got ${count}.`,
  );
}
