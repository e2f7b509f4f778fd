import type { Callback } from "trazo";
import { StateFields } from "trazo/node";

/** Wall-clock time of each epoch, without the time between an interruption and the resumption. */
export function epochTimes(): Callback & { readonly seconds: readonly number[] } {
  let seconds: number[] = [];
  let begun = 0;
  return {
    get seconds() {
      return seconds;
    },
    getState: () => ({ seconds, elapsed: performance.now() - begun }),
    setState(state) {
      const before = new StateFields(state, "epoch times");
      seconds = before.numbers("seconds");
      begun = performance.now() - before.number("elapsed");
    },
    onEpochBegin: () => {
      begun = performance.now();
    },
    onEpochEnd: () => void seconds.push((performance.now() - begun) / 1000),
  };
}
