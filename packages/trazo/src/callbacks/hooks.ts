import { TrazoError } from "../errors.js";
import { plain } from "../names.js";

export const epochHooks = ["onEpochBegin", "onEpochEnd"] as const;
export const batchHooks = [
  "onTrainBatchBegin",
  "onTrainBatchEnd",
  "onTestBatchBegin",
  "onTestBatchEnd",
  "onPredictBatchBegin",
  "onPredictBatchEnd",
] as const;
export const wholeHooks = [
  "onTrainBegin",
  "onTrainEnd",
  "onTestBegin",
  "onTestEnd",
  "onPredictBegin",
  "onPredictEnd",
] as const;

export const hooks: ReadonlySet<string> = new Set([
  ...epochHooks,
  ...batchHooks,
  ...wholeHooks,
  "setParams",
  "setModel",
  "getState",
  "setState",
]);

export const isHook = (name: string): boolean => hooks.has(name);

/** The error for a hook that is never called. */
export function unknownHook(where: string, name: string): TrazoError {
  const meant = [...hooks].find((hook) => plain(hook) === plain(name));
  const advice = meant ? `Did you mean ${meant}?` : `Known hooks: ${[...hooks].join(", ")}.`;
  return new TrazoError(`${where} has a hook "${name}", which is never called. ${advice}`);
}
