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

/** Defines a callback by its options: their type, checks, messages and defaults follow. No file holds callbacks. */
export function defineCallback<const S extends EveryOption<S>, C extends Callback>(
  definition: CallbackDefinition<S, C>,
): Maker<S, C> {
  const read = optionsReader(definition.className, definition.options);
  return (given?: unknown) => definition.create(read(given));
}
