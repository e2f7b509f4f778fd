import type { JsonObject } from "../errors.js";
import { locateErrors } from "../keras-object.js";
import { define, type EveryOption, type Factory, type KeptOptions } from "../schema/define.js";
import type { OwnClasses } from "../schema/own-classes.js";
import { type CommonOptions, commonOptions } from "./common-options.js";
import { DefinedOptimizer } from "./defined-optimizer.js";
import type { OptimizerDefinition, StepInfo, UpdateInputs } from "./definition.js";
import type { Optimizer } from "./optimizer.js";

/** Makes optimizers of one class. All options may be left out. */
export type OptimizerFactory<S> = Factory<Omit<CommonOptions, keyof S> & S, Optimizer>;

/** Defines an optimizer: its kernel, its part of exported training steps, its checks and its configuration follow. */
export function defineOptimizer<
  const S extends EveryOption<S>,
  const Slot extends string = never,
  Scalar extends string = never,
>(definition: OptimizerDefinition<S, Slot, Scalar>): OptimizerFactory<S> {
  const {
    className,
    registeredName,
    name = className.toLowerCase(),
    learningRate,
    weightDecay,
    options,
  } = definition;
  const common = commonOptions({ name, learningRate, weightDecay });
  const settings = define({
    className,
    registeredName,
    options: { ...common, ...options } as CommonOptions & S,
    create: (kept) => ({ kept }),
  });
  type Settings = ReturnType<typeof settings>;
  const make = (made: Settings): Optimizer => {
    const own = made.kept as unknown as KeptOptions<S>;
    const { update, scalars, slots, initialSlots, sideBySide = 1, storedAfterSlots, omitted } = definition;
    const config = without(made.getConfig(), omitted?.(own) ?? []);
    return new DefinedOptimizer({
      className,
      registeredName,
      sideBySide,
      common: made.kept as unknown as KeptOptions<CommonOptions>,
      slots: typeof slots === "function" ? slots(own) : slots,
      initialSlots: initialSlots?.(own) ?? {},
      scalars: Object.entries<(step: StepInfo<S>) => number>(scalars ?? {}).map(([scalar, at]) => ({
        name: scalar,
        at: (step, rate) => at({ step, learningRate: rate, options: own }),
      })),
      update: (inputs) => update({ ...(inputs as UpdateInputs<S, Slot, Scalar>), options: own }),
      floatKeys: made.floatKeys?.() ?? new Map(),
      storedAfterSlots: storedAfterSlots && ((steps) => storedAfterSlots(steps, own)),
      config: config.gradient_accumulation_steps === null ? without(config, [accumulationKey]) : config,
    });
  };
  const factory = (...given: Parameters<typeof settings>): Optimizer => make(settings(...given));
  const fromConfig = (config: JsonObject, where: string, own?: OwnClasses): Optimizer =>
    locateErrors(where, () => make(settings.definition.fromConfig(config, where, own) as Settings));
  Object.defineProperty(factory, "name", { value: className });
  return Object.assign(factory, {
    definition: { ...settings.definition, fromConfig },
  }) as unknown as OptimizerFactory<S>;
}

/** Keras 2 does not know it. */
const accumulationKey = "gradient_accumulation_steps";

const without = (config: JsonObject, keys: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(config).filter(([key]) => !keys.includes(key)));
