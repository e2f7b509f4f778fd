import { TrazoError } from "../errors.js";
import type { Callback } from "./callback.js";
import { isHook, unknownHook } from "./hooks.js";

/** Functions by the hook that calls them; what is left out does nothing. */
export type LambdaCallbackOptions = {
  readonly [Hook in Exclude<keyof Callback, "requireTrainable">]?: Callback[Hook] | undefined;
};

/**
 * A callback from single functions, as Keras's `LambdaCallback`:
 * `lambdaCallback({ onEpochEnd: (epoch, logs) => … })`. The functions get the hooks' own arguments,
 * and a promise that they return is waited for.
 *
 * @throws TrazoError for a name that is not a hook, and for a hook that is not a function
 * @example
 * ```ts
 * const printer = callbacks.lambdaCallback({ onEpochEnd: (epoch, logs) => console.log(epoch, logs.loss) });
 * await model.fit(xTrain, yTrain, { epochs: 3, callbacks: [printer] });
 * ```
 */
export function lambdaCallback(functions: LambdaCallbackOptions): Callback {
  const given = Object.entries(functions).filter(([, call]) => call !== undefined);
  for (const [name, call] of given) {
    if (!isHook(name)) throw unknownHook("lambdaCallback", name);
    if (typeof call !== "function") {
      throw new TrazoError(`lambdaCallback: ${name} must be a function, but is ${String(call)}.`);
    }
  }
  return Object.fromEntries(given) as Callback;
}
