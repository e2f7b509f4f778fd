import { type EveryOption, type KeptOptions, type Maker, optionsReader } from "../schema/define.js";
import type { Callback } from "./callback.js";

/** A callback by its name, its options and what they make. */
export interface CallbackDefinition<S extends EveryOption<S>, C extends Callback> {
  /** Names it in errors. */
  readonly className: string;
  readonly options: S;
  /** @throws TrazoError for options that do not fit together */
  create(options: KeptOptions<S>): C;
}

/** Makes callbacks of one class; `definition` says what of. */
export interface CallbackMaker<S, C extends Callback> extends Maker<S, C> {
  readonly definition: { readonly className: string; readonly options: S };
}

/** Defines a callback by its options: their type, checks, messages and defaults follow. No file holds callbacks. */
export function defineCallback<const S extends EveryOption<S>, C extends Callback>(
  definition: CallbackDefinition<S, C>,
): CallbackMaker<S, C> {
  const { className, options } = definition;
  const read = optionsReader(className, options);
  const make = (given?: unknown): C => definition.create(read(given));
  Object.defineProperty(make, "name", { value: className });
  return Object.assign(make, { definition: { className, options } }) as unknown as CallbackMaker<S, C>;
}
